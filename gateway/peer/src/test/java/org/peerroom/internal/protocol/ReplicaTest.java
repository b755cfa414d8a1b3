package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.Topic;

/** What a replica holds has one bound, whatever it is made of. */
class ReplicaTest {

  private static final Topic TOPIC = Topic.of(new byte[32]);
  private static final Now NOW = new Now(1_000_000, 0);
  private static final int BOUND = 1 << 20;

  private final Replica replica =
      new Replica(
          RoomPolicy.DEFAULT.withRetentionBytes(BOUND).withMaxMessageSize(1_000),
          Feed::first,
          feed -> Long.MAX_VALUE,
          new Keeping(context(), TOPIC, author -> Standing.ANONYMOUS));

  private static PeerContext context() {
    PublicKeyCrypto crypto = ProviderCrypto.create();
    Entropy entropy = new org.peerroom.simulator.SeededEntropy(1);
    return new PeerContext(PeerKeys.generate(crypto, entropy), crypto, entropy);
  }

  private Feed feed(int number) {
    PeerId author = PeerId.of(ByteBuffer.allocate(32).putInt(number).array());
    Feed feed = replica.open(author, author, NOW);
    assertNotNull(feed);
    return feed;
  }

  private static KeyDeposit deposit(Feed feed, int epoch) {
    byte[] wraps = new byte[KeyDeposit.MAX_WRAPS];
    return new KeyDeposit(TOPIC, feed.author, epoch, 0, wraps, new byte[64]);
  }

  private void append(Feed feed, int epoch) {
    append(replica, feed, epoch, 200);
  }

  private static void append(Replica replica, Feed feed, int epoch, int size) {
    SegmentHeader header =
        new SegmentHeader(
            TOPIC, feed.author, feed.next(), new byte[32], 0, 60_000, epoch, 0, new byte[32]);
    byte[] ciphertext = new byte[size];
    byte[] bytes = Segment.encodeHeader(header, 0, ciphertext.length);
    Segment segment =
        Segment.assemble(header, bytes, new byte[0], ciphertext, new byte[Segment.SIGNATURE_SIZE]);
    replica.appended(feed, feed.append(segment, new byte[32], 60_000, null));
  }

  @Test
  void depositsOfManyThatSayNothing_doNotPushOutWhatOthersSay() {
    Feed honest = feed(1);
    for (int i = 0; i < 10; i++) {
      append(honest, 0);
    }
    for (int i = 2; i < 500; i++) {
      Feed silent = feed(i);
      replica.deposited(silent, deposit(silent, 0));
      assertTrue(replica.bytes() <= BOUND, () -> replica.bytes() + " bytes");
    }
    assertEquals(10, honest.held());
    assertEquals(1, replica.activeFeeds());
  }

  @Test
  void depositOfTheNextKey_isKeptThoughNothingIsHeld_andThoseBeforeAreNot() {
    Feed feed = feed(1);
    replica.deposited(feed, deposit(feed, 0));
    append(feed, 0);
    replica.changed(feed, () -> feed.expire(60_000));
    assertEquals(0, feed.held());
    assertTrue(feed.mayDeposit(1));
    replica.deposited(feed, deposit(feed, 1));
    assertFalse(feed.mayDeposit(2), "there is nothing that it could open");
    append(feed, 1);
    assertEquals(1, feed.deposits().size());
    assertTrue(feed.mayDeposit(2));
    assertFalse(feed.mayDeposit(0));
    assertEquals(feed.bytes(), replica.bytes());
  }

  /** A member that claims to hold everything for ever releases only what there is. */
  @Test
  void claimToWhatIsNotWrittenYet_releasesNothing() {
    Feed feed = feed(1);
    append(feed, 0);
    feed.heldElsewhere(Long.MAX_VALUE);
    assertEquals(feed.next(), feed.heldElsewhere());
    append(feed, 0);
    assertEquals(feed.next() - 1, feed.heldElsewhere());
  }

  /** Neither what it writes nor that nobody reads it costs others what they wrote. */
  @Test
  void authorWhoFloods_pushesOutItselfAlone() {
    PeerId flooder = PeerId.of(ByteBuffer.allocate(32).putInt(99).array());
    Replica some =
        new Replica(
            RoomPolicy.DEFAULT.withRetentionBytes(BOUND).withMaxMessageSize(1_000),
            feed -> feed.author.equals(flooder) ? feed.first() : feed.next(),
            feed -> Long.MAX_VALUE,
            new Keeping(context(), TOPIC, author -> Standing.ANONYMOUS));
    List<Feed> honest = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      PeerId author = PeerId.of(ByteBuffer.allocate(32).putInt(i).array());
      Feed feed = some.open(author, author, NOW);
      assertNotNull(feed);
      honest.add(feed);
      while (feed.bytes() + 10_300 <= BOUND / 4) {
        append(some, feed, 0, 10_000);
      }
    }
    List<Long> before = honest.stream().map(Feed::held).toList();
    Feed flood = some.open(flooder, flooder, NOW);
    assertNotNull(flood);
    for (int i = 0; i < 1_000; i++) {
      append(some, flood, 0, 10_000);
      assertTrue(some.bytes() <= BOUND);
    }
    assertEquals(before, honest.stream().map(Feed::held).toList());
    assertTrue(flood.bytes() >= BOUND / 4 - 10_300, "it has its own share");
  }
}
