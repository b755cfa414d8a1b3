package org.peerroom.internal.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.Topic;

/** Segments that are chained but signed by a checksum alone, and waiting for commits. */
final class StoreFixture {

  static final long NOW = 1_000_000;
  static final long LATER = 2_000_000;
  static final Topic TOPIC = topic(1);

  private StoreFixture() {}

  static Topic topic(int number) {
    return Topic.of(Digests.sha256("peerroom/1 test topic", text("" + number)));
  }

  static PeerId author(int number) {
    return PeerId.of(Digests.sha256("peerroom/1 test author", text("" + number)));
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] hash(Segment segment) {
    return Digests.sha256("peerroom/1 test hash", segment.encoded());
  }

  static Segment segment(
      Topic topic, PeerId author, @Nullable Segment before, long expires, String payload) {
    byte[] content = text(payload + ".".repeat(16));
    SegmentHeader header =
        new SegmentHeader(
            topic,
            author,
            before == null ? 0 : before.sequence() + 1,
            before == null ? new byte[32] : hash(before),
            NOW,
            expires,
            0,
            0,
            new byte[32]);
    byte[] headerBytes = Segment.encodeHeader(header, 0, content.length);
    return Segment.assemble(
        header, headerBytes, new byte[0], content, signature(headerBytes, content));
  }

  private static byte[] signature(byte[] header, byte[] content) {
    byte[] half = Digests.sha256("peerroom/1 test signature", header, content);
    byte[] whole = new byte[Segment.SIGNATURE_SIZE];
    System.arraycopy(half, 0, whole, 0, half.length);
    return whole;
  }

  static boolean isValid(Segment segment) {
    byte[] content =
        java.util.Arrays.copyOfRange(
            segment.encoded(), segment.ciphertextBegin(), segment.ciphertextEnd());
    return java.util.Arrays.equals(segment.signature(), signature(segment.headerBytes(), content));
  }

  /** A feed from 0 on. */
  static List<Segment> feed(PeerId author, int count) {
    List<Segment> feed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      feed.add(
          segment(
              TOPIC, author, i == 0 ? null : feed.get(i - 1), LATER, "payload " + i + " of feed"));
    }
    return feed;
  }

  static RecoveredRoom recover(DataFolder folder) throws StoreException {
    return folder.recover(TOPIC, NOW, StoreFixture::isValid, StoreFixture::hash);
  }

  /** What a commit says: null, or why it is not kept. */
  static @Nullable StoreException commit(RoomStore store) {
    CompletableFuture<@Nullable StoreException> done = new CompletableFuture<>();
    store.commit(done::complete);
    try {
      return done.get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("a commit was not answered", e);
    }
  }

  static void commitFully(RoomStore store) {
    StoreException why = commit(store);
    assertTrue(why == null, () -> "not kept: " + why);
  }

  static Map<String, String> documents(RecoveredRoom room, Shelf shelf) {
    Map<String, String> found = new TreeMap<>();
    room.forEach(
        shelf,
        (name, value) ->
            found.put(
                new String(name, StandardCharsets.ISO_8859_1),
                new String(value, StandardCharsets.UTF_8)));
    return found;
  }

  static List<String> encoded(List<Segment> segments) {
    return segments.stream()
        .map(segment -> new String(segment.encoded(), StandardCharsets.ISO_8859_1))
        .toList();
  }
}
