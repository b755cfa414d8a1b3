package org.peerroom.internal.crypto;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** The checks of {@link LinkCertificate#peerPublicKey}, in the order of their cost. */
final class LinkCertificateVerifier {

  static final String SIGNATURE = "SHA256withECDSA";

  /** Some eight times what a real one needs. */
  private static final int MAX_SIZE = 4096;

  private static final Duration SKEW = Duration.ofMinutes(2);

  private static final AlgorithmIdentifier P256 =
      new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);

  private static final AlgorithmIdentifier ECDSA_SHA256 =
      new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

  private LinkCertificateVerifier() {}

  static byte[] peerPublicKey(X509Certificate c, PublicKeyCrypto crypto, Instant now)
      throws CertificateException {
    try {
      Certificate parsed = parse(encoded(c));
      requireAlgorithms(parsed);
      requireValid(c, now);
      PeerKeyExtension extension = peerKeyExtension(parsed);
      requireSelfSigned(c);
      return extension.verifiedPeerKey(parsed.getSubjectPublicKeyInfo(), crypto);
    } catch (RuntimeException e) {
      // Some parts are parsed only when they are looked at, and the parser throws what it likes.
      throw malformed(e);
    }
  }

  static Certificate parse(byte[] encoded) throws CertificateException {
    if (encoded.length > MAX_SIZE) {
      throw new CertificateException(
          "the link certificate has "
              + encoded.length
              + " bytes, more than the "
              + MAX_SIZE
              + " that are read");
    }
    try {
      return Certificate.getInstance(encoded);
    } catch (RuntimeException e) {
      throw malformed(e);
    }
  }

  private static CertificateException malformed(RuntimeException e) {
    return new CertificateException("the link certificate is malformed: " + e.getMessage(), e);
  }

  private static byte[] encoded(X509Certificate c) throws CertificateException {
    try {
      return c.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new CertificateException("the link certificate cannot be read", e);
    }
  }

  private static void requireAlgorithms(Certificate parsed) throws CertificateException {
    SubjectPublicKeyInfo key = parsed.getSubjectPublicKeyInfo();
    if (!key.getAlgorithm().equals(P256)) {
      throw new CertificateException("the link certificate's own key is not a P-256 key");
    }
    if (!parsed.getSignatureAlgorithm().equals(ECDSA_SHA256)
        || !parsed.getTBSCertificate().getSignature().equals(ECDSA_SHA256)) {
      throw new CertificateException("the link certificate is not signed by ECDSA with SHA-256");
    }
  }

  private static void requireValid(X509Certificate c, Instant now) throws CertificateException {
    if (now.plus(SKEW).isBefore(c.getNotBefore().toInstant())) {
      throw new CertificateNotYetValidException(
          "the link certificate is valid from "
              + c.getNotBefore().toInstant()
              + ", it is "
              + now
              + ": compare the clocks");
    }
    if (now.minus(SKEW).isAfter(c.getNotAfter().toInstant())) {
      throw new CertificateExpiredException(
          "the link certificate was valid until " + c.getNotAfter().toInstant() + ", it is " + now);
    }
  }

  private static PeerKeyExtension peerKeyExtension(Certificate parsed) throws CertificateException {
    // A repeated extension does not parse, so that there is one at most.
    Extensions extensions = parsed.getTBSCertificate().getExtensions();
    if (extensions != null && extensions.getCriticalExtensionOIDs().length > 0) {
      // RFC 5280, section 4.2: what is critical and not understood is a reason to refuse.
      throw new CertificateException("the link certificate carries a critical extension");
    }
    Extension extension = extensions == null ? null : extensions.getExtension(PeerKeyExtension.OID);
    if (extension == null) {
      throw new CertificateException(
          "the certificate carries no peer key extension: the other side is not a Peer Room peer");
    }
    return PeerKeyExtension.parse(extension.getExtnValue().getOctets());
  }

  private static void requireSelfSigned(X509Certificate c) throws CertificateException {
    try {
      c.verify(c.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new CertificateException("the link certificate is not signed by its own key", e);
    }
  }
}
