package org.peerroom.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.peerroom.Peer;
import org.peerroom.PeerStartException;
import org.peerroom.Room;
import org.peerroom.RoomConflictException;

/** The component as one peer: how it starts, what it says, how it ends. */
@Timeout(180)
class RoomComponentTest {

  @Test
  void listening_isLoggedInOneLineWithTheAddressAndThePeer() {
    try (Logged log = Logged.byComponent();
        Side side = Side.listening().start()) {
      assertTrue(side.address().port() > 0);
      assertEquals(
          List.of(
              "listening on 127.0.0.1:" + side.address().port() + " as " + side.peer().id().hex()),
          log.lines());
    }
  }

  @Test
  void dialling_isLoggedInOneLineAndSoAreLinks() {
    try (Side other = Side.listening().start();
        Logged log = Logged.byComponent();
        Side side = Side.dialling(other).start()) {
      String address = other.address().hostAndPort();
      assertTrue(
          log.lines().contains("dialling " + address + " as " + side.peer().id().hex()),
          log.lines().toString());
      // With the address, unless the link was faster than the log.
      String linked = "linked with peer " + other.peer().id().shortHex();
      await()
          .atMost(Side.PATIENCE)
          .until(() -> log.lines(Level.INFO).stream().anyMatch(l -> l.startsWith(linked)));
      String ended = "link with peer " + other.peer().id().shortHex() + " ended: ";
      other.close();
      await()
          .atMost(Side.PATIENCE)
          .until(() -> log.lines(Level.INFO).stream().anyMatch(l -> l.startsWith(ended)));
    }
  }

  @Test
  void addressThatRefuses_isLoggedOnceAndThenHeldBack() throws Exception {
    String address;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + closed.getLocalPort();
    }
    try (Logged log = Logged.byComponent();
        Side side = Side.alone()) {
      side.component().setBootstrap(address);
      side.start();
      List<String> failures = new CopyOnWriteArrayList<>();
      side.peer().events().subscribe(event -> failures.add(event.toString()));
      await().atMost(Side.PATIENCE).until(() -> failures.size() >= 3);
      List<String> warnings = log.lines(Level.WARN);
      assertEquals(1, warnings.size(), warnings.toString());
      assertTrue(warnings.get(0).startsWith("can't reach " + address + ": "), warnings.get(0));
      assertFalse(warnings.get(0).contains("\n"));
    }
  }

  @Test
  void peerThatNeitherListensNorDials_isWarnedAbout() {
    try (Logged log = Logged.byComponent();
        Side side = Side.alone().start()) {
      assertTrue(side.peer().listenAddress().isEmpty());
      assertTrue(
          log.lines(Level.WARN).get(0).contains("is alone: it neither listens nor dials"),
          log.lines().toString());
    }
  }

  @Test
  void portInUse_failsTheStartWithOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Side side = Side.alone()) {
      side.component().setListen("127.0.0.1:" + taken.getLocalPort());
      RuntimeCamelException e = assertThrows(RuntimeCamelException.class, side::start);
      PeerStartException cause = ObjectHelper.getException(PeerStartException.class, e);
      assertTrue(
          cause.getMessage().contains("127.0.0.1:" + taken.getLocalPort()), cause.getMessage());
      assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }
  }

  @Test
  void badAddress_failsTheStartAndNamesTheOption() {
    try (Side side = Side.alone()) {
      side.component().setBootstrap("127.0.0.1:7400,example");
      RuntimeCamelException e = assertThrows(RuntimeCamelException.class, side::start);
      assertTrue(
          e.getMessage().contains("option bootstrap: 'example' is not an address"), e.getMessage());
    }
  }

  @Test
  void properties_configureTheComponent() throws Exception {
    try (Side other = Side.listening().start()) {
      Main main = new Main();
      main.addInitialProperty("camel.component.room.listen", "127.0.0.1:0");
      main.addInitialProperty(
          "camel.component.room.bootstrap",
          other.peer().id().hex() + "@" + other.address().hostAndPort());
      main.addInitialProperty("camel.component.room.publish-timeout", "5s");
      main.addInitialProperty("camel.component.room.secret", "from the properties");
      main.addInitialProperty("camel.component.room.acks", "replicated:1");
      main.start();
      try {
        RoomComponent component = main.getCamelContext().getComponent("room", RoomComponent.class);
        await().atMost(Side.PATIENCE).until(() -> !component.startedPeer().linkedPeers().isEmpty());
        assertEquals(5, component.publishPatience().toSeconds());
        RoomSettings settings =
            main.getCamelContext().getEndpoint("room:orders", RoomEndpoint.class).settings();
        assertEquals("replicated:1", settings.acks().toString());
        assertTrue(settings.room().secret() != null);
      } finally {
        main.stop();
      }
    }
  }

  @Test
  void givenPeer_isUsedAndNotClosed() throws Exception {
    try (Side other = Side.listening().start()) {
      Peer peer =
          Peer.builder().bootstrap(other.address().hostAndPort()).start().block(Side.PATIENCE);
      try {
        Room room = peer.join("orders").block(Side.PATIENCE);
        try (Side side = Side.alone()) {
          side.context().getRegistry().bind("peer", Peer.class, peer);
          side.component().setPeer(peer);
          side.with(
              new RouteBuilder() {
                @Override
                public void configure() {
                  from("room:orders").to("mock:orders");
                }
              });
          side.start();
          assertSame(peer, side.peer());
          MockEndpoint mock = side.mock("orders");
          mock.setResultWaitTime(Side.PATIENCE.toMillis());
          mock.expectedBodiesReceived("x", "y");
          room.publish("x").block(Side.PATIENCE);
          other.template().sendBody("room:orders", "y");
          mock.assertIsSatisfied();
        }
        assertFalse(peer.linkedPeers().isEmpty());
        assertEquals("z", textOf(room, "z"));
      } finally {
        peer.close().block(Side.PATIENCE);
      }
    }
  }

  private static String textOf(Room room, String text) {
    room.publish(text).block(Side.PATIENCE);
    return room.messages()
        .filter(m -> m.text().equals(text))
        .next()
        .map(m -> m.text())
        .block(Side.PATIENCE);
  }

  @Test
  void givenPeer_isTakenFromTheRegistry() {
    Peer peer = Peer.builder().start().block(Side.PATIENCE);
    DefaultCamelContext context = new DefaultCamelContext();
    try {
      context.getRegistry().bind("peer", Peer.class, peer);
      context.start();
      assertSame(peer, context.getComponent("room", RoomComponent.class).startedPeer());
    } finally {
      context.stop();
      peer.close().block(Side.PATIENCE);
    }
  }

  @Test
  void givenPeerAndListen_excludeEachOther() {
    Peer peer = Peer.builder().start().block(Side.PATIENCE);
    try (Side side = Side.alone()) {
      side.component().setPeer(peer);
      side.component().setListen("127.0.0.1:0");
      RuntimeCamelException e = assertThrows(RuntimeCamelException.class, side::start);
      assertTrue(e.getMessage().contains("set either peer, or listen"), e.getMessage());
    } finally {
      peer.close().block(Side.PATIENCE);
    }
  }

  @Test
  void routesThatDisagreeAboutTheirRoom_failTheStart() throws Exception {
    try (Side side = Side.listening()) {
      Exception e =
          assertThrows(
              Exception.class,
              () -> {
                side.with(
                    new RouteBuilder() {
                      @Override
                      public void configure() {
                        from("room:orders?retention=5m").to("mock:a");
                        from("direct:a").to("room:orders?retention=6m");
                      }
                    });
                side.start();
              });
      RoomConflictException conflict = ObjectHelper.getException(RoomConflictException.class, e);
      assertTrue(conflict.getMessage().contains("retention is"), conflict.getMessage());
    }
  }

  @Test
  void routesThatAgree_haveTheRoomAsOneOfThemSays() throws Exception {
    try (Side side =
        Side.listening()
            .with(
                new RouteBuilder() {
                  @Override
                  public void configure() {
                    from("room:orders").routeId("silent").to("mock:a");
                    from("room:orders?maxMessageSize=1000&echo=false").to("mock:b");
                    from("direct:a").to("room:orders?retention=6m");
                  }
                })
            .start()) {
      RoomEndpoint endpoint = side.context().getEndpoint("room:orders", RoomEndpoint.class);
      JoinedRoom room = endpoint.acquire();
      assertEquals(1_000, room.maxMessageSize());
      assertEquals(6, room.room().policy().retention().toMinutes());
      endpoint.release(room);
      Exception late =
          assertThrows(
              Exception.class, () -> side.context().getEndpoint("room:orders?history=none"));
      assertInstanceOf(
          RoomConflictException.class,
          ObjectHelper.getException(RoomConflictException.class, late));
    }
  }

  @Test
  void roomOfAReplacedRoute_staysJoinedUnlessItsPolicyChanges() throws Exception {
    try (Side side = Side.listening().start()) {
      JoinedRoom first = replaceRoute(side, "room:orders?retention=5m");
      JoinedRoom same = replaceRoute(side, "room:orders?retention=5m&echo=false");
      assertSame(first.room(), same.room());
      JoinedRoom changed = replaceRoute(side, "room:orders?retention=6m");
      assertEquals(6, changed.room().policy().retention().toMinutes());
    }
  }

  private static JoinedRoom replaceRoute(Side side, String uri) throws Exception {
    side.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(uri).routeId("orders").to("mock:a");
          }
        });
    RoomEndpoint endpoint = side.context().getEndpoint(uri, RoomEndpoint.class);
    JoinedRoom room = endpoint.acquire();
    endpoint.release(room);
    side.context().getRouteController().stopRoute("orders");
    assertTrue(side.context().removeRoute("orders"));
    return room;
  }

  @Test
  void producerAloneInARoute_failsItWhereTheRoomCantBeJoined() throws Exception {
    Peer peer = Peer.builder().start().block(Side.PATIENCE);
    peer.close().block(Side.PATIENCE);
    try (Side side = Side.alone()) {
      side.component().setPeer(peer);
      side.with(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:a").to("room:orders");
            }
          });
      Exception e = assertThrows(Exception.class, side::start);
      assertTrue(
          ObjectHelper.getException(FailedToStartRouteException.class, e) != null, e.toString());
    }
  }
}
