package org.peerroom.internal.sealing;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.Topic;

/**
 * Seals a sender key to the long-term keys of those who may be away, in a document that any replica
 * can keep and check.
 *
 * <p>Guarantees that only the recipients, who must also know the room's secret if there is one, get
 * the key, and that its author has made the deposit. Does not guarantee secrecy against someone who
 * has kept the deposit and gets a recipient's private key later, however much later.
 */
public final class DepositSealing {

  /** How many bytes each recipient takes. */
  public static final int SLOT_SIZE = KeyWraps.slotSize(KemSuite.X_WING);

  private DepositSealing() {}

  /**
   * Seals and signs.
   *
   * @param sequence the first segment of the epoch
   * @param senderKey the sender key at its first step
   * @param publicKeys the X-Wing keys of the recipients
   */
  public static KeyDeposit seal(
      PublicKeyCrypto crypto,
      Topic topic,
      PeerId author,
      int epoch,
      long sequence,
      ChainKey senderKey,
      Collection<byte[]> publicKeys,
      @Nullable PreSharedKey psk,
      SigningKey signing) {
    byte[] wraps =
        KeyWraps.ofDeposit(topic, author, epoch, psk).seal(crypto, publicKeys, senderKey);
    KeyDeposit unsigned = new KeyDeposit(topic, author, epoch, sequence, wraps, new byte[64]);
    byte[] signature = signing.sign(hash(unsigned));
    return new KeyDeposit(topic, author, epoch, sequence, wraps, signature);
  }

  /** Whether the author that a deposit names has signed it. */
  public static boolean isSigned(PublicKeyCrypto crypto, KeyDeposit deposit) {
    return crypto.verify(deposit.author().bytes(), hash(deposit), deposit.signature());
  }

  private static byte[] hash(KeyDeposit deposit) {
    return Digests.sha256(Labels.DEPOSIT, deposit.signedBytes());
  }

  /**
   * The sender key at its first step.
   *
   * @return null if this recipient is none of the deposit's
   * @throws CryptoException if it is, but what is there does not open
   */
  public static @Nullable ChainKey open(
      KeyDeposit deposit, KemKey recipient, @Nullable PreSharedKey psk) throws CryptoException {
    byte[] id = KemKeyId.of(recipient.publicKey());
    return KeyWraps.ofDeposit(deposit.topic(), deposit.author(), deposit.epoch(), psk)
        .open(deposit.wraps(), recipient, id);
  }
}
