package org.peerroom.gateway.run;

import static org.peerroom.gateway.GatewayException.badInput;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How queues are reached. */
final class JmsSettings {

  static final String URL = "jms.url";
  static final String USERNAME = "jms.username";
  static final String PASSWORD = "jms.password";
  static final String MAX_CONNECTIONS = "jms.pool.maxConnections";
  static final List<String> KEYS = List.of(URL, USERNAME, PASSWORD, MAX_CONNECTIONS);

  private static final String DEFAULT_URL = "tcp://127.0.0.1:61616";
  private static final String DEFAULT_MAX_CONNECTIONS = "4";

  private final String url;
  private final @Nullable String username;
  private final @Nullable String password;
  private final int maxConnections;

  private JmsSettings(
      String url, @Nullable String username, @Nullable String password, int maxConnections) {
    this.url = url;
    this.username = username;
    this.password = password;
    this.maxConnections = maxConnections;
  }

  /**
   * Takes what is configured.
   *
   * @param lookup the value of a key
   * @throws org.peerroom.gateway.GatewayException with one line if a value is out of range
   */
  static JmsSettings of(Function<String, Optional<String>> lookup) {
    return new JmsSettings(
        lookup.apply(URL).filter(url -> !url.isBlank()).orElse(DEFAULT_URL),
        lookup.apply(USERNAME).orElse(null),
        lookup.apply(PASSWORD).orElse(null),
        connections(lookup.apply(MAX_CONNECTIONS).orElse(DEFAULT_MAX_CONNECTIONS)));
  }

  private static int connections(String text) {
    try {
      int connections = Integer.parseInt(text.strip());
      if (connections >= 1 && connections <= 1000) {
        return connections;
      }
    } catch (NumberFormatException e) {
      throw badInput(MAX_CONNECTIONS + " is a number from 1 to 1000, not '" + text + "'", e);
    }
    throw badInput(MAX_CONNECTIONS + " is a number from 1 to 1000, not '" + text + "'");
  }

  /** Of an ActiveMQ Artemis broker, with the parameters that its client knows. */
  String url() {
    return url;
  }

  @Nullable String username() {
    return username;
  }

  @Nullable String password() {
    return password;
  }

  /** How many connections the pool holds at most, 1 to 1,000. */
  int maxConnections() {
    return maxConnections;
  }
}
