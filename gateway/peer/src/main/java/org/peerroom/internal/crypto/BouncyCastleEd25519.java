package org.peerroom.internal.crypto;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519 in pure Java. Its verification is the cofactored one, which is what the accepted set is
 * pinned to.
 */
final class BouncyCastleEd25519 implements SignatureProvider {

  @Override
  public SigningKey signingKey(byte[] seed) {
    return new Key(KeyMaterial.copyOf("signing key seed", seed));
  }

  @Override
  public boolean verifyStrict(byte[] publicKey, byte[] message, byte[] signature) {
    return Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
  }

  @Override
  public String description() {
    return "BouncyCastle " + ProviderCrypto.bouncyCastleVersion();
  }

  private static final class Key implements SigningKey {

    private final KeyMaterial seed;
    private final byte[] publicKey = new byte[Ed25519Encoding.POINT_SIZE];

    Key(KeyMaterial seed) {
      this.seed = seed;
      seed.use(bytes -> Ed25519.generatePublicKey(bytes, 0, publicKey, 0));
    }

    @Override
    public byte[] publicKey() {
      return publicKey.clone();
    }

    @Override
    public byte[] sign(byte[] message) {
      byte[] signature = new byte[Ed25519Encoding.SIGNATURE_SIZE];
      seed.use(
          bytes -> Ed25519.sign(bytes, 0, publicKey, 0, message, 0, message.length, signature, 0));
      return signature;
    }

    @Override
    public void destroy() {
      seed.destroy();
    }

    @Override
    public String toString() {
      return "SigningKey[redacted]";
    }
  }
}
