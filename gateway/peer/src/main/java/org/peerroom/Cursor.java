package org.peerroom;

import java.util.Map;
import java.util.TreeMap;

/**
 * A place in a room: for each author the message up to which everything has been read. There is no
 * order between authors, so a place is one number for each of them. Immutable; {@link #toString()}
 * and {@link #parse} are for keeping it somewhere.
 *
 * <p>It names throw-away keys of peers, no content. Says nothing about whether what follows is
 * still retained.
 */
public final class Cursor {

  /** Before everything. */
  public static final Cursor BEGINNING = new Cursor(Map.of());

  private final Map<PeerId, MessageId> last;

  private Cursor(Map<PeerId, MessageId> last) {
    this.last = last;
  }

  /** This place, moved behind a message, unless it lies behind it already. */
  public Cursor after(MessageId id) {
    MessageId before = last.get(id.author());
    if (before != null && !isBefore(before, id)) {
      return this;
    }
    Map<PeerId, MessageId> moved = new TreeMap<>(last);
    moved.put(id.author(), id);
    return new Cursor(moved);
  }

  private static boolean isBefore(MessageId one, MessageId other) {
    return one.sequence() != other.sequence()
        ? one.sequence() < other.sequence()
        : one.index() < other.index();
  }

  /** The last message of each author that lies before this place; unmodifiable. */
  public Map<PeerId, MessageId> last() {
    return Map.copyOf(last);
  }

  /**
   * Reads what {@link #toString()} wrote.
   *
   * @throws IllegalArgumentException with one line if it is something else
   */
  public static Cursor parse(String text) {
    Cursor cursor = BEGINNING;
    for (String part : text.isBlank() ? new String[0] : text.strip().split(",")) {
      cursor = cursor.after(MessageId.parse(part));
    }
    return cursor;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Cursor other && other.last.equals(last);
  }

  @Override
  public int hashCode() {
    return last.hashCode();
  }

  /** {@code AUTHOR/SEQUENCE/INDEX} for each author, by commas; empty for the beginning. */
  @Override
  public String toString() {
    return String.join(",", last.values().stream().map(MessageId::toString).toList());
  }
}
