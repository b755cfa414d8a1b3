package org.peerroom.gateway.run;

import org.apache.camel.Component;
import org.apache.camel.component.http.HttpComponent;

/** Lets no call wait without end for a server that answers no more. */
final class HttpDefaults {

  private static final long CONNECT_MILLIS = 10_000;
  private static final long RESPONSE_MILLIS = 60_000;

  private HttpDefaults() {}

  static void apply(Component component) {
    HttpComponent http = (HttpComponent) component;
    http.setConnectTimeout(CONNECT_MILLIS);
    http.setResponseTimeout(RESPONSE_MILLIS);
    http.setSoTimeout(RESPONSE_MILLIS);
  }
}
