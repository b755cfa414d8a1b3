package org.peerroom.gateway.run;

import org.apache.camel.Component;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.peerroom.gateway.http.HttpEngine;
import org.peerroom.gateway.http.HttpSettings;

/**
 * Gives {@code platform-http:} its server, at the address that is configured as for Camel's own.
 */
final class PlatformHttpDefaults {

  static final String HOST = "127.0.0.1";
  static final int PORT = 8080;
  static final long MAX_BODY_SIZE = 16 << 20;

  private PlatformHttpDefaults() {}

  /** What holds unless it is configured: nothing is served to other machines. */
  static void prepare(HttpServerConfigurationProperties server) {
    server.setHost(HOST);
    server.setPort(PORT);
    server.setMaxBodySize(MAX_BODY_SIZE);
  }

  static void apply(Component component, HttpServerConfigurationProperties server) {
    if (server.isAuthenticationEnabled() || server.isUseGlobalSslContextParameters()) {
      throw new IllegalArgumentException(
          "the gateway serves HTTP without TLS and authentication; put a proxy in front of it that does both");
    }
    if (server.isStaticEnabled() || !"/".equals(server.getPath())) {
      throw new IllegalArgumentException(
          "of camel.server.* the gateway takes host, port and maxBodySize alone");
    }
    long maxBodySize = server.getMaxBodySize() == null ? MAX_BODY_SIZE : server.getMaxBodySize();
    HttpSettings settings =
        new HttpSettings(
            server.getHost(), server.getPort(), (int) Math.min(Integer.MAX_VALUE, maxBodySize));
    PlatformHttpComponent http = (PlatformHttpComponent) component;
    http.setEngine(new HttpEngine(http.getCamelContext(), settings, Transient::isTransient));
  }
}
