package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomHeaderFilterStrategyTest {

  private final RoomHeaderFilterStrategy filter = new RoomHeaderFilterStrategy();
  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CamelFileName",
        "camelFileName",
        "CAMELHTTPURI",
        "cAmElHttpUri",
        "Camel",
        "CamelRoomAuthor",
        "CamelRoomIdentity",
        "camelroomauthority",
        "CAMELROOMATTRIBUTES",
        "org.apache.camel.anything",
        "Org.Apache.CAMEL.anything"
      })
  void strategy_holdsBackWhatIsCamelsOwnBothWaysInAnyCase(String name) {
    assertTrue(filter.applyFilterToCamelHeaders(name, "x", exchange));
    assertTrue(filter.applyFilterToExternalHeaders(name, "x", exchange));
    assertTrue(RoomHeaderFilterStrategy.isReserved(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"authorization", "Proxy-Authorization", "Cookie", "set-cookie"})
  void strategy_holdsBackCredentialsOnTheWayOut(String name) {
    assertTrue(filter.applyFilterToCamelHeaders(name, "x", exchange));
  }

  @ParameterizedTest
  @ValueSource(strings = {"JMSReplyTo", "jmsreplyto", "JMSDestination"})
  void strategy_holdsBackDestinationsOnTheWayIn(String name) {
    assertTrue(filter.applyFilterToExternalHeaders(name, "x", exchange));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"orderId", "Content-Type", "JMSCorrelationID", "x-camel", "caméra", "dromedary"})
  void strategy_letsEverythingElseThrough(String name) {
    assertFalse(filter.applyFilterToCamelHeaders(name, "x", exchange));
    assertFalse(filter.applyFilterToExternalHeaders(name, "x", exchange));
    assertFalse(RoomHeaderFilterStrategy.isReserved(name));
  }

  @Test
  void settings_useThisStrategyUnlessAnotherIsSet() {
    RoomConfiguration none = new RoomConfiguration();
    assertEquals(
        RoomHeaderFilterStrategy.class,
        new RoomSettings("orders", none, none, new TrustFile(null), new DefaultCamelContext())
            .headerFilter()
            .getClass());
  }
}
