package org.peerroom.internal.crypto;

/** A private Ed25519 key (RFC 8032). Any thread may sign; none may after {@link #destroy()}. */
public interface SigningKey {

  /** A copy of the public key, 32 bytes. */
  byte[] publicKey();

  /**
   * The signature over the message, 64 bytes; the same message always has the same one.
   *
   * @throws IllegalStateException if the key was destroyed
   */
  byte[] sign(byte[] message);

  /** Wipes the private key. Calling it again does nothing. */
  void destroy();
}
