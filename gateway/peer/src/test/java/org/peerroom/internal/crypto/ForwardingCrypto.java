package org.peerroom.internal.crypto;

import org.jspecify.annotations.Nullable;

/** Does what another one does, but for what is overridden. */
public class ForwardingCrypto implements PublicKeyCrypto {

  protected final PublicKeyCrypto real;

  protected ForwardingCrypto(PublicKeyCrypto real) {
    this.real = real;
  }

  @Override
  public SigningKey signingKey(byte[] seed) {
    return real.signingKey(seed);
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return real.verify(publicKey, message, signature);
  }

  @Override
  public KemKey kemKey(KemSuite suite, byte[] seed) {
    return real.kemKey(suite, seed);
  }

  @Override
  public Encapsulation encapsulate(
      KemSuite suite, byte[] publicKey, byte[] info, @Nullable PreSharedKey psk)
      throws CryptoException {
    return real.encapsulate(suite, publicKey, info, psk);
  }

  @Override
  public String description() {
    return real.description();
  }
}
