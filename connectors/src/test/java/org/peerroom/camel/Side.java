package org.peerroom.camel;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.peerroom.Peer;
import org.peerroom.PeerAddress;

/** One of the two sides of a test: a Camel context with the component. */
final class Side implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final RoomComponent component = new RoomComponent();

  private Side() {
    component.setCloseTimeout(Duration.ofSeconds(5));
    context.addComponent("room", component);
    context.getShutdownStrategy().setTimeout(30);
  }

  /** Listens on a free port of the loopback interface. */
  static Side listening() {
    Side side = new Side();
    side.component.setListen("127.0.0.1:0");
    return side;
  }

  /** Dials the other side, which has been started. */
  static Side dialling(Side other) {
    Side side = new Side();
    side.component.setBootstrap(other.address().hostAndPort());
    return side;
  }

  /** Neither listens nor dials. */
  static Side alone() {
    return new Side();
  }

  Side with(RoutesBuilder routes) throws Exception {
    context.addRoutes(routes);
    return this;
  }

  Side start() {
    context.start();
    return this;
  }

  DefaultCamelContext context() {
    return context;
  }

  RoomComponent component() {
    return component;
  }

  Peer peer() {
    return component.startedPeer();
  }

  PeerAddress address() {
    return peer().listenAddress().orElseThrow();
  }

  ProducerTemplate template() {
    return context.createProducerTemplate();
  }

  MockEndpoint mock(String name) {
    return context.getEndpoint("mock:" + name, MockEndpoint.class);
  }

  /** Waits until this side sees another member in the room of an endpoint. */
  Side awaitMember(String uri) throws Exception {
    RoomEndpoint endpoint = context.getEndpoint(uri, RoomEndpoint.class);
    JoinedRoom room = endpoint.acquire();
    try {
      await().atMost(PATIENCE).until(() -> !room.room().members().isEmpty());
    } finally {
      endpoint.release(room);
    }
    return this;
  }

  @Override
  public void close() {
    context.stop();
  }
}
