package org.peerroom.identity;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SigningKey;

/** An Ed25519 key pair of a test, the same for the same number in every run. */
final class TestKey {

  private static final PublicKeyCrypto CRYPTO = ProviderCrypto.create();
  private static final Map<Integer, TestKey> KEYS = new ConcurrentHashMap<>();

  private final SigningKey key;
  private final byte[] publicKey;

  private TestKey(int number) {
    byte[] seed = ByteBuffer.allocate(PublicKeyCrypto.SEED_SIZE).putInt(28, number).array();
    key = CRYPTO.signingKey(seed);
    publicKey = key.publicKey();
  }

  static TestKey of(int number) {
    return KEYS.computeIfAbsent(number, TestKey::new);
  }

  byte[] sign(byte[] message) {
    return key.sign(message);
  }

  byte[] bytes() {
    return publicKey.clone();
  }

  String hex() {
    return HexFormat.of().formatHex(publicKey);
  }

  /** The public key as the member "x" of a JWK (RFC 8037, section 2). */
  String x() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(publicKey);
  }

  /** The public key as a JWK, in JSON. */
  String jwk() {
    return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + x() + "\"}";
  }

  VerificationKey verification() {
    return VerificationKey.of(publicKey);
  }
}
