package org.peerroom.bench;

import java.security.GeneralSecurityException;
import java.security.Signature;

/** By the JDK, which is what one types without adding a library. */
final class JdkSignatures implements Signatures {

  @Override
  public Signer signer(SharedKeys keys) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(keys.signingKey());
    return (message, length) -> {
      signature.update(message, 0, length);
      return signature.sign();
    };
  }

  @Override
  public Verifier verifier(SharedKeys keys) throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(keys.verifyingKey());
    return (message, length, signature) -> {
      verifier.update(message, 0, length);
      return verifier.verify(signature);
    };
  }
}
