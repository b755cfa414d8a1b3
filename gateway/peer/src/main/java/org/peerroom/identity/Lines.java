package org.peerroom.identity;

import java.util.ArrayList;
import java.util.List;

/** Text with one signed statement a line. */
final class Lines {

  private Lines() {}

  /** What stands between line feeds, empty lines included; a carriage return is no line feed. */
  static List<String> split(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', from)) {
      lines.add(text.substring(from, feed));
      from = feed + 1;
    }
    lines.add(text.substring(from));
    return lines;
  }
}
