package org.peerroom.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckRepository;
import org.apache.camel.impl.health.DefaultHealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.Scope;

@Timeout(180)
class RoomHealthCheckTest {

  @TempDir Path folder;

  private static Side checked(Side side) throws Exception {
    HealthCheckRegistry registry = new DefaultHealthCheckRegistry(side.context());
    side.context().getCamelContextExtension().addContextPlugin(HealthCheckRegistry.class, registry);
    registry.register(registry.resolveById("consumers"));
    HealthCheckRepository producers = (HealthCheckRepository) registry.resolveById("producers");
    registry.register(producers);
    // Camel leaves the checks of producers off unless asked for.
    producers.setEnabled(true);
    return side.with(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("room:orders").routeId("orders").to("mock:orders");
                from("direct:orders").to("room:orders");
              }
            })
        .start();
  }

  private static HealthCheck.Result result(Side side, String id) {
    Collection<HealthCheck.Result> results =
        HealthCheckHelper.invokeReadiness(side.context(), "full");
    return results.stream()
        .filter(r -> r.getCheck().getId().startsWith(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(id + " is not among " + results));
  }

  @Test
  void peerThatOnlyListens_isUpWithoutAnyone() throws Exception {
    try (Side side = checked(Side.listening())) {
      HealthCheck.Result consumer = result(side, "consumer:orders");
      assertEquals(HealthCheck.State.UP, consumer.getState());
      assertEquals(side.peer().id().hex(), consumer.getDetails().get("peer.id"));
      assertEquals(0, consumer.getDetails().get("peer.links"));
      assertEquals(side.peer().cryptography(), consumer.getDetails().get("crypto"));
      assertTrue(side.peer().cryptography().startsWith("Ed25519 "), side.peer().cryptography());
      assertEquals(HealthCheck.State.UP, result(side, "producer:room-").getState());
    }
  }

  @Test
  void peerThatDials_isUpForAsLongAsThereIsALink() throws Exception {
    Side other = Side.listening().start();
    try (Side side = checked(Side.dialling(other))) {
      await()
          .atMost(Side.PATIENCE)
          .until(() -> result(side, "consumer:orders").getState() == HealthCheck.State.UP);
      other.close();
      await()
          .atMost(Side.PATIENCE)
          .until(() -> result(side, "consumer:orders").getState() == HealthCheck.State.DOWN);
      HealthCheck.Result down = result(side, "producer:room-");
      assertEquals(HealthCheck.State.DOWN, down.getState());
      assertTrue(down.getMessage().orElseThrow().startsWith("no link to any peer; dialling "));
    } finally {
      other.close();
    }
  }

  @Test
  void identity_thatHasExpiredIsDown() throws Exception {
    Authority authority = new Authority("Market");
    Path file = folder.resolve("alice.key");
    authority.certify("alice", Scope.ALL, Duration.ofSeconds(10)).save(file, null);
    Side alone = Side.listening();
    alone.component().setIdentity(file.toString());
    try (Side side = checked(alone)) {
      await()
          .atMost(Side.PATIENCE)
          .until(() -> result(side, "consumer:orders").getState() == HealthCheck.State.DOWN);
      String message = result(side, "consumer:orders").getMessage().orElseThrow();
      assertTrue(message.startsWith("the identity expired at "), message);
    }
  }

  @Test
  void linkLoss_isNoReasonToRestart() throws Exception {
    try (Side side = checked(Side.listening())) {
      RoomEndpoint endpoint = side.context().getEndpoint("room:orders", RoomEndpoint.class);
      assertFalse(new RoomHealthCheck("x", endpoint, () -> null).isLiveness());
    }
  }

  @Test
  void checks_canBeSwitchedOff() throws Exception {
    Side side = Side.listening();
    side.component().setHealthCheckConsumerEnabled(false);
    try (Side started = checked(side)) {
      HealthCheck check =
          ((RoomConsumer) started.context().getRoute("orders").getConsumer()).getHealthCheck();
      assertFalse(check.isEnabled());
    }
  }
}
