package org.peerroom.authority;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS that trusts the certificates of one PEM file and no others. */
final class TrustedCa {

  private TrustedCa() {}

  /**
   * @throws IllegalArgumentException with one line if the file can't be read or holds no
   *     certificate
   */
  static SSLContext load(Path pem) {
    try (InputStream file = Files.newInputStream(pem)) {
      Collection<? extends Certificate> trusted =
          CertificateFactory.getInstance("X.509").generateCertificates(file);
      if (trusted.isEmpty()) {
        throw new IllegalArgumentException(
            "the file " + pem + " holds no certificate; give one in PEM form");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate : trusted) {
        store.setCertificateEntry("ca" + store.size(), certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      return tls;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the file " + pem + " can't be read; it is to hold the certificate of a CA in PEM form",
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "the file " + pem + " is not the certificate of a CA in PEM form", e);
    }
  }
}
