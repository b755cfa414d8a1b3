package org.peerroom.bench;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What both ends of the way by hand agree on beforehand, as such code usually has it: one content
 * key for all, and the author's key pair. Goes from process to process over pipes.
 */
final class SharedKeys {

  private static final int RAW_SIZE = 32;

  private final byte[] contentKey;
  private final byte[] signingKey;
  private final byte[] verifyingKey;

  private SharedKeys(byte[] contentKey, byte[] signingKey, byte[] verifyingKey) {
    this.contentKey = contentKey;
    this.signingKey = signingKey;
    this.verifyingKey = verifyingKey;
  }

  static SharedKeys generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] contentKey = new byte[RAW_SIZE];
      new SecureRandom().nextBytes(contentKey);
      return new SharedKeys(
          contentKey, pair.getPrivate().getEncoded(), pair.getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no Ed25519", e);
    }
  }

  /** As one word of text. */
  String encode() {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(contentKey)
        + ":"
        + hex.formatHex(signingKey)
        + ":"
        + hex.formatHex(verifyingKey);
  }

  static SharedKeys decode(String text) {
    String[] parts = text.split(":", -1);
    HexFormat hex = HexFormat.of();
    return new SharedKeys(hex.parseHex(parts[0]), hex.parseHex(parts[1]), hex.parseHex(parts[2]));
  }

  byte[] contentKey() {
    return contentKey.clone();
  }

  /** The author's private key as its 32 bytes: the end of its PKCS #8 form (RFC 8410). */
  byte[] rawSigningKey() {
    return Arrays.copyOfRange(signingKey, signingKey.length - RAW_SIZE, signingKey.length);
  }

  /** The author's public key as its 32 bytes: the end of its X.509 form (RFC 8410). */
  byte[] rawVerifyingKey() {
    return Arrays.copyOfRange(verifyingKey, verifyingKey.length - RAW_SIZE, verifyingKey.length);
  }

  PrivateKey signingKey() throws GeneralSecurityException {
    return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(signingKey));
  }

  PublicKey verifyingKey() throws GeneralSecurityException {
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(verifyingKey));
  }
}
