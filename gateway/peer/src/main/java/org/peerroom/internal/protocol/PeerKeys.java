package org.peerroom.internal.protocol;

import org.peerroom.PeerId;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SigningKey;

/**
 * The throw-away signing key of one run of a peer. Not a record: secrets have no generated {@code
 * toString}.
 */
public final class PeerKeys {

  private final PeerId id;
  private final SigningKey signing;

  private PeerKeys(PeerId id, SigningKey signing) {
    this.id = id;
    this.signing = signing;
  }

  /** New keys from this source of randomness. */
  public static PeerKeys generate(PublicKeyCrypto crypto, Entropy entropy) {
    SigningKey signing = crypto.signingKey(entropy.next(32));
    return new PeerKeys(PeerId.of(signing.publicKey()), signing);
  }

  /** The public signing key as a peer id. */
  public PeerId id() {
    return id;
  }

  /** Signs as this peer. */
  public SigningKey signing() {
    return signing;
  }

  /** Wipes the private key. */
  public void destroy() {
    signing.destroy();
  }

  @Override
  public String toString() {
    return "PeerKeys[" + id.shortHex() + ", redacted]";
  }
}
