package org.peerroom.internal.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * The certificate extension in which a peer's key signs for a TLS key: {@code SEQUENCE { OCTET
 * STRING peer public key, OCTET STRING signature }}, the signature over a label, a zero byte and
 * the certificate's SubjectPublicKeyInfo in DER.
 */
final class PeerKeyExtension {

  /** Made from a random UUID, an arc that needs no registration (ITU-T X.667). */
  static final ASN1ObjectIdentifier OID =
      new ASN1ObjectIdentifier("2.25.322818321234060577175441464810258309489");

  private static final byte[] LABEL =
      "peerroom/1 link certificate\0".getBytes(StandardCharsets.UTF_8);

  private final byte[] publicKey;
  private final byte[] signature;

  private PeerKeyExtension(byte[] publicKey, byte[] signature) {
    this.publicKey = publicKey;
    this.signature = signature;
  }

  static PeerKeyExtension sign(SigningKey peerKey, SubjectPublicKeyInfo tlsKey) {
    try {
      return new PeerKeyExtension(peerKey.publicKey(), peerKey.sign(signedBytes(tlsKey)));
    } catch (IOException e) {
      throw new IllegalStateException("a public key that was just made cannot be encoded", e);
    }
  }

  static PeerKeyExtension parse(byte[] encoded) throws CertificateException {
    try {
      ASN1Sequence sequence = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(encoded));
      if (sequence.size() == 2 && Arrays.equals(encoded, sequence.getEncoded(ASN1Encoding.DER))) {
        byte[] publicKey = ASN1OctetString.getInstance(sequence.getObjectAt(0)).getOctets();
        byte[] signature = ASN1OctetString.getInstance(sequence.getObjectAt(1)).getOctets();
        if (publicKey.length == PublicKeyCrypto.SIGNATURE_PUBLIC_KEY_SIZE
            && signature.length == PublicKeyCrypto.SIGNATURE_SIZE) {
          return new PeerKeyExtension(publicKey, signature);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new CertificateException(MALFORMED, e);
    }
    throw new CertificateException(MALFORMED);
  }

  private static final String MALFORMED =
      "the link certificate's peer key extension is malformed: it is a key of 32 bytes and a signature of 64";

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

  ASN1Sequence toAsn1() {
    return new DERSequence(
        new DEROctetString[] {new DEROctetString(publicKey), new DEROctetString(signature)});
  }

  private static byte[] signedBytes(SubjectPublicKeyInfo tlsKey) throws IOException {
    byte[] der = tlsKey.getEncoded(ASN1Encoding.DER);
    byte[] signed = Arrays.copyOf(LABEL, LABEL.length + der.length);
    System.arraycopy(der, 0, signed, LABEL.length, der.length);
    return signed;
  }
}
