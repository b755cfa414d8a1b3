package org.peerroom.internal.crypto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate put together by hand, with whatever extensions and signer a test wants. */
final class ForgedCertificate {

  private static final X500Name NAME = new X500Name("CN=link");

  private final KeyPair key;
  private final Instant now;
  private final List<Extension> extensions = new ArrayList<>();
  private PrivateKey signer;
  private String algorithm = "SHA256withECDSA";

  ForgedCertificate(KeyPair key, Instant now) {
    this.key = key;
    this.now = now;
    this.signer = key.getPrivate();
  }

  ForgedCertificate with(byte[] peerKeyExtension) {
    extensions.add(new Extension(PeerKeyExtension.OID, false, peerKeyExtension));
    return this;
  }

  ForgedCertificate with(ASN1ObjectIdentifier oid, ASN1Encodable value) throws IOException {
    extensions.add(new Extension(oid, false, value.toASN1Primitive().getEncoded()));
    return this;
  }

  ForgedCertificate withCritical(ASN1ObjectIdentifier oid, ASN1Encodable value) throws IOException {
    extensions.add(new Extension(oid, true, value.toASN1Primitive().getEncoded()));
    return this;
  }

  ForgedCertificate signedBy(PrivateKey otherSigner) {
    this.signer = otherSigner;
    return this;
  }

  ForgedCertificate algorithm(String name) {
    this.algorithm = name;
    return this;
  }

  /** As the JDK's TLS would read it. */
  X509Certificate build() throws CertificateException, IOException, OperatorCreationException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded()));
  }

  byte[] encoded() throws IOException, OperatorCreationException {
    ContentSigner contentSigner = new JcaContentSignerBuilder(algorithm).build(signer);
    AlgorithmIdentifier signature = contentSigner.getAlgorithmIdentifier();
    ASN1EncodableVector fields = new ASN1EncodableVector();
    fields.add(new DERTaggedObject(true, 0, new ASN1Integer(2)));
    fields.add(new ASN1Integer(BigInteger.valueOf(1234)));
    fields.add(signature);
    fields.add(NAME);
    fields.add(
        new DERSequence(
            new ASN1Encodable[] {
              new Time(Date.from(now.minus(Duration.ofHours(1)))),
              new Time(Date.from(now.plus(Duration.ofDays(1))))
            }));
    fields.add(NAME);
    fields.add(SubjectPublicKeyInfo.getInstance(key.getPublic().getEncoded()));
    if (!extensions.isEmpty()) {
      fields.add(
          new DERTaggedObject(true, 3, new DERSequence(extensions.toArray(new Extension[0]))));
    }
    DERSequence toBeSigned = new DERSequence(fields);
    contentSigner.getOutputStream().write(toBeSigned.getEncoded(ASN1Encoding.DER));
    ASN1Encodable[] certificate = {
      toBeSigned, signature, new DERBitString(contentSigner.getSignature())
    };
    return new DERSequence(certificate).getEncoded(ASN1Encoding.DER);
  }
}
