package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.peerroom.RoomPolicy;

/** The generated description of the component, by which tools complete and check URIs. */
class RoomCatalogTest {

  private static final Set<String> ENDPOINT_OPTIONS =
      Set.of(
          "name",
          "secret",
          "admission",
          "authorities",
          "attributes",
          "anonymous",
          "suite",
          "durable",
          "history",
          "retention",
          "retentionBytes",
          "maxMessageSize",
          "persistent",
          "acks",
          "key",
          "subscription",
          "redeliverAfter",
          "maxInFlight",
          "echo",
          "start",
          "headerFilterStrategy");

  private static final Set<String> COMPONENT_OPTIONS =
      Set.of(
          "listen",
          "bootstrap",
          "advertise",
          "data",
          "identity",
          "identityPassphrase",
          "identityLife",
          "trust",
          "authority",
          "authorityCa",
          "authorityPoll",
          "revocations",
          "publishTimeout",
          "closeTimeout",
          "peer",
          "configuration",
          "healthCheckConsumerEnabled",
          "healthCheckProducerEnabled");

  private static JsonObject catalog;

  @BeforeAll
  static void load() throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      String json = context.getComponentParameterJsonSchema("room");
      assertNotNull(json);
      catalog = (JsonObject) Jsoner.deserialize(json);
    }
  }

  private static JsonObject section(String name) {
    return catalog.getMap(name);
  }

  private static JsonObject option(String name) {
    return section("properties").getMap(name);
  }

  private static List<String> sorted(java.util.Collection<String> texts) {
    return texts.stream().sorted().toList();
  }

  @Test
  void catalog_hasEveryOption() {
    assertTrue(section("properties").keySet().containsAll(ENDPOINT_OPTIONS));
    assertTrue(section("componentProperties").keySet().containsAll(COMPONENT_OPTIONS));
  }

  @Test
  void catalog_describesEveryOptionAndHeader() {
    for (String section : List.of("properties", "componentProperties", "headers")) {
      for (String name : section(section).keySet()) {
        String description = section(section).<JsonObject>getMap(name).getString("description");
        assertFalse(description == null || description.isBlank(), section + " " + name);
      }
    }
  }

  @Test
  void catalog_hasEveryHeader() {
    assertEquals(
        Set.of(
            "CamelRoomAuthor",
            "CamelRoomIdentity",
            "CamelRoomAuthority",
            "CamelRoomAttributes",
            "CamelRoomName",
            "CamelRoomMessageId",
            "CamelRoomKey",
            "CamelRoomRedelivered",
            "CamelRoomAttempt",
            "CamelRoomSentAt",
            "CamelRoomReceipt",
            "CamelMessageTimestamp"),
        section("headers").keySet());
  }

  @Test
  void catalog_saysWhatTheCodeSays() {
    JsonObject component = section("component");
    assertEquals("room:name", component.getString("syntax"));
    assertEquals("0.1.0", component.getString("firstVersion"));
    assertEquals(true, component.getBoolean("async"));
    assertEquals(true, option("secret").getBoolean("secret"));
    assertEquals(
        true,
        section("componentProperties")
            .<JsonObject>getMap("identityPassphrase")
            .getBoolean("secret"));
    assertEquals(List.of("certified", "open"), sorted(option("admission").getCollection("enum")));
    assertEquals("open", option("admission").getString("defaultValue"));
    assertEquals("x-wing", option("suite").getString("defaultValue"));
    assertEquals("security", option("durable").getString("label"));
    assertEquals("string", option("retention").getString("type"));
    assertEquals("10m", option("retention").getString("defaultValue"));
    assertEquals(List.of("none", "retained"), option("history").getCollection("enum"));
    assertEquals(1, option("maxInFlight").getInteger("defaultValue"));
    assertEquals("local", option("acks").getString("defaultValue"));
    assertEquals(
        RoomPolicy.DEFAULT.retentionBytes(), option("retentionBytes").getLong("defaultValue"));
    assertEquals(
        RoomPolicy.DEFAULT.maxMessageSize(), option("maxMessageSize").getInteger("defaultValue"));
  }
}
