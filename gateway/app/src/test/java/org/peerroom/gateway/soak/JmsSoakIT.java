package org.peerroom.gateway.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.Body;
import org.peerroom.gateway.EmbeddedBroker;

/** From one queue to another through a room, while either gateway is killed at any moment. */
@Tag("soak")
class JmsSoakIT {

  @TempDir Path folder;

  private int fed;

  private static Body order(int number) {
    return Body.order(number, 300);
  }

  private void feed(EmbeddedBroker broker, int upTo) throws Exception {
    List<Body> batch = new ArrayList<>();
    while (fed < upTo) {
      batch.add(order(fed++));
    }
    if (!batch.isEmpty()) {
      broker.send("in", batch);
    }
  }

  private static int numberOf(Body order) {
    String text = new String(order.bytes(), java.nio.charset.StandardCharsets.UTF_8);
    return Integer.parseInt(text.substring(text.indexOf(':') + 1, text.indexOf(',')));
  }

  @Test
  void queueToQueue_losesNothingAndHasNothingTwice() throws Exception {
    SoakPlan plan = SoakPlan.of(200_000);
    Path broken = Files.createDirectories(folder.resolve("broker"));
    try (EmbeddedBroker broker =
            new EmbeddedBroker(broken).rememberingDuplicates(2 * plan.messages()).start();
        TwoGateways gateways =
            new TwoGateways(
                plan,
                folder,
                TwoGateways.routes("jms-a.yaml"),
                TwoGateways.routes("jms-b.yaml"),
                List.of("jms.url=" + broker.url()))) {
      gateways.start();
      gateways.fire(() -> broker.count("out"), upTo -> feed(broker, upTo));
      // What was sent and not yet acknowledged comes again, and is found to be a duplicate.
      gateways.stop();
      Awaitility.await().until(() -> broker.count("in") == 0);
      List<EmbeddedBroker.Received> received = broker.drain("out");
      BitSet seen = new BitSet(plan.messages());
      for (EmbeddedBroker.Received one : received) {
        int number = numberOf(one.body());
        assertEquals(order(number), one.body());
        assertTrue(!seen.get(number), "twice: " + number);
        seen.set(number);
      }
      System.out.printf(
          "JMS: %s; %d duplicates kept out by the broker%n",
          gateways.progress(received.size()), broker.duplicates());
      assertEquals(plan.messages(), seen.cardinality(), "lost: " + lost(seen, plan.messages()));
      assertEquals(plan.messages(), received.size());
    }
  }

  private static List<Integer> lost(BitSet seen, int messages) {
    return java.util.stream.IntStream.range(0, messages)
        .filter(i -> !seen.get(i))
        .limit(20)
        .boxed()
        .toList();
  }
}
