package org.peerroom.bench.sealing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.SealingSuite;
import org.peerroom.bench.BenchException;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.sealing.KemKeyId;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.sealing.Pair;
import org.peerroom.internal.sealing.PairwiseReceiver;
import org.peerroom.internal.sealing.PairwiseSender;
import org.peerroom.internal.sealing.RekeySlots;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.WireException;

/**
 * What the keys of a room take where authors have sender keys: the first distribution, which is a
 * key agreement with each member, and a rekey, which is not. And deposits for durable recipients.
 */
final class KeyFigures {

  /**
   * As large as an introduction with a policy and one key: what is sealed in a real one is not open
   * to other modules.
   */
  private static final int INTRODUCTION_SIZE = 280;

  private static final int SIGNED_MEMBERS = 100;
  private static final int[] DURABLE = {1, 8, Limits.MAX_DURABLE};
  private static final String DEPOSIT_LABEL = "peerroom/1 benchmark deposit";
  private static final long SETUP = 1;

  private final Scene scene;
  private final Meter meter;
  private final Figures figures;

  KeyFigures(Scene scene, Meter meter, Figures figures) {
    this.scene = scene;
    this.meter = meter;
    this.figures = figures;
  }

  /** The author's side of a room of which it has introduced itself to every member. */
  private static final class Introduced {
    private final Map<PeerId, PairwiseSender> senders = new LinkedHashMap<>();
    private long wireBytes;

    /** To the reader, who is the last. */
    private byte[] lastFrame = {};
  }

  /** First distribution and rekey in rooms of a suite with sender keys. */
  void measure(SealingSuite suite, List<Integer> members) {
    KemSuite kem = suite == SealingSuite.X_WING ? KemSuite.X_WING : KemSuite.X25519;
    measureSigned(suite, kem);
    for (int count : members) {
      List<byte[]> keys = scene.publicKeys(kem, count);
      List<Introduced> last = new ArrayList<>(1);
      Cost cost =
          meter.measure(
              () -> {
                // What the run before made must not take memory beside what this one makes.
                last.clear();
                Introduced introduced = introduce(kem, keys, null);
                last.add(introduced);
                return introduced.wireBytes;
              });
      Introduced introduced = last.get(0);
      figures.add(
          Figure.ofKeys(Operation.GRANT, suite, count, count, count, cost, introduced.wireBytes));
      measureRekey(suite, kem, introduced);
    }
  }

  private Introduced introduce(KemSuite kem, List<byte[]> keys, @Nullable SigningKey signing)
      throws CryptoException {
    Introduced introduced = new Introduced();
    byte[] plaintext = new byte[INTRODUCTION_SIZE];
    List<PeerId> ids = scene.members(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      Pair pair = new Pair(scene.topic(), scene.author(), ids.get(i), SETUP);
      PairwiseSender sender = PairwiseSender.setUp(scene.crypto(), kem, pair, keys.get(i), null);
      byte[] frame = FrameCodec.encode(sender.seal(plaintext, true, signing, 0));
      introduced.senders.put(ids.get(i), sender);
      introduced.wireBytes += frame.length;
      introduced.lastFrame = frame;
    }
    return introduced;
  }

  private void measureSigned(SealingSuite suite, KemSuite kem) {
    List<byte[]> keys = scene.publicKeys(kem, SIGNED_MEMBERS);
    List<Introduced> last = new ArrayList<>(2);
    for (Operation operation : new Operation[] {Operation.GRANT, Operation.GRANT_SIGNED}) {
      boolean signed = operation == Operation.GRANT_SIGNED;
      SigningKey signing = signed ? scene.signing() : null;
      Cost cost =
          meter.measure(
              () -> {
                last.clear();
                last.add(introduce(kem, keys, signing));
                return last.get(0).wireBytes;
              });
      Introduced introduced = last.get(0);
      if (signed) {
        figures.add(
            Figure.ofKeys(
                operation,
                suite,
                keys.size(),
                keys.size(),
                keys.size(),
                cost,
                introduced.wireBytes));
      }
      byte[] frame = introduced.lastFrame;
      Cost open = meter.measure(() -> openGrant(kem, frame, signed));
      figures.add(
          Figure.ofKeys(
              signed ? Operation.GRANT_OPEN_SIGNED : Operation.GRANT_OPEN,
              suite,
              0,
              1,
              1,
              open,
              frame.length));
    }
  }

  private int openGrant(KemSuite kem, byte[] frame, boolean signed)
      throws CryptoException, WireException {
    Frame.Grant grant = (Frame.Grant) FrameCodec.decode(frame);
    if (signed && !PairwiseReceiver.isSigned(scene.crypto(), grant)) {
      throw new CryptoException("the signature of a grant does not hold");
    }
    PairwiseReceiver receiver = PairwiseReceiver.accept(grant, scene.reader(kem), null);
    int size = receiver.open(grant).length;
    receiver.destroy();
    if (size != INTRODUCTION_SIZE) {
      throw new BenchException("a grant has opened to " + size + " bytes, not to what was sealed");
    }
    return size;
  }

  private void measureRekey(SealingSuite suite, KemSuite kem, Introduced introduced) {
    int members = introduced.senders.size();
    int[] epoch = {0};
    List<byte[]> frames = new ArrayList<>();
    byte[] key = scene.bytes(ChainKey.SIZE);
    Cost seal =
        meter.measure(
            () -> {
              frames.clear();
              frames.addAll(rekey(++epoch[0], ChainKey.of(key), introduced.senders));
              return frames.size();
            });
    long bytes = frames.stream().mapToLong(frame -> frame.length).sum();
    figures.add(
        Figure.ofKeys(Operation.REKEY, suite, members, frames.size(), members, seal, bytes));

    byte[] frame = frames.get(frames.size() - 1);
    PeerId reader = scene.members(members).get(members - 1);
    try {
      Frame.Grant grant = (Frame.Grant) FrameCodec.decode(introduced.lastFrame);
      PairwiseReceiver receiver = PairwiseReceiver.accept(grant, scene.reader(kem), null);
      if (!Arrays.equals(key, openRekey(receiver, frame, reader))) {
        throw new BenchException("a rekey has opened to another key than was sealed");
      }
      Cost open = meter.measure(() -> openRekey(receiver, frame, reader)[0]);
      figures.add(Figure.ofKeys(Operation.REKEY_OPEN, suite, members, 1, 1, open, frame.length));
    } catch (CryptoException | WireException e) {
      throw new BenchException("a rekey does not open: " + e.getMessage(), e);
    }

    Cost step =
        meter.measure(
            () -> {
              introduced.senders.values().forEach(PairwiseSender::step);
              return members;
            });
    figures.add(Figure.ofKeys(Operation.REKEY_STEP, suite, members, 0, members, step, 0));
  }

  private List<byte[]> rekey(int epoch, ChainKey chain, Map<PeerId, PairwiseSender> senders) {
    byte[] slots = RekeySlots.seal(scene.topic(), scene.author(), epoch, epoch, chain, senders);
    chain.destroy();
    List<byte[]> frames = new ArrayList<>();
    for (byte[] part : RekeySlots.parts(slots)) {
      frames.add(
          FrameCodec.encode(new Frame.Rekey(scene.topic(), scene.author(), epoch, epoch, 0, part)));
    }
    return frames;
  }

  private static byte[] openRekey(PairwiseReceiver receiver, byte[] frame, PeerId reader)
      throws CryptoException, WireException {
    Frame.Rekey rekey = (Frame.Rekey) FrameCodec.decode(frame);
    int slot = RekeySlots.find(rekey.slots(), reader);
    if (slot < 0) {
      throw new CryptoException("no slot is for the reader");
    }
    return receiver.open(rekey, slot);
  }

  /** A sender key deposited for durable recipients. */
  void measureDeposits() {
    KemKey reader = scene.reader(KemSuite.X_WING);
    byte[] id = KemKeyId.of(reader.publicKey());
    ChainKey chain = scene.newChain();
    KeyWraps wraps = KeyWraps.ofDeposit(scene.topic(), scene.author(), 1, null);
    for (int recipients : DURABLE) {
      List<byte[]> keys = scene.publicKeys(KemSuite.X_WING, recipients);
      List<byte[]> last = new ArrayList<>(1);
      Cost seal =
          meter.measure(
              () -> {
                last.clear();
                last.add(deposit(wraps.seal(scene.crypto(), keys, chain)));
                return last.get(0).length;
              });
      byte[] frame = last.get(0);
      figures.add(
          Figure.ofKeys(
              Operation.DEPOSIT,
              SealingSuite.X_WING,
              recipients,
              1,
              recipients,
              seal,
              frame.length));
      Cost open = meter.measure(() -> openDeposit(wraps, frame, reader, id, chain));
      figures.add(
          Figure.ofKeys(
              Operation.DEPOSIT_OPEN, SealingSuite.X_WING, recipients, 1, 1, open, frame.length));
    }
  }

  private byte[] deposit(byte[] wraps) {
    KeyDeposit unsigned = new KeyDeposit(scene.topic(), scene.author(), 1, 0, wraps, new byte[0]);
    byte[] signature = scene.signing().sign(Digests.sha256(DEPOSIT_LABEL, unsigned.signedBytes()));
    return FrameCodec.encode(
        new Frame.Deposited(new KeyDeposit(scene.topic(), scene.author(), 1, 0, wraps, signature)));
  }

  private int openDeposit(KeyWraps wraps, byte[] frame, KemKey reader, byte[] id, ChainKey sealed)
      throws CryptoException, WireException {
    KeyDeposit deposit = ((Frame.Deposited) FrameCodec.decode(frame)).deposit();
    byte[] signed = Digests.sha256(DEPOSIT_LABEL, deposit.signedBytes());
    if (!scene.crypto().verify(deposit.author().bytes(), signed, deposit.signature())) {
      throw new CryptoException("the signature of a deposit does not hold");
    }
    ChainKey opened = wraps.open(deposit.wraps(), reader, id);
    if (opened == null || !Arrays.equals(opened.exposeForGrant(), sealed.exposeForGrant())) {
      throw new BenchException("a deposit has opened to another key than was sealed");
    }
    opened.destroy();
    return deposit.wraps().length;
  }
}
