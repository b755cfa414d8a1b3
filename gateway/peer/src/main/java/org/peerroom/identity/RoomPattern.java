package org.peerroom.identity;

/**
 * Rooms by name: one exactly, or with one {@code *} at the end all whose names start with what
 * stands before it.
 *
 * @param text 1 to 128 characters without control characters; {@code *} only at the end
 */
public record RoomPattern(String text) {

  /** Every room. */
  public static final RoomPattern ALL = new RoomPattern("*");

  /**
   * @throws IllegalArgumentException if the text is no pattern
   */
  public RoomPattern {
    if (!Texts.isPlain(text, Texts.MAX_NAME)) {
      throw new IllegalArgumentException(
          "a room pattern has 1 to 128 characters and no control characters, not '"
              + Texts.shown(text)
              + "'");
    }
    int star = text.indexOf('*');
    if (star >= 0 && star != text.length() - 1) {
      throw new IllegalArgumentException(
          "a room pattern has '*' at its end only, not '" + Texts.shown(text) + "'");
    }
  }

  /** Whether the room of this name is meant; names are compared character by character. */
  public boolean matches(String room) {
    return isPrefix() ? room.startsWith(prefix()) : room.equals(text);
  }

  /** Whether every room that the other means is meant by this one too. */
  public boolean covers(RoomPattern narrower) {
    if (!isPrefix()) {
      return text.equals(narrower.text);
    }
    return narrower.isPrefix()
        ? narrower.prefix().startsWith(prefix())
        : narrower.text.startsWith(prefix());
  }

  private boolean isPrefix() {
    return text.endsWith("*");
  }

  private String prefix() {
    return text.substring(0, text.length() - 1);
  }

  @Override
  public String toString() {
    return text;
  }
}
