package org.peerroom.bench.sealing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.peerroom.PeerId;
import org.peerroom.SealingSuite;
import org.peerroom.bench.BenchException;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.sealing.KemKeyId;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.sealing.PairwiseReceiver;
import org.peerroom.internal.sealing.PairwiseSender;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.WireException;

/**
 * What the keys of a room take where authors have sender keys: the first distribution, which is a
 * key agreement with each member, and a rekey, which is not. And deposits for durable recipients.
 */
final class KeyFigures {

  private static final int SIGNED_MEMBERS = 100;
  private static final int[] DURABLE = {1, 8, Limits.MAX_DURABLE};

  private final Scene scene;
  private final KeyWork work;
  private final Meter meter;
  private final Figures figures;

  KeyFigures(Scene scene, Meter meter, Figures figures) {
    this.scene = scene;
    this.work = new KeyWork(scene);
    this.meter = meter;
    this.figures = figures;
  }

  /** First distribution and rekey in rooms of a suite with sender keys. */
  void measure(SealingSuite suite, List<Integer> members) {
    KemSuite kem = suite == SealingSuite.X_WING ? KemSuite.X_WING : KemSuite.X25519;
    measureSigned(suite, kem);
    for (int count : members) {
      List<byte[]> keys = scene.publicKeys(kem, count);
      List<Introduction> last = new ArrayList<>(1);
      Cost cost =
          meter.measure(
              () -> {
                // What the run before made must not take memory beside what this one makes.
                last.clear();
                Introduction introduced = work.introduce(kem, keys, null);
                last.add(introduced);
                return introduced.wireBytes();
              });
      Introduction introduced = last.get(0);
      figures.add(
          Figure.ofKeys(Operation.GRANT, suite, count, count, count, cost, introduced.wireBytes()));
      measureRekey(suite, kem, introduced);
    }
  }

  private void measureSigned(SealingSuite suite, KemSuite kem) {
    List<byte[]> keys = scene.publicKeys(kem, SIGNED_MEMBERS);
    List<Introduction> last = new ArrayList<>(2);
    for (Operation operation : new Operation[] {Operation.GRANT, Operation.GRANT_SIGNED}) {
      boolean signed = operation == Operation.GRANT_SIGNED;
      SigningKey signing = signed ? scene.signing() : null;
      Cost cost =
          meter.measure(
              () -> {
                last.clear();
                last.add(work.introduce(kem, keys, signing));
                return last.get(0).wireBytes();
              });
      Introduction introduced = last.get(0);
      if (signed) {
        figures.add(
            Figure.ofKeys(
                operation,
                suite,
                keys.size(),
                keys.size(),
                keys.size(),
                cost,
                introduced.wireBytes()));
      }
      byte[] frame = introduced.lastFrame();
      Cost open = meter.measure(() -> work.openGrant(kem, frame, signed));
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

  private void measureRekey(SealingSuite suite, KemSuite kem, Introduction introduced) {
    int members = introduced.senders().size();
    // Members have been there for long when someone leaves: they are no fresh objects any more.
    System.gc();
    int[] epoch = {0};
    List<byte[]> frames = new ArrayList<>();
    byte[] key = scene.bytes(ChainKey.SIZE);
    Cost seal =
        meter.measure(
            () -> {
              frames.clear();
              frames.addAll(work.rekey(++epoch[0], key, introduced.senders()));
              return frames.size();
            });
    long bytes = frames.stream().mapToLong(frame -> frame.length).sum();
    figures.add(
        Figure.ofKeys(Operation.REKEY, suite, members, frames.size(), members, seal, bytes));

    byte[] frame = frames.get(frames.size() - 1);
    PeerId reader = scene.members(members).get(members - 1);
    try {
      Frame.Grant grant = (Frame.Grant) FrameCodec.decode(introduced.lastFrame());
      PairwiseReceiver receiver = PairwiseReceiver.accept(grant, scene.reader(kem), null);
      if (!Arrays.equals(key, KeyWork.openRekey(receiver, frame, reader))) {
        throw new BenchException("a rekey has opened to another key than was sealed");
      }
      Cost open = meter.measure(() -> KeyWork.openRekey(receiver, frame, reader)[0]);
      figures.add(Figure.ofKeys(Operation.REKEY_OPEN, suite, members, 1, 1, open, frame.length));
    } catch (CryptoException | WireException e) {
      throw new BenchException("a rekey does not open: " + e.getMessage(), e);
    }

    Cost step =
        meter.measure(
            () -> {
              introduced.senders().values().forEach(PairwiseSender::step);
              return members;
            });
    figures.add(Figure.ofKeys(Operation.REKEY_STEP, suite, members, 0, members, step, 0));
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
                last.add(work.deposit(wraps.seal(scene.crypto(), keys, chain)));
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
      Cost open = meter.measure(() -> work.openDeposit(wraps, frame, reader, id, chain));
      figures.add(
          Figure.ofKeys(
              Operation.DEPOSIT_OPEN, SealingSuite.X_WING, recipients, 1, 1, open, frame.length));
    }
  }
}
