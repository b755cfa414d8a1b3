package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.BERSequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;

class LinkCertificateTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final PublicKeyCrypto CRYPTO = ProviderCrypto.create();
  private static final SigningKey PEER = CRYPTO.signingKey(Bits.seeded(32, 1));
  private static final SigningKey OTHER_PEER = CRYPTO.signingKey(Bits.seeded(32, 2));
  private static final KeyPair TLS_KEY = keyPair("secp256r1");
  private static final KeyPair OTHER_TLS_KEY = keyPair("secp256r1");

  @Test
  void peerPublicKey_isTheKeyThatMadeTheCertificate() throws Exception {
    LinkCertificate made = LinkCertificate.create(PEER);
    assertArrayEquals(PEER.publicKey(), LinkCertificate.peerPublicKey(made.certificate(), CRYPTO));
    X509Certificate received = parse(made.certificate().getEncoded());
    assertArrayEquals(PEER.publicKey(), LinkCertificate.peerPublicKey(received, CRYPTO));
    assertEquals("EC", made.privateKey().getAlgorithm());
  }

  @Test
  void extension_isASequenceOfTwoOctetStrings() throws Exception {
    byte[] extension = extension(PEER, TLS_KEY);
    assertArrayEquals(encoded(PEER.publicKey(), signature(extension)), extension);
  }

  /** The forged certificates below differ from this one in one thing each. */
  @Test
  void peerPublicKey_acceptsTheCertificateThatTheForgeriesStartFrom() throws Exception {
    assertArrayEquals(PEER.publicKey(), verify(forgery().with(extension(PEER, TLS_KEY)).build()));
  }

  @Test
  void peerPublicKey_refusesACertificateWithoutExtension() throws Exception {
    assertRefused("carries no peer key extension", forgery().build());
    ASN1ObjectIdentifier libp2p = new ASN1ObjectIdentifier("1.3.6.1.4.1.53594.1.1");
    assertRefused(
        "carries no peer key extension",
        forgery().with(libp2p, new DEROctetString(extension(PEER, TLS_KEY))).build());
  }

  @Test
  void peerPublicKey_refusesTheExtensionTwice() throws Exception {
    for (SigningKey second : new SigningKey[] {PEER, OTHER_PEER}) {
      ForgedCertificate twice =
          forgery().with(extension(PEER, TLS_KEY)).with(extension(second, TLS_KEY));
      // The JDK's reader refuses it before ours sees it; another reader might not.
      assertThrows(CertificateException.class, twice::build);
      var refusal =
          assertThrows(
              CertificateException.class, () -> LinkCertificateVerifier.parse(twice.encoded()));
      assertTrue(refusal.getMessage().contains("repeated extension"), refusal.getMessage());
    }
  }

  @Test
  void peerPublicKey_refusesAnExtensionCopiedFromAnotherCertificate() throws Exception {
    assertRefused(
        "did not sign for the certificate's own key",
        forgery().with(extension(PEER, OTHER_TLS_KEY)).build());
  }

  @Test
  void peerPublicKey_refusesThePublicKeyOfAnotherPeer() throws Exception {
    byte[] swapped = encoded(OTHER_PEER.publicKey(), signature(extension(PEER, TLS_KEY)));
    assertRefused("did not sign for the certificate's own key", forgery().with(swapped).build());
  }

  /**
   * What a peer signs elsewhere never vouches for a TLS key: the label is part of what is signed.
   */
  @Test
  void peerPublicKey_refusesASignatureWithoutTheLabel() throws Exception {
    byte[] signature = PEER.sign(TLS_KEY.getPublic().getEncoded());
    assertRefused("did not sign", forgery().with(encoded(PEER.publicKey(), signature)).build());
  }

  @Test
  void peerPublicKey_refusesEveryFlippedBitOfTheSignature() throws Exception {
    byte[] signature = signature(extension(PEER, TLS_KEY));
    for (int bit = 0; bit < 8 * signature.length; bit += 7) {
      byte[] altered = encoded(PEER.publicKey(), Bits.flipped(signature, bit));
      assertRefused("did not sign", forgery().with(altered).build());
    }
  }

  @Test
  void peerPublicKey_refusesAMalformedExtension() throws Exception {
    byte[] good = extension(PEER, TLS_KEY);
    byte[] key = PEER.publicKey();
    byte[] signature = signature(good);
    byte[][] malformed = {
      new byte[0],
      new byte[good.length],
      encoded(),
      encoded(key),
      encoded(key, signature, signature),
      encoded(Arrays.copyOf(key, 31), signature),
      encoded(key, Arrays.copyOf(signature, 63)),
      encoded(key, Arrays.copyOf(signature, 65)),
      encoded(Arrays.copyOf(key, 33), Arrays.copyOf(signature, 63)),
      new DEROctetString(good).getEncoded(),
      new BERSequence(new ASN1Encodable[] {new DEROctetString(key), new DEROctetString(signature)})
          .getEncoded(),
      Arrays.copyOf(good, good.length + 1),
      Arrays.copyOf(good, good.length - 1),
    };
    for (byte[] value : malformed) {
      assertRefused("peer key extension is malformed", forgery().with(value).build());
    }
  }

  @Test
  void peerPublicKey_holdsOnlyWithinTheValidity() throws Exception {
    X509Certificate c = LinkCertificate.create(PEER, NOW).certificate();
    Instant start = c.getNotBefore().toInstant();
    Instant end = c.getNotAfter().toInstant();
    assertTrue(Duration.between(start, NOW).compareTo(Duration.ofHours(1)) >= 0);
    for (Instant good :
        new Instant[] {start.minusSeconds(119), start, NOW, end, end.plusSeconds(119)}) {
      assertArrayEquals(PEER.publicKey(), LinkCertificateVerifier.peerPublicKey(c, CRYPTO, good));
    }
    var early =
        assertThrows(
            CertificateNotYetValidException.class,
            () -> LinkCertificateVerifier.peerPublicKey(c, CRYPTO, start.minusSeconds(121)));
    assertTrue(early.getMessage().contains("compare the clocks"), early.getMessage());
    var late =
        assertThrows(
            CertificateExpiredException.class,
            () -> LinkCertificateVerifier.peerPublicKey(c, CRYPTO, end.plusSeconds(121)));
    assertTrue(late.getMessage().contains("was valid until " + end), late.getMessage());
  }

  @Test
  void peerPublicKey_refusesACertificateSignedByAnotherKey() throws Exception {
    assertRefused(
        "not signed by its own key",
        forgery().with(extension(PEER, TLS_KEY)).signedBy(OTHER_TLS_KEY.getPrivate()).build());
  }

  @Test
  void peerPublicKey_refusesOtherAlgorithms() throws Exception {
    KeyPair p384 = keyPair("secp384r1");
    assertRefused(
        "not a P-256 key", new ForgedCertificate(p384, NOW).with(extension(PEER, p384)).build());
    KeyPairGenerator rsaGenerator = KeyPairGenerator.getInstance("RSA");
    rsaGenerator.initialize(2048);
    KeyPair rsa = rsaGenerator.generateKeyPair();
    assertRefused(
        "not a P-256 key",
        new ForgedCertificate(rsa, NOW)
            .algorithm("SHA256withRSA")
            .with(extension(PEER, rsa))
            .build());
    assertRefused(
        "not signed by ECDSA with SHA-256",
        forgery().algorithm("SHA384withECDSA").with(extension(PEER, TLS_KEY)).build());
  }

  @Test
  void peerPublicKey_refusesACriticalExtension() throws Exception {
    ASN1ObjectIdentifier unknown = new ASN1ObjectIdentifier("2.25.1");
    assertRefused(
        "critical extension",
        forgery().with(extension(PEER, TLS_KEY)).withCritical(unknown, DERNull.INSTANCE).build());
  }

  @Test
  void peerPublicKey_refusesAnOversizedCertificate() throws Exception {
    ASN1ObjectIdentifier unknown = new ASN1ObjectIdentifier("2.25.1");
    X509Certificate big =
        forgery()
            .with(extension(PEER, TLS_KEY))
            .with(unknown, new DEROctetString(new byte[4096]))
            .build();
    assertRefused("more than the 4096 that are read", big);
  }

  @Test
  void peerPublicKey_refusesEveryAlteredByte() throws Exception {
    byte[] encoded = LinkCertificate.create(PEER, NOW).certificate().getEncoded();
    for (int i = 0; i < encoded.length; i++) {
      byte[] altered = Bits.flipped(encoded, 8 * i + i % 8);
      assertThrows(CertificateException.class, () -> verify(parse(altered)), "byte " + i);
    }
  }

  @Test
  void certificate_tellsNothingButTheKey() throws Exception {
    X509Certificate first = LinkCertificate.create(PEER, NOW).certificate();
    X509Certificate second = LinkCertificate.create(OTHER_PEER, NOW.plusSeconds(60)).certificate();
    assertEquals(first.getSubjectX500Principal(), second.getSubjectX500Principal());
    assertEquals(first.getIssuerX500Principal(), first.getSubjectX500Principal());
    assertEquals(first.getNotBefore(), second.getNotBefore());
    assertEquals(first.getNotAfter(), second.getNotAfter());
    assertNotEquals(first.getSerialNumber(), second.getSerialNumber());
    assertEquals(BigInteger.ONE.signum(), first.getSerialNumber().signum());
    assertFalse(
        first
            .getSubjectX500Principal()
            .getName()
            .contains(HexFormat.of().formatHex(PEER.publicKey())));
    assertNotEquals(
        first.getPublicKey(), LinkCertificate.create(PEER, NOW).certificate().getPublicKey());
  }

  @Test
  void create_failsWithADestroyedKey() {
    SigningKey key = CRYPTO.signingKey(Bits.seeded(32, 3));
    key.destroy();
    assertThrows(IllegalStateException.class, () -> LinkCertificate.create(key));
  }

  @Test
  void toString_printsNothing() {
    assertEquals("LinkCertificate[private key redacted]", LinkCertificate.create(PEER).toString());
  }

  private static ForgedCertificate forgery() {
    return new ForgedCertificate(TLS_KEY, NOW);
  }

  private static byte[] extension(SigningKey peer, KeyPair tlsKey) throws IOException {
    return PeerKeyExtension.sign(peer, info(tlsKey)).encoded();
  }

  private static byte[] signature(byte[] extension) {
    return Arrays.copyOfRange(extension, extension.length - 64, extension.length);
  }

  /** A sequence of octet strings, encoded by a library that knows nothing of the extension. */
  private static byte[] encoded(byte[]... octets) throws IOException {
    ASN1Encodable[] elements = new ASN1Encodable[octets.length];
    for (int i = 0; i < octets.length; i++) {
      elements[i] = new DEROctetString(octets[i]);
    }
    return new DERSequence(elements).getEncoded();
  }

  private static SubjectPublicKeyInfo info(KeyPair tlsKey) {
    return SubjectPublicKeyInfo.getInstance(tlsKey.getPublic().getEncoded());
  }

  private static KeyPair keyPair(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate parse(byte[] encoded) throws CertificateException {
    return assertInstanceOf(
        X509Certificate.class,
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded)));
  }

  private static byte[] verify(X509Certificate c) throws CertificateException {
    return LinkCertificateVerifier.peerPublicKey(c, CRYPTO, NOW);
  }

  private static void assertRefused(String why, X509Certificate c) {
    var refusal = assertThrows(CertificateException.class, () -> verify(c));
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
