package org.peerroom.internal.protocol;

import org.peerroom.PeerId;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SigningKey;

/**
 * The throw-away keys of one run of a peer. Not a record: secrets have no generated {@code
 * toString}.
 */
public final class PeerKeys {

  private final PeerId id;
  private final SigningKey signing;
  private final KemKey kem;

  private PeerKeys(PeerId id, SigningKey signing, KemKey kem) {
    this.id = id;
    this.signing = signing;
    this.kem = kem;
  }

  /** New keys from this source of randomness. */
  public static PeerKeys generate(PublicKeyCrypto crypto, Entropy entropy, KemSuite suite) {
    SigningKey signing = crypto.signingKey(entropy.next(32));
    return new PeerKeys(
        PeerId.of(signing.publicKey()), signing, crypto.kemKey(suite, entropy.next(32)));
  }

  /** The public signing key as a peer id. */
  public PeerId id() {
    return id;
  }

  /** Signs as this peer. */
  public SigningKey signing() {
    return signing;
  }

  KemKey kem() {
    return kem;
  }

  /** Wipes the private keys. */
  public void destroy() {
    signing.destroy();
    kem.destroy();
  }

  @Override
  public String toString() {
    return "PeerKeys[" + id.shortHex() + ", redacted]";
  }
}
