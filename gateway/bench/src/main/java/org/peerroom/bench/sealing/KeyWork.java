package org.peerroom.bench.sealing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.bench.BenchException;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.sealing.Pair;
import org.peerroom.internal.sealing.PairwiseReceiver;
import org.peerroom.internal.sealing.PairwiseSender;
import org.peerroom.internal.sealing.RekeySlots;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.WireException;

/** What authors and members do with keys, from and to frames. */
final class KeyWork {

  /**
   * As large as an introduction with a policy and one key: what is sealed in a real one is not open
   * to other modules.
   */
  private static final int INTRODUCTION_SIZE = 280;

  private static final String DEPOSIT_LABEL = "peerroom/1 benchmark deposit";
  private static final long SETUP = 1;

  private final Scene scene;

  KeyWork(Scene scene) {
    this.scene = scene;
  }

  /**
   * Agrees on a key with each of these members and introduces the author to it.
   *
   * @param signing signs each introduction; null where links vouch for them
   */
  Introduction introduce(KemSuite kem, List<byte[]> keys, @Nullable SigningKey signing)
      throws CryptoException {
    Introduction introduction = new Introduction();
    byte[] plaintext = new byte[INTRODUCTION_SIZE];
    List<PeerId> ids = scene.members(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      Pair pair = new Pair(scene.topic(), scene.author(), ids.get(i), SETUP);
      PairwiseSender sender = PairwiseSender.setUp(scene.crypto(), kem, pair, keys.get(i), null);
      byte[] frame = FrameCodec.encode(sender.seal(plaintext, true, signing, 0));
      introduction.add(ids.get(i), sender, frame);
    }
    return introduction;
  }

  /** The reader's side of an introduction; gives its size. */
  int openGrant(KemSuite kem, byte[] frame, boolean signed) throws CryptoException, WireException {
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

  /** The frames of a new sender key for all members. */
  List<byte[]> rekey(int epoch, byte[] senderKey, Map<PeerId, PairwiseSender> senders) {
    ChainKey chain = ChainKey.of(senderKey);
    byte[] slots =
        RekeySlots.seal(scene.topic(), scene.author(), epoch, epoch, chain, senders.values());
    chain.destroy();
    List<byte[]> frames = new ArrayList<>();
    for (byte[] part : RekeySlots.parts(slots)) {
      frames.add(
          FrameCodec.encode(new Frame.Rekey(scene.topic(), scene.author(), epoch, epoch, 0, part)));
    }
    return frames;
  }

  /** The sender key that such a frame holds for the reader. */
  static byte[] openRekey(PairwiseReceiver receiver, byte[] frame, PeerId reader)
      throws CryptoException, WireException {
    Frame.Rekey rekey = (Frame.Rekey) FrameCodec.decode(frame);
    int slot = RekeySlots.find(rekey.slots(), reader);
    if (slot < 0) {
      throw new CryptoException("no slot is for the reader");
    }
    return receiver.open(rekey, slot);
  }

  /** The frame of a deposit, signed. */
  byte[] deposit(byte[] wraps) {
    KeyDeposit unsigned = new KeyDeposit(scene.topic(), scene.author(), 1, 0, wraps, new byte[0]);
    byte[] signature = scene.signing().sign(Digests.sha256(DEPOSIT_LABEL, unsigned.signedBytes()));
    return FrameCodec.encode(
        new Frame.Deposited(new KeyDeposit(scene.topic(), scene.author(), 1, 0, wraps, signature)));
  }

  /** A durable recipient's side of it. */
  int openDeposit(KeyWraps wraps, byte[] frame, KemKey reader, byte[] id, ChainKey sealed)
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
