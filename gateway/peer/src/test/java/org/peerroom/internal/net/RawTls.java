package org.peerroom.internal.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.LinkCertificate;

/**
 * Plain JDK TLS that trusts everyone and shows whatever it is given: what a stranger may come with.
 */
final class RawTls {

  /** What is shown to the other side. */
  record Credentials(PrivateKey key, List<X509Certificate> chain) {
    static Credentials of(LinkCertificate certificate) {
      return new Credentials(certificate.privateKey(), List.of(certificate.certificate()));
    }
  }

  private final SSLContext context;
  private String[] versions = {"TLSv1.3"};
  private String[] protocols = {LinkTls.PROTOCOL};

  private RawTls(@Nullable Credentials credentials) {
    try {
      context = SSLContext.getInstance("TLS");
      context.init(keys(credentials), new TrustManager[] {new TrustEveryone()}, null);
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  static RawTls with(LinkCertificate certificate) {
    return new RawTls(Credentials.of(certificate));
  }

  static RawTls with(Credentials credentials) {
    return new RawTls(credentials);
  }

  static RawTls withoutCertificate() {
    return new RawTls(null);
  }

  RawTls versions(String... only) {
    versions = only;
    return this;
  }

  RawTls applicationProtocols(String... offered) {
    protocols = offered;
    return this;
  }

  /** Connects and shakes hands. With TLS 1.3 this may succeed although the other side refuses. */
  SSLSocket connect(int port) throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    plain.setSoTimeout(10_000);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
    socket.setEnabledProtocols(versions);
    socket.setSSLParameters(withProtocols(socket.getSSLParameters()));
    try {
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** A server socket that asks nobody for a certificate. */
  SSLServerSocket listen() throws IOException {
    SSLServerSocket socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    socket.setEnabledProtocols(versions);
    socket.setSSLParameters(withProtocols(socket.getSSLParameters()));
    return socket;
  }

  private SSLParameters withProtocols(SSLParameters parameters) {
    parameters.setApplicationProtocols(protocols);
    return parameters;
  }

  private static KeyManager[] keys(@Nullable Credentials credentials)
      throws GeneralSecurityException, IOException {
    if (credentials == null) {
      return new KeyManager[0];
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Certificate[] chain = credentials.chain().toArray(new Certificate[0]);
    store.setKeyEntry("shown", credentials.key(), new char[0], chain);
    KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static final class TrustEveryone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
