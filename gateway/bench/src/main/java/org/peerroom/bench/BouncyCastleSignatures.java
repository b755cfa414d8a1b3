package org.peerroom.bench;

import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** By BouncyCastle's own classes: the faster of the two obvious choices. */
final class BouncyCastleSignatures implements Signatures {

  @Override
  public Signer signer(SharedKeys keys) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, new Ed25519PrivateKeyParameters(keys.rawSigningKey(), 0));
    return (message, length) -> {
      signer.update(message, 0, length);
      return signer.generateSignature();
    };
  }

  @Override
  public Verifier verifier(SharedKeys keys) {
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, new Ed25519PublicKeyParameters(keys.rawVerifyingKey(), 0));
    return (message, length, signature) -> {
      verifier.update(message, 0, length);
      return verifier.verifySignature(signature);
    };
  }
}
