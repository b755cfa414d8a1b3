package org.peerroom.internal.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The TLS certificate of a link: a throw-away P-256 key, self-signed (RFC 5280), with an extension
 * in which the peer's own Ed25519 key signs for it, as the libp2p TLS specification does ("Design
 * considerations", "Libp2p Public Key Extension").
 *
 * <p>Guarantees that whoever proves in the TLS handshake to hold the certificate's key was vouched
 * for by the holder of the peer key. Does not guarantee that the peer is welcome: that is for the
 * caller. Says nothing else about the peer: neutral names, random serial number, validity rounded
 * to the hour.
 *
 * <p>A certificate ends a year after it was made; a peer that runs longer makes a new one from the
 * same key for new links.
 */
public final class LinkCertificate {

  private static final Duration VALID_BEFORE = Duration.ofHours(1);
  private static final Duration VALID_FOR = Duration.ofDays(365);

  /** The same for every peer. */
  private static final X500Name NAME = new X500Name("CN=link");

  /** As RFC 5280, section 4.1.2.2 asks: positive, at most 20 bytes. */
  private static final int SERIAL_BITS = 127;

  private final X509Certificate certificate;
  private final PrivateKey privateKey;

  private LinkCertificate(X509Certificate certificate, PrivateKey privateKey) {
    this.certificate = certificate;
    this.privateKey = privateKey;
  }

  /**
   * A new TLS key with a certificate for it, vouched for by the peer's key. Draws from the system's
   * random source.
   */
  public static LinkCertificate create(SigningKey peerKey) {
    return create(peerKey, Instant.now());
  }

  static LinkCertificate create(SigningKey peerKey, Instant now) {
    try {
      SecureRandom random = new SecureRandom();
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair tlsKey = generator.generateKeyPair();
      SubjectPublicKeyInfo keyInfo =
          SubjectPublicKeyInfo.getInstance(tlsKey.getPublic().getEncoded());
      Instant hour = now.truncatedTo(ChronoUnit.HOURS);
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
              NAME,
              new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
              Date.from(hour.minus(VALID_BEFORE)),
              Date.from(hour.plus(VALID_FOR)),
              NAME,
              keyInfo);
      builder.addExtension(
          PeerKeyExtension.OID, false, PeerKeyExtension.sign(peerKey, keyInfo).encoded());
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder(LinkCertificateVerifier.SIGNATURE)
                          .build(tlsKey.getPrivate())));
      return new LinkCertificate(certificate, tlsKey.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this Java runtime cannot make a P-256 certificate", e);
    }
  }

  /** The certificate to show in the handshake. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The TLS key of the certificate; never leaves the process. */
  public PrivateKey privateKey() {
    return privateKey;
  }

  /**
   * The key of the peer that vouches for a certificate, which the other side showed in a TLS
   * handshake.
   *
   * <p>Checks that the certificate is a P-256 one signed with its own key by ECDSA and SHA-256, is
   * within its validity give or take two minutes, and has exactly one peer key extension with a
   * signature of that peer key over the certificate's own key. The handshake must check that the
   * other side holds the certificate's key: TLS does so always.
   *
   * @return 32 bytes
   * @throws CertificateException for anything else; the message says which check refused
   */
  public static byte[] peerPublicKey(X509Certificate c, PublicKeyCrypto crypto)
      throws CertificateException {
    return LinkCertificateVerifier.peerPublicKey(c, crypto, Instant.now());
  }

  @Override
  public String toString() {
    return "LinkCertificate[private key redacted]";
  }
}
