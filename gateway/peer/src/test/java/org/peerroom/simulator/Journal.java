package org.peerroom.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.PeerId;

/**
 * What was truly published in a room, by whom and in which order: what deliveries are held against.
 */
public final class Journal {

  private final Map<PeerId, List<Entry>> byAuthor = new LinkedHashMap<>();
  private final Map<MessageId, Entry> byId = new HashMap<>();

  /**
   * One published message.
   *
   * @param id its place in its author's feed
   * @param index how many messages its author had published before
   * @param payload its bytes
   * @param atMicros when it was published
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by its content where it matters
  public record Entry(MessageId id, int index, byte[] payload, long atMicros) {}

  void published(MessageId id, byte[] payload, long atMicros) {
    List<Entry> feed = byAuthor.computeIfAbsent(id.author(), a -> new ArrayList<>());
    Entry entry = new Entry(id, feed.size(), payload, atMicros);
    feed.add(entry);
    byId.put(id, entry);
  }

  /** The message with this id; null if there never was one. */
  public @Nullable Entry find(MessageId id) {
    return byId.get(id);
  }

  /** Everyone who has published. */
  public Set<PeerId> authors() {
    return byAuthor.keySet();
  }

  /** What this author has published, in order. */
  public List<Entry> of(PeerId author) {
    return byAuthor.getOrDefault(author, List.of());
  }

  /** Forgets an author that is gone: whatever comes of it from now on nobody published. */
  void forget(PeerId author) {
    List<Entry> feed = byAuthor.remove(author);
    if (feed != null) {
      feed.forEach(entry -> byId.remove(entry.id()));
    }
  }

  /** How many messages were published in all. */
  public int size() {
    return byId.size();
  }
}
