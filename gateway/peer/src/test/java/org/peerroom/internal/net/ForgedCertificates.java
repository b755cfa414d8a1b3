package org.peerroom.internal.net;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.peerroom.internal.crypto.LinkCertificate;

/**
 * Certificates that do not carry the key they claim to, each with the private key that belongs to
 * it.
 */
final class ForgedCertificates {

  private static final X500Name NAME = new X500Name("CN=link");

  private ForgedCertificates() {}

  /** Another peer's extension, copied onto a key of one's own. */
  static RawTls.Credentials withExtensionOf(LinkCertificate victim) {
    return selfSigned(extension(victim), 0);
  }

  /** The same, with the peer's signature altered as well. */
  static RawTls.Credentials withAlteredExtensionOf(LinkCertificate victim) {
    return selfSigned(extension(victim), 1);
  }

  /** No extension at all. */
  static RawTls.Credentials plain() {
    return selfSigned(null, 0);
  }

  /**
   * A certificate as an authority gives it: signed by another key, with the authority's own behind
   * it.
   */
  static RawTls.Credentials fromAuthority() {
    KeyPair authority = newKey();
    KeyPair subject = newKey();
    try {
      X500Name authorityName = new X500Name("CN=authority");
      X509v3CertificateBuilder root = builder(authorityName, authorityName, authority);
      root.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      return new RawTls.Credentials(
          subject.getPrivate(),
          List.of(
              sign(builder(authorityName, new X500Name("CN=localhost"), subject), authority),
              sign(root, authority)));
    } catch (CertIOException e) {
      throw new AssertionError(e);
    }
  }

  /** A true certificate with a second one behind it. */
  static RawTls.Credentials withCompany(LinkCertificate genuine) {
    return new RawTls.Credentials(
        genuine.privateKey(), List.of(genuine.certificate(), plain().chain().get(0)));
  }

  private static RawTls.Credentials selfSigned(byte[] extension, int flip) {
    KeyPair key = newKey();
    try {
      X509v3CertificateBuilder builder = builder(NAME, NAME, key);
      if (extension != null) {
        extension[extension.length - 1] ^= (byte) flip;
        builder.addExtension(new ASN1ObjectIdentifier(OID), false, extension);
      }
      return new RawTls.Credentials(key.getPrivate(), List.of(sign(builder, key)));
    } catch (CertIOException e) {
      throw new AssertionError(e);
    }
  }

  /** The extension that carries the peer's key. */
  private static final String OID =
      TestPeer.newCertificate().certificate().getNonCriticalExtensionOIDs().iterator().next();

  private static byte[] extension(LinkCertificate certificate) {
    return ASN1OctetString.getInstance(certificate.certificate().getExtensionValue(OID))
        .getOctets();
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair key) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        BigInteger.ONE,
        Date.from(now.minus(Duration.ofHours(1))),
        Date.from(now.plus(Duration.ofDays(1))),
        subject,
        key.getPublic());
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair key) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
