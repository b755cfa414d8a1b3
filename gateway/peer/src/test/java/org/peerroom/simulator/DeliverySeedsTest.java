package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.peerroom.MessageId;
import org.peerroom.OutgoingMessage;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.Subscription;
import org.peerroom.internal.protocol.Delivered;
import org.peerroom.internal.protocol.Kept;
import org.peerroom.internal.protocol.RoomSubscription;
import org.peerroom.internal.protocol.SubscriptionConsumer;

/** Whatever consumers do, and whenever they go, each message is dealt with exactly once. */
class DeliverySeedsTest {

  private static final int MESSAGES = 120;
  private static final int KEYS = 10;

  @Test
  void everyMessage_isAcknowledgedOnce_byOneConsumerAtATime_inOrder() {
    Seeds.run("deliveries", Seeds.count(15), seed -> new Run(seed).play());
  }

  /** One seed: publishers, consumers that come and go, and one restart of the reading peer. */
  private static final class Run {
    private final Simulation world;
    private final Gathering all;
    private final Subscription settings;
    private final int bound;

    /** Who has which message, and may acknowledge it. */
    private final Map<Delivered, SubscriptionConsumer> inHand = new LinkedHashMap<>();

    private final Set<MessageId> inFlight = new HashSet<>();
    private final Map<MessageId, Integer> acknowledged = new HashMap<>();
    private final Map<PeerId, MessageId> newest = new HashMap<>();
    private final Map<MessageId, String> keys = new HashMap<>();
    private final List<SubscriptionConsumer> consumers = new ArrayList<>();

    /** What a store would keep. */
    private final Map<String, Kept> store = new LinkedHashMap<>();

    private SimulatedRoom reading;
    private RoomSubscription subscription;

    Run(long seed) {
      this.world = new Simulation(seed);
      this.all = Gathering.mesh(world, 3, RoomPolicy.DEFAULT);
      this.bound = (int) world.random().between(1, 12);
      this.settings =
          Subscription.named("all")
              .withMaxInFlight(bound)
              .withRedeliverAfter(Duration.ofMillis(100));
      this.reading = all.member(2);
      world.run(Duration.ofSeconds(2));
      this.subscription = subscribe();
    }

    private RoomSubscription subscribe() {
      return reading.machine().readers().subscribe(settings, reading.peer().now());
    }

    void play() {
      for (int i = 0; i < MESSAGES; i++) {
        world.after(Duration.ofMillis(world.random().between(0, 4_000)), this::publish);
      }
      for (int step = 0; step < 100; step++) {
        world.run(Duration.ofMillis(50));
        act();
        if (step == 60) {
          restart();
        }
      }
      for (int step = 0; step < 600 && !finished(); step++) {
        world.run(Duration.ofMillis(50));
        take(consumer());
        List.copyOf(inHand.keySet()).forEach(this::acknowledge);
      }
      assertTrue(finished(), () -> "left over: " + missing());
      assertEquals(0, subscription.inFlight());
      assertTrue(acknowledged.values().stream().allMatch(count -> count == 1));
      assertEquals(List.of(), world.faults());
    }

    private void publish() {
      SimulatedRoom author = all.member(world.random().nextInt(2));
      OutgoingMessage message = OutgoingMessage.of(all.payload(200));
      String key = world.random().chance(0.4) ? "k" + world.random().nextInt(KEYS) : null;
      MessageId id = author.publish(key == null ? message : message.withKey(key));
      if (key != null) {
        keys.put(id, author.peer().id().hex() + key);
      }
    }

    /** All authors are anonymous: a key counts for one of them. */
    private Set<String> missing() {
      Set<String> missing = new HashSet<>();
      for (PeerId author : reading.journal().authors()) {
        for (Journal.Entry entry : reading.journal().of(author)) {
          missing.add(keys.getOrDefault(entry.id(), entry.id().toString()));
        }
      }
      for (MessageId id : acknowledged.keySet()) {
        String name = keys.getOrDefault(id, id.toString());
        assertTrue(missing.remove(name), () -> name + " was dealt with twice");
      }
      return missing;
    }

    private boolean finished() {
      return missing().isEmpty();
    }

    private SubscriptionConsumer consumer() {
      if (consumers.isEmpty()) {
        consumers.add(subscription.attach());
      }
      return consumers.get(world.random().nextInt(consumers.size()));
    }

    private void act() {
      switch (world.random().nextInt(8)) {
        case 0 -> consumers.add(subscription.attach());
        case 1 -> cancel();
        case 2, 3, 4 -> take(consumer());
        case 5 -> some().forEach(this::refuse);
        default -> some().forEach(this::acknowledge);
      }
      save();
    }

    private void save() {
      for (Kept kept : reading.machine().readers().takeChanges()) {
        String name = kept.seen() + java.util.HexFormat.of().formatHex(kept.name());
        if (kept.value() == null) {
          store.remove(name);
        } else {
          store.put(name, kept);
        }
      }
    }

    private List<Delivered> some() {
      return inHand.keySet().stream().filter(d -> world.random().chance(0.5)).toList();
    }

    private void take(SubscriptionConsumer consumer) {
      int most = (int) world.random().between(1, 10);
      for (Delivered delivered : subscription.take(consumer, most, 1 << 20, reading.peer().now())) {
        MessageId id = delivered.message().id();
        assertFalse(acknowledged.containsKey(id), () -> id + " again");
        assertTrue(inFlight.add(id), () -> id + " is with two at once");
        boolean elsewhere =
            inHand.entrySet().stream()
                .filter(e -> inFlight.contains(e.getKey().message().id()))
                .filter(e -> e.getKey().message().id().author().equals(id.author()))
                .anyMatch(e -> e.getValue() != consumer);
        assertFalse(elsewhere, () -> "two consumers have messages of " + id.author());
        inHand.put(delivered, consumer);
        MessageId before = newest.get(id.author());
        if (delivered.attempt() == 1 && !wasBefore(id, before)) {
          newest.put(id.author(), id);
        }
      }
      assertTrue(subscription.inFlight() <= bound);
      assertEquals(inFlight.size(), subscription.inFlight());
      reading.peer().turn();
    }

    /** A first delivery may lie before another one only after a restart, which forgets attempts. */
    private boolean wasBefore(MessageId id, MessageId before) {
      boolean earlier =
          before != null
              && (id.sequence() < before.sequence()
                  || (id.sequence() == before.sequence() && id.index() <= before.index()));
      assertTrue(!earlier || restarted, () -> id + " after " + before);
      return earlier;
    }

    private boolean restarted;

    private void acknowledge(Delivered delivered) {
      MessageId id = delivered.message().id();
      inHand.remove(delivered);
      if (subscription.acknowledge(delivered, reading.peer().now())) {
        acknowledged.merge(id, 1, Integer::sum);
        inFlight.remove(id);
      }
    }

    private void refuse(Delivered delivered) {
      subscription.refuse(delivered, -1, reading.peer().now());
      inHand.remove(delivered);
      inFlight.remove(delivered.message().id());
    }

    private void cancel() {
      if (!consumers.isEmpty()) {
        SubscriptionConsumer gone = consumers.remove(world.random().nextInt(consumers.size()));
        subscription.detach(gone, reading.peer().now());
        inHand
            .entrySet()
            .removeIf(e -> e.getValue() == gone && inFlight.remove(e.getKey().message().id()));
      }
    }

    private void restart() {
      reading.peer().crash(false);
      restarted = true;
      inHand.clear();
      inFlight.clear();
      consumers.clear();
      reading = all.join(world.peer("restarted").start(all.member(0).peer()));
      for (Kept kept : store.values()) {
        try {
          reading.machine().readers().restore(kept, reading.peer().now());
        } catch (org.peerroom.internal.wire.WireException e) {
          throw new AssertionError(e);
        }
      }
      subscription = subscribe();
    }
  }
}
