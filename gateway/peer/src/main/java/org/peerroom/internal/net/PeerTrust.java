package org.peerroom.internal.net;

import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.LinkCertificate;
import org.peerroom.internal.crypto.PublicKeyCrypto;

/**
 * Trusts a certificate that proves a peer's key, whoever the peer is; names and authorities play no
 * part. For one link: it remembers which certificate it verified and for which peer.
 */
final class PeerTrust extends X509ExtendedTrustManager {

  /** The remote has proved its key, but it is not a peer that a link may go to. */
  static final class WrongPeerException extends CertificateException {
    private static final long serialVersionUID = 1L;

    WrongPeerException(String message) {
      super(message);
    }
  }

  private final PublicKeyCrypto crypto;
  private final PeerId self;
  private final @Nullable PeerId expected;
  private @Nullable Verified verified;

  private record Verified(X509Certificate certificate, PeerId peer) {}

  /**
   * @param self never trusted: a link to oneself is a mistake in an address
   * @param expected the only peer that is trusted; null for any other
   */
  PeerTrust(PublicKeyCrypto crypto, PeerId self, @Nullable PeerId expected) {
    this.crypto = crypto;
    this.self = self;
    this.expected = expected;
  }

  /**
   * The peer of a session whose handshake is done.
   *
   * @throws SSLPeerUnverifiedException if the session's certificate is not the one that was
   *     verified here
   */
  PeerId peer(SSLSession session) throws SSLPeerUnverifiedException {
    Certificate[] chain = session.getPeerCertificates();
    if (verified == null || chain.length != 1 || !chain[0].equals(verified.certificate())) {
      throw new SSLPeerUnverifiedException(
          "the session has another certificate than the one that was verified");
    }
    return verified.peer();
  }

  private void verify(X509Certificate[] chain) throws CertificateException {
    if (chain.length != 1) {
      throw new CertificateException(
          "it shows " + chain.length + " certificates, a peer shows one");
    }
    PeerId peer = PeerId.of(LinkCertificate.peerPublicKey(chain[0], crypto));
    if (peer.equals(self)) {
      throw new WrongPeerException("is this peer itself");
    }
    if (expected != null && !peer.equals(expected)) {
      throw new WrongPeerException("is another peer: expected " + expected + ", found " + peer);
    }
    verified = new Verified(chain[0], peer);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    verify(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    verify(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    verify(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    verify(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    verify(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    verify(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
