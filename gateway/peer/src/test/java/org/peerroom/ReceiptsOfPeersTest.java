package org.peerroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.RunningPeers.LIMIT;
import static org.peerroom.RunningPeers.as;
import static org.peerroom.RunningPeers.awaitMembers;
import static org.peerroom.RunningPeers.join;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.peerroom.identity.Identity;
import org.peerroom.identity.ReceiptStatement.Kind;

/** What publishers get who ask that others sign, over real sockets. */
@Timeout(60)
class ReceiptsOfPeersTest {

  @RegisterExtension private final RunningPeers peers = new RunningPeers();

  private final Company acme = new Company("Acme");
  private final Identity bobs = acme.identity("bob");
  private Peer ann;
  private Room atAnn;
  private Room atBob;

  @BeforeEach
  void meet() {
    RoomConfig orders = RoomConfig.of("orders").withPolicy(acme.policy());
    Duration short3 = Duration.ofSeconds(3);
    ann = peers.listening(as(acme.identity("ann"), acme.trusted()).publishTimeout(short3));
    Peer bob = peers.dialling(ann, as(bobs, acme.trusted()));
    atAnn = join(ann, orders);
    atBob = join(bob, orders);
    awaitMembers(atAnn, bob);
    awaitMembers(atBob, ann);
  }

  private Receipt publish(OutgoingMessage message, String acks) {
    return atAnn.publish(message, Acks.parse(acks)).block(LIMIT);
  }

  @Test
  void processed_isProvedByWhomTheIdentityVouchesFor() throws Exception {
    atBob.deliveries(Subscription.named("desk")).subscribe(delivery -> delivery.ack());
    for (String name : List.of("bob", bobs.key().hex())) {
      Receipt receipt = publish(OutgoingMessage.of("order"), "processed:" + name);
      SignedReceipt signed = SignedReceipt.parse(receipt.signed().get(0).compact());
      assertEquals(Kind.PROCESSED, signed.kind());
      assertTrue(signed.covers(receipt.id()));
      assertTrue(signed.isOfRoom("orders", null));
      assertEquals(
          bobs.key(), signed.verify(acme.trusted(), Instant.now(), "orders").orElseThrow().key());
    }
  }

  @Test
  void publishAgainWithTheSameKey_isProvedToo_andDeliveredOnce() throws Exception {
    List<Delivery> delivered = new java.util.concurrent.CopyOnWriteArrayList<>();
    atBob
        .deliveries(Subscription.named("desk"))
        .subscribe(
            delivery -> {
              delivered.add(delivery);
              delivery.ack();
            });
    OutgoingMessage order = OutgoingMessage.of("order").withKey("order-1");
    Receipt first = publish(order, "processed:bob");
    Receipt again = publish(order, "processed:bob");
    assertTrue(first.signed().get(0).covers(first.id()));
    assertTrue(again.signed().get(0).covers(again.id()));
    assertEquals(1, delivered.size());
  }

  @Test
  void publish_failsWithTheNamesOfThoseWhoHaveNotSigned() {
    PublishTimeoutException late =
        assertThrows(
            PublishTimeoutException.class,
            () -> publish(OutgoingMessage.of("order"), "processed:bob,carl"));
    assertTrue(String.valueOf(late.getMessage()).contains("no peer of bob, carl"), late::toString);
    PublishTimeoutException few =
        assertThrows(
            PublishTimeoutException.class,
            () -> publish(OutgoingMessage.of("order"), "replicated:2"));
    assertTrue(String.valueOf(few.getMessage()).contains("1 of 2 peers"), few::toString);
  }
}
