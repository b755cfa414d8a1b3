package org.peerroom.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import java.util.Properties;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two sides meet in a room only with the same secret, and are told when they don't. */
@Timeout(180)
class RoomSecretTest {

  private static final String SECRET = "correct horse battery staple";

  private static Side withSecret(Side side, String secret) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("orders.secret", secret);
    side.context().getPropertiesComponent().setInitialProperties(properties);
    return side.with(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("room:orders?secret=RAW({{orders.secret}})&echo=false").to("mock:orders");
                from("direct:orders").to("room:orders?secret=RAW({{orders.secret}})");
              }
            })
        .start();
  }

  @Test
  void sameSecret_meets() throws Exception {
    try (Logged log = Logged.byAll();
        Side a = withSecret(Side.listening(), SECRET);
        Side b = withSecret(Side.dialling(a), SECRET)) {
      MockEndpoint mock = b.mock("orders");
      mock.setResultWaitTime(Side.PATIENCE.toMillis());
      mock.expectedBodiesReceived("one espresso");
      a.template().sendBody("direct:orders", "one espresso");
      mock.assertIsSatisfied();
      b.close();
      a.close();
      assertTrue(log.lines().stream().noneMatch(l -> l.contains("correct horse")));
    }
  }

  @Test
  void otherSecret_doesNotMeetAndSaysWhatMayBeWrong() throws Exception {
    try (Logged log = Logged.byComponent();
        Side a = withSecret(Side.listening(), SECRET);
        Side b = withSecret(Side.dialling(a), "wrong")) {
      a.template().sendBody("direct:orders", "one espresso");
      String warning = "room 'orders': nobody else is here, though 1 peer(s) are linked";
      await()
          .atMost(Side.PATIENCE)
          .until(
              () -> log.lines(Level.WARN).stream().filter(l -> l.startsWith(warning)).count() >= 2);
      assertTrue(
          log.lines(Level.WARN).stream()
              .anyMatch(l -> l.contains("name or its secret may differ")));
      assertEquals(0, b.mock("orders").getReceivedCounter());
    }
  }
}
