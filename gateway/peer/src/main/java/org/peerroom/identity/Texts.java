package org.peerroom.identity;

/** What texts from elsewhere may contain, and how they are shown in a message for people. */
final class Texts {

  static final int MAX_NAME = 128;
  static final int MAX_ID = 64;
  static final int MAX_ATTRIBUTE_NAME = 64;
  static final int MAX_VALUE = 256;

  private static final int MAX_SHOWN = 64;

  private Texts() {}

  /** Whether it has 1 to {@code max} UTF-16 units, is not blank and shows as what it is. */
  static boolean isPlain(String text, int max) {
    if (text.isBlank() || text.length() > max) {
      return false;
    }
    return text.codePoints().allMatch(Texts::isShowable);
  }

  /**
   * Control characters could forge a line of a log, and characters that turn the direction of
   * writing make a name look like another.
   */
  private static boolean isShowable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> !isDirection(c);
    };
  }

  private static boolean isDirection(int c) {
    return (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x200E
        || c == 0x200F
        || c == 0x061C;
  }

  static boolean isId(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_ID
        && text.chars().allMatch(c -> isAlphanumeric(c) || c == '_' || c == '-');
  }

  static boolean isAttributeName(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_ATTRIBUTE_NAME
        && text.chars().allMatch(Texts::isAttributeCharacter);
  }

  private static boolean isAttributeCharacter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  static String requireName(String name, String whose) {
    if (!isPlain(name, MAX_NAME)) {
      throw new IllegalArgumentException(
          "the name of "
              + whose
              + " has 1 to "
              + MAX_NAME
              + " characters and no control characters, not '"
              + shown(name)
              + "'");
    }
    return name;
  }

  /** As much of a text from elsewhere as may stand in a message: one short line. */
  static String shown(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints().limit(MAX_SHOWN).forEach(c -> line.appendCodePoint(isShowable(c) ? c : '?'));
    return text.codePointCount(0, text.length()) > MAX_SHOWN
        ? line.append("...").toString()
        : line.toString();
  }
}
