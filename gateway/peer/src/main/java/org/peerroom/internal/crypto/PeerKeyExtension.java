package org.peerroom.internal.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * The certificate extension in which a peer's key signs for a TLS key: {@code SEQUENCE { OCTET
 * STRING peer public key, OCTET STRING signature }} in DER, the signature over a label, a zero byte
 * and the certificate's SubjectPublicKeyInfo in DER.
 */
final class PeerKeyExtension {

  /** Made from a random UUID, an arc that needs no registration (ITU-T X.667). */
  static final ASN1ObjectIdentifier OID =
      new ASN1ObjectIdentifier("2.25.322818321234060577175441464810258309489");

  private static final byte[] LABEL =
      "peerroom/1 link certificate\0".getBytes(StandardCharsets.UTF_8);

  // Both sizes are fixed, so that DER has exactly one form: these bytes before the key and before
  // the signature.
  private static final byte[] BEFORE_KEY = HexFormat.of().parseHex("30640420");
  private static final byte[] BEFORE_SIGNATURE = HexFormat.of().parseHex("0440");

  private static final int KEY_AT = BEFORE_KEY.length;
  private static final int KEY_END = KEY_AT + PublicKeyCrypto.SIGNATURE_PUBLIC_KEY_SIZE;
  private static final int SIGNATURE_AT = KEY_END + BEFORE_SIGNATURE.length;
  private static final int SIZE = SIGNATURE_AT + PublicKeyCrypto.SIGNATURE_SIZE;

  private final byte[] publicKey;
  private final byte[] signature;

  private PeerKeyExtension(byte[] publicKey, byte[] signature) {
    this.publicKey = publicKey;
    this.signature = signature;
  }

  static PeerKeyExtension sign(SigningKey peerKey, SubjectPublicKeyInfo tlsKey) throws IOException {
    return new PeerKeyExtension(peerKey.publicKey(), peerKey.sign(signedBytes(tlsKey)));
  }

  static PeerKeyExtension parse(byte[] encoded) throws CertificateException {
    if (encoded.length != SIZE
        || !Arrays.equals(encoded, 0, KEY_AT, BEFORE_KEY, 0, KEY_AT)
        || !Arrays.equals(
            encoded, KEY_END, SIGNATURE_AT, BEFORE_SIGNATURE, 0, BEFORE_SIGNATURE.length)) {
      throw new CertificateException(
          "the link certificate's peer key extension is malformed: it is a key of 32 bytes and a signature of 64");
    }
    return new PeerKeyExtension(
        Arrays.copyOfRange(encoded, KEY_AT, KEY_END),
        Arrays.copyOfRange(encoded, SIGNATURE_AT, SIZE));
  }

  byte[] encoded() {
    byte[] encoded = Arrays.copyOf(BEFORE_KEY, SIZE);
    System.arraycopy(publicKey, 0, encoded, KEY_AT, publicKey.length);
    System.arraycopy(BEFORE_SIGNATURE, 0, encoded, KEY_END, BEFORE_SIGNATURE.length);
    System.arraycopy(signature, 0, encoded, SIGNATURE_AT, signature.length);
    return encoded;
  }

  /** The peer key, if it signed for this TLS key. */
  byte[] verifiedPeerKey(SubjectPublicKeyInfo tlsKey, PublicKeyCrypto crypto)
      throws CertificateException {
    byte[] signed;
    try {
      signed = signedBytes(tlsKey);
    } catch (IOException e) {
      throw new CertificateException("the link certificate's own key cannot be encoded", e);
    }
    if (!crypto.verify(publicKey, signed, signature)) {
      throw new CertificateException(
          "the link certificate's peer key did not sign for the certificate's own key");
    }
    return publicKey.clone();
  }

  private static byte[] signedBytes(SubjectPublicKeyInfo tlsKey) throws IOException {
    byte[] der = tlsKey.getEncoded(ASN1Encoding.DER);
    byte[] signed = Arrays.copyOf(LABEL, LABEL.length + der.length);
    System.arraycopy(der, 0, signed, LABEL.length, der.length);
    return signed;
  }
}
