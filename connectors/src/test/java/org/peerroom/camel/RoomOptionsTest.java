package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.peerroom.Acks;
import org.peerroom.Admission;
import org.peerroom.History;
import org.peerroom.RoomPolicy;
import org.peerroom.RoomSecret;
import org.peerroom.SealingSuite;
import org.peerroom.SubscribeOptions.Start;
import org.peerroom.Subscription;

/** What is written in a URI or on the component, and what it becomes; no peer is started. */
class RoomOptionsTest {

  private final DefaultCamelContext context = new DefaultCamelContext();

  @AfterEach
  void close() {
    context.stop();
  }

  private RoomEndpoint endpoint(String uri) {
    return context.getEndpoint(uri, RoomEndpoint.class);
  }

  private RoomSettings settings(String uri) {
    return endpoint(uri).settings();
  }

  private RoomPolicy policy(String uri) {
    return settings(uri).room().policy();
  }

  private String failure(String uri) {
    ResolveEndpointFailedException e =
        assertThrows(ResolveEndpointFailedException.class, () -> context.getEndpoint(uri));
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    return e.getMessage();
  }

  @Test
  void uri_withoutOptionsHasTheDefaults() {
    RoomSettings settings = settings("room:orders");
    assertEquals("orders", settings.room().name());
    assertEquals(RoomPolicy.DEFAULT, policy("room:orders"));
    assertEquals(Acks.LOCAL, settings.acks());
    assertEquals(1, settings.maxInFlight());
    assertEquals(
        Subscription.EPHEMERAL.withMaxInFlight(Subscription.MAX_IN_FLIGHT),
        settings.subscription());
  }

  @Test
  void uri_setsEveryOption() {
    String uri =
        "room:orders?secret=RAW(p&w+%20)&history=none&retention=90s&retentionBytes=33554432"
            + "&suite=x25519&maxMessageSize=1048576&acks=replicated:2&maxInFlight=16&echo=false&start=live"
            + "&subscription=stock&redeliverAfter=200";
    RoomSettings settings = settings(uri);
    RoomSecret secret = settings.room().secret();
    assertNotNull(secret);
    assertTrue(secret.matches(RoomSecret.of("p&w+%20".toCharArray())));
    assertEquals(
        new RoomPolicy(
            History.NONE,
            Duration.ofSeconds(90),
            32 << 20,
            1 << 20,
            Admission.open(),
            SealingSuite.X25519,
            List.of()),
        policy(uri));
    assertEquals(Acks.replicated(2), settings.acks());
    assertEquals(16, settings.maxInFlight());
    assertEquals(
        new Subscription(
            "stock", Start.LIVE, false, Subscription.MAX_IN_FLIGHT, Duration.ofMillis(200)),
        settings.subscription());
  }

  @ParameterizedTest
  @CsvSource({"10m,600000", "1h30m,5400000", "5000,5000", "PT2S,2000", "0,0"})
  void retention_isWrittenAsCamelWritesDurations(String text, long millis) {
    assertEquals(Duration.ofMillis(millis), policy("room:orders?retention=" + text).retention());
  }

  @ParameterizedTest
  @CsvSource({"unlimited", "Unlimited"})
  void retention_canBeUnlimited(String text) {
    assertTrue(policy("room:orders?retention=" + text).isUnlimited());
  }

  @Test
  void retentionOfNothing_givesNoHistoryEither() {
    RoomPolicy live = policy("room:orders?retention=0");
    assertTrue(live.isLiveOnly());
    assertEquals(History.NONE, live.history());
  }

  @Test
  void component_givesDefaultsThatEndpointsOverride() {
    RoomComponent component = context.getComponent("room", RoomComponent.class);
    RoomConfiguration defaults = component.getConfiguration();
    defaults.setAcks("replicated:1");
    defaults.setRetention("1h");
    defaults.setMaxInFlight(8);
    assertEquals(Acks.replicated(1), settings("room:orders").acks());
    assertEquals(Duration.ofHours(1), policy("room:orders").retention());
    assertEquals(8, settings("room:orders").maxInFlight());
    assertEquals(Acks.LOCAL, settings("room:invoices?acks=local").acks());
    assertEquals(Duration.ofMinutes(1), policy("room:invoices?retention=1m").retention());
  }

  @ParameterizedTest
  @CsvSource({"room:orders", "room://orders"})
  void name_isThePath(String uri) {
    assertEquals("orders", endpoint(uri).getName());
  }

  @ParameterizedTest
  @CsvSource({"room:eu/orders,eu/orders", "room:größe,größe", "room:two%20words,two words"})
  void name_mayHaveSlashesAndAnyLetters(String uri, String name) {
    assertEquals(name, endpoint(uri).getName());
  }

  @Test
  void unknownOption_isNamed() {
    String message = failure("room:orders?retension=10m");
    assertTrue(message.contains("retension=10m"), message);
    assertTrue(message.contains("Unknown parameters"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "history=all | expected none or retained",
        "suite=rsa | suite=rsa: expected x-wing, x25519 or per-recipient",
        "retention=soon | expected a time such as 10m or 2h, 0 for live only, or unlimited",
        "retention=10ms | retention is from 1 second to 30 days",
        "retentionBytes=64 MiB | retentionBytes",
        "retentionBytes=5 | retention in bytes is from 1 MiB to 16 GiB",
        "maxMessageSize=0 | the largest message is from 1 byte to 64 MiB",
        "maxMessageSize=67108864 | can't hold two messages",
        "acks=all | expected local, replicated:N",
        "acks=replicated:0 | expected local, replicated:N",
        "maxInFlight=0 | maxInFlight=0: expected a number from 1 to 1024",
        "maxInFlight=many | maxInFlight",
        "redeliverAfter=5m | a message is redelivered after 1 millisecond to 1 minute",
        "subscription= | a subscription's name has 1 to 128 characters",
        "persistent=true | there is no folder to keep the room in; set camel.component.room.data",
        "persistent=maybe | persistent",
        "key= | key= is empty: expected an expression",
        "key=${header.a | key=${header.a",
        "start=yesterday | start=yesterday: expected oldest or live",
        "echo=perhaps | echo",
        "secret= | a room secret has 1 to 1024 characters"
      })
  void badValue_failsWithOneLineThatSaysWhatIsExpected(String option, String expected) {
    String message = failure("room:orders?" + option);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void badName_failsWithOneLine() {
    String message = failure("room:" + "x".repeat(129));
    assertTrue(message.contains("a room name has 1 to 128 characters"), message);
  }

  @Test
  void secret_maybeAPropertyPlaceholder() {
    Properties properties = new Properties();
    properties.setProperty("orders.secret", "correct horse & battery?staple");
    context.getPropertiesComponent().setInitialProperties(properties);
    RoomSecret secret = settings("room:orders?secret=RAW({{orders.secret}})").room().secret();
    assertNotNull(secret);
    assertTrue(secret.matches(RoomSecret.of("correct horse & battery?staple".toCharArray())));
  }

  @Test
  void secret_isNeitherInExceptionsNorInTexts() {
    String message = failure("room:orders?secret=hunter2hunter2&acks=all");
    assertFalse(message.contains("hunter2"), message);
    RoomEndpoint endpoint = endpoint("room:orders?secret=hunter2hunter2");
    assertFalse(endpoint.toString().contains("hunter2"), endpoint.toString());
    assertFalse(endpoint.settings().room().toString().contains("hunter2"));
  }

  @Test
  void disagreement_failsAndNamesTheOption() {
    endpoint("room:orders?retention=5m");
    String message = failure("room:orders?retention=6m&echo=false");
    assertTrue(
        message.contains(
            "the endpoints of room 'orders' disagree: retention is 300000 ms on another endpoint"
                + " and 360000 ms on this one"),
        message);
  }

  @Test
  void disagreement_isNoneWhereOneSaysNothingOrTheRoomIsAnother() {
    endpoint("room:orders?retention=5m");
    endpoint("room:orders?maxMessageSize=1024");
    endpoint("room:orders");
    endpoint("room:orders?retention=5m&history=none");
    endpoint("room:orders?retention=7m&secret=another-room");
    endpoint("room:invoices?retention=8m");
    assertEquals(6, context.getEndpoints().size());
  }

  @Test
  void disagreement_isToldAboutPersistenceToo() {
    endpoint("room:orders?persistent=false");
    String message = failure("room:orders?persistent=true");
    assertTrue(message.contains("there is no folder"), message);
    context.getComponent("room", RoomComponent.class).setData("kept");
    message = failure("room:orders?persistent=true");
    assertTrue(
        message.contains("persistent is false on another endpoint and true on this one"), message);
  }

  @Test
  void disagreement_endsWithTheEndpoint() throws Exception {
    RoomEndpoint first = endpoint("room:orders?retention=5m");
    context.removeEndpoint(first);
    assertEquals(Duration.ofMinutes(6), policy("room:orders?retention=6m").retention());
  }
}
