package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.peerroom.MessageId;
import org.peerroom.RoomPolicy;
import org.peerroom.SignedReceipt;
import org.peerroom.identity.Identity;
import org.peerroom.identity.ReceiptStatement.Kind;
import org.peerroom.internal.wire.Frame;

/** What members sign, when it arrives, and what it costs. */
class ReceiptsTest {

  private final Simulation world = new Simulation(51);
  private final Authority acme = new Authority("Acme");

  private SimulatedRoom join(SimulatedPeer peer, Identity identity) {
    return peer.trust(acme.trusted()).speakAs(identity).join("room", acme.policy());
  }

  private void pass(int seconds) {
    world.run(Duration.ofSeconds(seconds));
  }

  private static void process(SimulatedRoom room, MessageId id) {
    room.machine().receipts().processed(id, room.peer().now());
    room.peer().turn();
  }

  @Test
  void processed_isToldWhenAPeerOfEachIdentityHasSigned() {
    SimulatedPeer first = world.peer("first").start();
    SimulatedRoom author = join(first, acme.identity("author"));
    Identity bobs = acme.identity("bob");
    SimulatedRoom ann = join(world.peer("ann").start(first), acme.identity("ann"));
    SimulatedRoom bob = join(world.peer("bob").start(first), bobs);
    SimulatedRoom carl = join(world.peer("carl").start(first), acme.identity("carl"));
    pass(5);
    MessageId id = author.publish("order");
    author.machine().receipts().awaitProcessed(id, List.of("ann", bobs.key().hex()));
    pass(1);
    process(ann, id);
    process(carl, id);
    pass(2);
    assertEquals(Set.of(), author.replicated(id), "told before bob has signed");
    process(bob, id);
    pass(1);
    assertEquals(Set.of(ann.peer().id(), bob.peer().id()), author.replicated(id));
    SignedReceipt receipt = author.receipts().get(0);
    assertEquals(Kind.PROCESSED, receipt.kind());
    assertTrue(receipt.covers(id));
    assertTrue(receipt.chain().isPresent(), "the author puts the chain to it that it knows");
    assertTrue(bob.machine().settled() && ann.machine().settled());
  }

  @Test
  void processed_isSaidAgain_untilTheAuthorIsBack() {
    SimulatedPeer first = world.peer("first").start();
    SimulatedRoom author = join(first, acme.identity("author"));
    SimulatedRoom ann = join(world.peer("ann").start(first), acme.identity("ann"));
    pass(5);
    MessageId id = author.publish("order");
    author.machine().receipts().awaitProcessed(id, List.of("ann"));
    pass(1);
    world.network().divide(List.of(List.of(ann.peer().id()), List.of(first.id())));
    process(ann, id);
    pass(60);
    assertEquals(Set.of(), author.replicated(id));
    world.network().heal();
    pass(60);
    assertEquals(Set.of(ann.peer().id()), author.replicated(id));
    pass(20);
    AtomicInteger receipts = countReceipts();
    pass(60);
    assertEquals(0, receipts.get(), "said again though the author has it");
  }

  @Test
  void receiptsOfManyMessages_areAFewSignatures() {
    Gathering all = Gathering.mesh(world, 2, RoomPolicy.DEFAULT);
    pass(5);
    AtomicInteger receipts = countReceipts();
    List<byte[]> payloads = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      payloads.add(all.payload(100));
    }
    List<MessageId> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.addAll(all.member(0).publish(payloads, 1));
    }
    pass(5);
    for (MessageId id : ids) {
      assertEquals(1, all.member(0).replicated(id).size());
    }
    assertEquals(10_000, ids.size());
    assertTrue(receipts.get() <= 100, receipts.get() + " receipts for 10,000 messages");
  }

  @Test
  void processedMessages_areSignedManyAtOnce() {
    SimulatedPeer first = world.peer("first").start();
    SimulatedRoom author = join(first, acme.identity("author"));
    SimulatedRoom ann = join(world.peer("ann").start(first), acme.identity("ann"));
    pass(5);
    List<MessageId> ids = new ArrayList<>();
    for (int i = 0; i < 640; i++) {
      MessageId id = author.publish("order " + i);
      author.machine().receipts().awaitProcessed(id, List.of("ann"));
      ids.add(id);
    }
    pass(2);
    AtomicInteger receipts = countReceipts();
    ids.forEach(id -> ann.machine().receipts().processed(id, ann.peer().now()));
    ann.peer().turn();
    pass(2);
    ids.forEach(id -> assertEquals(Set.of(ann.peer().id()), author.replicated(id)));
    assertEquals(10, receipts.get());
  }

  @Test
  void receipts_findTheirWayThroughOthers() {
    SimulatedPeer hub = world.peer("hub").start();
    SimulatedRoom atHub = join(hub, acme.identity("hub"));
    SimulatedRoom author = join(world.dialOnlyPeer("a").start(hub), acme.identity("author"));
    SimulatedRoom ann = join(world.dialOnlyPeer("b").start(hub), acme.identity("ann"));
    pass(10);
    assertEquals(0, world.network().linkCount(author.peer().id(), ann.peer().id()));
    List<String> seenByTheHub = new ArrayList<>();
    world
        .network()
        .tap(
            (from, to, frame, bytes) -> {
              if (frame instanceof Frame.Receipt receipt && to.equals(hub.id())) {
                seenByTheHub.add(receipt.statement());
              }
            });
    MessageId id = author.publish(List.of(new byte[] {2}), 2).get(0);
    MessageId order = author.publish("order");
    author.machine().receipts().awaitProcessed(order, List.of("ann"));
    pass(5);
    process(ann, order);
    pass(5);
    assertEquals(Set.of(hub.id(), ann.peer().id()), author.replicated(id));
    assertEquals(Set.of(ann.peer().id()), author.replicated(order));
    assertFalse(seenByTheHub.isEmpty());
    assertTrue(seenByTheHub.stream().noneMatch(text -> text.contains("~")), "a chain was shown");
    assertEquals(Optional.empty(), atHub.receipts().stream().findAny());
  }

  @Test
  void givenUp_saysWhoIsMissing_andALateReceiptIsKeptAsAProof() {
    SimulatedPeer first = world.peer("first").start();
    SimulatedRoom author = join(first, acme.identity("author"));
    SimulatedRoom ann = join(world.peer("ann").start(first), acme.identity("ann"));
    pass(5);
    MessageId id = author.publish("order");
    author.machine().receipts().awaitProcessed(id, List.of("ann", "bob"));
    pass(1);
    process(ann, id);
    pass(1);
    String missing = author.machine().receipts().giveUp(id);
    assertEquals("no peer of bob has signed that it processed it", missing);
    assertEquals(1, author.receipts().size());
    MessageId late = author.publish("late order");
    author.machine().receipts().awaitProcessed(late, List.of("ann"));
    pass(1);
    assertTrue(author.machine().receipts().giveUp(late).contains("no peer of ann"));
    process(ann, late);
    pass(1);
    assertEquals(Set.of(), author.replicated(late), "nobody waits any more");
    assertTrue(author.receipts().get(1).covers(late));
  }

  private AtomicInteger countReceipts() {
    AtomicInteger receipts = new AtomicInteger();
    world
        .network()
        .tap(
            (from, to, frame, bytes) -> receipts.addAndGet(frame instanceof Frame.Receipt ? 1 : 0));
    return receipts;
  }
}
