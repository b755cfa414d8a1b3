package org.peerroom.internal.store;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.peerroom.internal.wire.Segment;

/** What was found of a room. Not a record: some of it is secret. */
public final class RecoveredRoom {

  private final List<Segment> segments;
  private final Map<Shelf, Map<String, byte[]>> documents;
  private final List<String> damage;

  /**
   * @param segments by author, then by sequence number; each has been verified
   * @param documents by shelf and name; the name as ISO-8859-1, one character a byte
   * @param damage for each thing that was found damaged a line that says what and what was done
   */
  public RecoveredRoom(
      List<Segment> segments, Map<Shelf, Map<String, byte[]>> documents, List<String> damage) {
    this.segments = List.copyOf(segments);
    this.documents = new EnumMap<>(Shelf.class);
    this.documents.putAll(documents);
    this.damage = List.copyOf(damage);
  }

  /** Nothing. */
  public static RecoveredRoom empty() {
    return new RecoveredRoom(List.of(), Map.of(), List.of());
  }

  public List<Segment> segments() {
    return segments;
  }

  /** Calls back with name and value of each document of a shelf. */
  public void forEach(Shelf shelf, BiConsumer<byte[], byte[]> each) {
    documents
        .getOrDefault(shelf, Map.of())
        .forEach(
            (name, value) ->
                each.accept(name.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), value));
  }

  public List<String> damage() {
    return damage;
  }

  /** Wipes the documents. */
  public void destroy() {
    documents.values().forEach(shelf -> shelf.values().forEach(v -> Arrays.fill(v, (byte) 0)));
  }
}
