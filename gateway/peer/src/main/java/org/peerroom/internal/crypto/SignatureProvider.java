package org.peerroom.internal.crypto;

/**
 * Ed25519 as one provider does it. Every implementation accepts the same signatures: RFC 8032,
 * section 5.1.7, with the cofactored equation [8][S]B = [8]R + [8][k]A, after {@link
 * Ed25519Encoding#isStrict}.
 */
interface SignatureProvider {

  SigningKey signingKey(byte[] seed);

  /**
   * Whether the signature holds; key and signature have passed {@link Ed25519Encoding#isStrict}.
   */
  boolean verifyStrict(byte[] publicKey, byte[] message, byte[] signature);

  /** Name and version. */
  String description();
}
