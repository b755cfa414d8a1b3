package org.peerroom.gateway.run;

import org.apache.camel.Component;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.spi.ComponentCustomizer;

/**
 * Prepares the components that need it, when a route first uses them: a gateway without queues
 * loads no queue client. What is configured for a component comes later and wins.
 */
final class ComponentDefaults implements ComponentCustomizer {

  private final HttpServerConfigurationProperties server;

  ComponentDefaults(HttpServerConfigurationProperties server) {
    this.server = server;
  }

  @Override
  public boolean isEnabled(String name, Component target) {
    return switch (name) {
      case "room", "jms", "http", "https", "platform-http" -> true;
      default -> false;
    };
  }

  @Override
  public void configure(String name, Component target) {
    switch (name) {
      case "room" -> RoomDefaults.apply(target);
      case "jms" -> JmsDefaults.apply(target);
      case "platform-http" -> PlatformHttpDefaults.apply(target, server);
      default -> HttpDefaults.apply(target);
    }
  }
}
