package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.peerroom.Message;
import org.peerroom.MessageId;
import org.peerroom.OutgoingMessage;
import org.peerroom.RoomPolicy;
import org.peerroom.SignedReceipt;
import org.peerroom.SubscribeOptions;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.MessageCodec;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.WireException;
import org.peerroom.simulator.SeededEntropy;

/**
 * The life of a message, station by station, from one peer's publish to another peer's subscriber.
 * Real cryptography, real frames; the link between the two is carried by hand, so that every byte
 * on it can be looked at.
 */
class MessageJourneyTest {

  private static final Now NOW = new Now(1_700_000_000_000L, 1_000);
  private static final long LINK = 1;
  private static final String ROOM = "orders of the journey";
  private static final String TEXT = "one espresso, and a plaintext to look for";

  private final PublicKeyCrypto crypto = ProviderCrypto.create();
  private final List<byte[]> wire = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private final List<Output> told = new ArrayList<>();
  private PeerMachine author;
  private PeerMachine member;
  private RoomMachine atAuthor;
  private RoomMachine atMember;

  @BeforeEach
  void meet() throws WireException {
    author = peer(1);
    member = peer(2);
    atAuthor = author.join(ROOM, RoomKeys.derive(ROOM, null), RoomPolicy.DEFAULT, false, NOW);
    atMember = member.join(ROOM, RoomKeys.derive(ROOM, null), RoomPolicy.DEFAULT, false, NOW);
    author.linkUp(LINK, member.id(), "by hand", null, NOW);
    member.linkUp(LINK, author.id(), "by hand", null, NOW);
    carry();
    assertEquals(Set.of(member.id()), atAuthor.members());
    assertEquals(Set.of(author.id()), atMember.members());
  }

  private PeerMachine peer(long seed) {
    SeededEntropy entropy = new SeededEntropy(seed);
    PeerMachine machine = new PeerMachine(PeerKeys.generate(crypto, entropy), crypto, entropy);
    machine.start(List.of(), List.of(), NOW);
    return machine;
  }

  /** Carries frames both ways until there are none, as bytes. */
  private void carry() throws WireException {
    boolean more = true;
    while (more) {
      boolean there = carry(author, member);
      boolean back = carry(member, author);
      more = there || back;
    }
  }

  private boolean carry(PeerMachine from, PeerMachine to) throws WireException {
    boolean any = false;
    for (Output output : from.drain()) {
      if (output instanceof Output.Send send) {
        byte[] bytes = FrameCodec.encode(send.frame());
        wire.add(bytes);
        Frame arrived = FrameCodec.decode(bytes);
        if (arrived instanceof Frame.Sealed sealed) {
          segments.add(sealed.segment());
        }
        to.frame(LINK, arrived, NOW);
        any = true;
      } else {
        told.add(output);
      }
    }
    return any;
  }

  private MessageId publish(OutgoingMessage message, int replicas) {
    byte[] body = MessageCodec.encode(message, NOW.wallMillis());
    return atAuthor.publish(List.of(body), List.of(replicas), NOW).get(0);
  }

  @Test
  void message_goesFromPublisherToSubscriber() throws Exception {
    // 1. It is published: at once it has a place in the author's feed.
    MessageId id = publish(OutgoingMessage.of(TEXT).withHeader("table", "7"), 1);
    assertEquals(new MessageId(author.id(), 0, 0), id);

    // 2. It goes over the link as one sealed segment, which shows neither text, header nor room.
    carry();
    assertEquals(1, segments.size());
    Segment segment = segments.get(0);
    for (byte[] frame : wire) {
      String seen = new String(frame, StandardCharsets.ISO_8859_1);
      assertFalse(seen.contains(TEXT) || seen.contains("table") || seen.contains(ROOM));
    }

    // 3. Its header says where it belongs: room by topic, author, place, when it ends, which key.
    SegmentHeader header = segment.header();
    assertEquals(atAuthor.topic(), header.topic());
    assertEquals(author.id(), header.author());
    assertEquals(0, header.sequence());
    assertArrayEquals(new byte[32], header.previous());
    assertEquals(
        NOW.wallMillis() + RoomPolicy.DEFAULT.retention().toMillis(), header.expiresMillis());

    // 4. Anyone can verify that its author signed exactly this header and ciphertext.
    byte[] hash = hashOf(segment);
    assertTrue(crypto.verify(author.id().bytes(), hash, segment.signature()));

    // 5. The member's replica holds it as it was, sealed.
    Feed.Stored stored = stored(0);
    assertArrayEquals(segment.encoded(), stored.segment.encoded());

    // 6. A subscriber opens it with the key that the header commits to, and reads what was written.
    RoomReader subscriber = atMember.reader(SubscribeOptions.DEFAULT);
    Message message = subscriber.read(10, Long.MAX_VALUE).get(0);
    assertNotNull(stored.key);
    assertArrayEquals(header.commitment(), stored.key.commitment());
    assertEquals(TEXT, message.text());
    assertEquals(Map.of("table", "7"), message.headers());
    assertEquals(id, message.id());
    assertEquals(author.id(), message.author().peer());
    assertEquals(List.of(), subscriber.read(10, Long.MAX_VALUE));

    // 7. The author has been told that one other peer holds it, which that peer has signed.
    Output.Acknowledged acknowledged =
        told.stream()
            .filter(Output.Acknowledged.class::isInstance)
            .map(Output.Acknowledged.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals(id, acknowledged.id());
    assertEquals(Set.of(member.id()), acknowledged.signers());
    SignedReceipt receipt = acknowledged.signed().get(0);
    assertTrue(receipt.covers(id));
    assertTrue(receipt.statement().isSigned(crypto::verify));

    // 8. The next segment names the hash of this one and has another key.
    publish(OutgoingMessage.of("another"), 0);
    carry();
    SegmentHeader next = segments.get(1).header();
    assertArrayEquals(hash, next.previous());
    assertEquals(header.epoch(), next.epoch());
    assertEquals(header.step() + 1, next.step());
    assertFalse(java.util.Arrays.equals(header.commitment(), next.commitment()));
    assertEquals(0, author.refusedFrames() + member.refusedFrames());
  }

  private Feed.Stored stored(long sequence) {
    Feed feed = atMember.replica().get(author.id());
    assertNotNull(feed);
    Feed.Stored stored = feed.get(sequence);
    assertNotNull(stored);
    return stored;
  }

  /** Computed anew here, from the words of the specification alone. */
  private static byte[] hashOf(Segment segment) {
    byte[] encoded = segment.encoded();
    byte[] header = java.util.Arrays.copyOf(encoded, Segment.HEADER_SIZE);
    byte[] ciphertext =
        java.util.Arrays.copyOfRange(
            encoded, Segment.HEADER_SIZE, encoded.length - Segment.SIGNATURE_SIZE);
    return Digests.sha256("peerroom/1 segment", header, new byte[0], ciphertext);
  }
}
