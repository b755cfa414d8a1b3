package org.peerroom.internal.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMExtractor;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;

/**
 * What SEALING.md says, written a second time from its words: with the JDK's primitives, and those
 * of BouncyCastle where the JDK has none (Argon2id, X-Wing), but nothing of the product.
 */
final class PageRules {

  static final byte[] NONE = {};

  private static final HexFormat HEX = HexFormat.of();
  private static final String X25519_PUBLIC = "302a300506032b656e032100";
  private static final String X25519_PRIVATE = "302e020100300506032b656e04220420";
  private static final String ED25519_PUBLIC = "302a300506032b6570032100";
  private static final byte[] HPKE_V1 = ascii("HPKE-v1");

  private PageRules() {}

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] u8(int value) {
    return new byte[] {(byte) value};
  }

  static byte[] u16(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  static byte[] u32(long value) {
    return ByteBuffer.allocate(4).putInt((int) value).array();
  }

  static byte[] u64(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  static byte[] varint(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int rest = value;
    for (; rest > 127; rest >>= 7) {
      out.write((rest & 127) | 128);
    }
    out.write(rest);
    return out.toByteArray();
  }

  static byte[] block(byte[] bytes) {
    return join(varint(bytes.length), bytes);
  }

  /** {@code H} of section 1. */
  static byte[] hash(String label, byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(join(ascii(label), u8(0)));
    for (byte[] part : parts) {
      out.writeBytes(join(u32(part.length), part));
    }
    return sha256(out.toByteArray());
  }

  static byte[] sha256(byte[] bytes) {
    return sure(() -> MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    return sure(
        () -> {
          Mac mac = Mac.getInstance("HmacSHA256");
          mac.init(new SecretKeySpec(key.length == 0 ? new byte[32] : key, "HmacSHA256"));
          return mac.doFinal(message);
        });
  }

  static byte[] extract(byte[] salt, byte[] input) {
    return hmac(salt, input);
  }

  private static byte[] hkdfExpand(byte[] key, byte[] info, int length) {
    byte[] all = NONE;
    byte[] last = NONE;
    for (int i = 1; all.length < length; i++) {
      last = hmac(key, join(last, info, u8(i)));
      all = join(all, last);
    }
    return Arrays.copyOf(all, length);
  }

  /** {@code Expand} of section 1. */
  static byte[] expand(byte[] key, String label, byte[] context, int length) {
    return hkdfExpand(key, join(ascii(label), u8(0), context), length);
  }

  /** Section 3. */
  static byte[] argon2id(byte[] secret, byte[] salt) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(0x13)
            .withMemoryAsKB(32 * 1024)
            .withIterations(3)
            .withParallelism(1)
            .withSalt(salt)
            .build());
    byte[] root = new byte[32];
    generator.generateBytes(secret, root);
    return root;
  }

  /** The shared secret of X-Wing, from the seed that is its private key. */
  static byte[] xWingSecret(byte[] seed, byte[] encapsulation) {
    return new XWingKEMExtractor(new XWingPrivateKeyParameters(seed)).extractSecret(encapsulation);
  }

  /** The shared secret of DHKEM(X25519, HKDF-SHA256): RFC 9180, section 4.1. */
  static byte[] x25519Secret(byte[] scalar, byte[] publicKey, byte[] encapsulation) {
    byte[] dh =
        sure(
            () -> {
              KeyFactory keys = KeyFactory.getInstance("X25519");
              KeyAgreement agreement = KeyAgreement.getInstance("X25519");
              agreement.init(
                  keys.generatePrivate(new PKCS8EncodedKeySpec(der(X25519_PRIVATE, scalar))));
              agreement.doPhase(
                  keys.generatePublic(new X509EncodedKeySpec(der(X25519_PUBLIC, encapsulation))),
                  true);
              return agreement.generateSecret();
            });
    byte[] suite = join(ascii("KEM"), u16(0x20));
    byte[] prk = labeledExtract(suite, NONE, "eae_prk", dh);
    return labeledExpand(suite, prk, "shared_secret", join(encapsulation, publicKey), 32);
  }

  /** The exporter's 32 bytes: RFC 9180, sections 5.1 and 5.3; PSK mode where psk is not empty. */
  static byte[] export(int kem, byte[] sharedSecret, byte[] info, byte[] psk) {
    byte[] suite = join(ascii("HPKE"), u16(kem), u16(1), u16(2));
    byte[] pskId = psk.length == 0 ? NONE : ascii("peerroom/1 psk");
    byte[] context =
        join(
            u8(psk.length == 0 ? 0 : 1),
            labeledExtract(suite, NONE, "psk_id_hash", pskId),
            labeledExtract(suite, NONE, "info_hash", info));
    byte[] secret = labeledExtract(suite, sharedSecret, "secret", psk);
    byte[] exporter = labeledExpand(suite, secret, "exp", context, 32);
    return labeledExpand(suite, exporter, "sec", ascii("peerroom/1 pairwise key"), 32);
  }

  private static byte[] labeledExtract(byte[] suite, byte[] salt, String label, byte[] input) {
    return extract(salt, join(HPKE_V1, suite, ascii(label), input));
  }

  private static byte[] labeledExpand(
      byte[] suite, byte[] prk, String label, byte[] info, int length) {
    return hkdfExpand(prk, join(u16(length), HPKE_V1, suite, ascii(label), info), length);
  }

  static byte[] chaChaPoly(byte[] key, byte[] nonce, byte[] aad, byte[] plaintext) {
    return aead("ChaCha20-Poly1305", "ChaCha20", key, new IvParameterSpec(nonce), aad, plaintext);
  }

  static byte[] aesGcm(byte[] key, byte[] aad, byte[] plaintext) {
    return aead(
        "AES/GCM/NoPadding", "AES", key, new GCMParameterSpec(128, new byte[12]), aad, plaintext);
  }

  private static byte[] aead(
      String cipherName,
      String keyName,
      byte[] key,
      AlgorithmParameterSpec nonce,
      byte[] aad,
      byte[] plaintext) {
    return sure(
        () -> {
          Cipher cipher = Cipher.getInstance(cipherName);
          cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, keyName), nonce);
          cipher.updateAAD(aad);
          return cipher.doFinal(plaintext);
        });
  }

  static boolean isSigned(byte[] publicKey, byte[] message, byte[] signature) {
    return sure(
        () -> {
          PublicKey key =
              KeyFactory.getInstance("Ed25519")
                  .generatePublic(new X509EncodedKeySpec(der(ED25519_PUBLIC, publicKey)));
          Signature verifier = Signature.getInstance("Ed25519");
          verifier.initVerify(key);
          verifier.update(message);
          return verifier.verify(signature);
        });
  }

  /** Section 9.3. */
  static int paddedSize(int size) {
    if (size <= 128) {
      return 128;
    }
    int e = (int) Math.floor(Math.log(size) / Math.log(2));
    int s = (int) Math.floor(Math.log(e) / Math.log(2)) + 1;
    int unit = 1 << (e - s);
    return (size + unit - 1) / unit * unit;
  }

  private static byte[] der(String prefix, byte[] key) {
    return join(HEX.parseHex(prefix), key);
  }

  private interface Step<T> {
    T run() throws GeneralSecurityException;
  }

  private static <T> T sure(Step<T> step) {
    try {
      return step.run();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the JDK refused what the page says", e);
    }
  }
}
