package org.peerroom.internal.net;

import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.LinkCertificate;
import org.peerroom.internal.crypto.PublicKeyCrypto;

/**
 * Makes the TLS 1.3 engines of links (RFC 8446): both sides show a certificate, the application
 * protocol is {@value #PROTOCOL} (RFC 7301), no server name is sent.
 *
 * <p>Every link has an {@link SSLContext} of its own. So there is no session to resume and no
 * ticket that means anything: a link never comes up without its certificate being verified, and no
 * cache grows with the number of strangers seen.
 */
final class LinkTls {

  /**
   * The application protocol, by which others tell that this is a Peer Room peer before they say
   * anything.
   */
  static final String PROTOCOL = "peerroom/1";

  private static final String[] VERSIONS = {"TLSv1.3"};
  private static final String[] SUITES = {
    "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"
  };

  private final KeyManager[] keys;
  private final PublicKeyCrypto crypto;
  private final PeerId self;
  private final SecureRandom random = new SecureRandom();

  /** An engine and the trust that will have verified its remote. */
  record Side(SSLEngine engine, PeerTrust trust) {}

  LinkTls(LinkCertificate certificate, PublicKeyCrypto crypto) {
    this.keys =
        new KeyManager[] {new LinkKeyManager(certificate.certificate(), certificate.privateKey())};
    this.crypto = crypto;
    // Asked here also because the answer takes Netty a while, the first time: not for an event
    // loop.
    if (!SslProvider.isTlsv13Supported(SslProvider.JDK)) {
      throw new IllegalStateException("this Java runtime has no TLS 1.3");
    }
    try {
      this.self = PeerId.of(LinkCertificate.peerPublicKey(certificate.certificate(), crypto));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("the peer's own link certificate does not verify", e);
    }
  }

  /** This peer. */
  PeerId self() {
    return self;
  }

  /**
   * The side that dials; {@code expected} is the only peer that may answer, null for any but this
   * one.
   */
  Side dialling(@Nullable PeerId expected) {
    return side(true, expected);
  }

  /** The side that accepts. */
  Side accepting() {
    return side(false, null);
  }

  private Side side(boolean client, @Nullable PeerId expected) {
    PeerTrust trust = new PeerTrust(crypto, self, expected);
    SSLEngine engine = context(trust).createSSLEngine();
    engine.setUseClientMode(client);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    parameters.setCipherSuites(SUITES);
    parameters.setApplicationProtocols(new String[] {PROTOCOL});
    if (!client) {
      parameters.setNeedClientAuth(true);
    }
    engine.setSSLParameters(parameters);
    return new Side(engine, trust);
  }

  private SSLContext context(PeerTrust trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {trust}, random);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }
}
