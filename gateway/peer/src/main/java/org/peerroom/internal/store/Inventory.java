package org.peerroom.internal.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Which files a database had when it was closed, how long each was, and checksums of those that the
 * database reads but would believe to have ended early: a log that was cut between two records
 * looks as if more had never been written. Tables have checksums of their own.
 *
 * <p>After a crash there is none, and then such a cut cannot be told from what was never synced.
 */
final class Inventory {

  private static final int MAX_BYTES = 1024 * 1024;
  private static final String END = "end ";

  private final Path database;
  private final Path file;

  Inventory(Path database) {
    this.database = database;
    this.file = database.resolveSibling(database.getFileName() + ".inventory");
  }

  /** Notes what there is now: the database must be closed. */
  void write() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> each : look().entrySet()) {
      text.append(each.getKey()).append(' ').append(each.getValue()).append('\n');
    }
    String body = text.toString();
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, body + END + checksum(body) + "\n");
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** What differs from what was noted, a line each; none if nothing was noted. */
  List<String> differences() throws IOException {
    List<String> differences = new ArrayList<>();
    if (!Files.exists(file)) {
      return differences;
    }
    Map<String, String> noted = noted();
    if (noted.isEmpty()) {
      differences.add("the list of the database's files is damaged");
      return differences;
    }
    Map<String, String> now = look();
    noted.forEach(
        (name, state) -> {
          if (!now.containsKey(name)) {
            differences.add(name + " is missing");
          } else if (!state.equals(now.get(name))) {
            differences.add(name + " was changed or cut off");
          }
        });
    return differences;
  }

  /** To be called before the database is opened for writing. */
  void forget() throws IOException {
    Files.deleteIfExists(file);
  }

  private Map<String, String> noted() throws IOException {
    Map<String, String> noted = new TreeMap<>();
    if (Files.size(file) > MAX_BYTES) {
      return noted;
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    int end = text.lastIndexOf("\n" + END);
    if (end < 0) {
      return noted;
    }
    String body = text.substring(0, end + 1);
    if (!text.substring(end + 1).equals(END + checksum(body) + "\n")) {
      return noted;
    }
    body.lines()
        .forEach(
            line ->
                noted.put(
                    line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1)));
    return noted;
  }

  private Map<String, String> look() throws IOException {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> files = Files.list(database)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        String name = String.valueOf(each.getFileName());
        if (name.endsWith(".sst")) {
          state.put(name, Long.toString(Files.size(each)));
        } else if (name.endsWith(".log")
            || name.equals("CURRENT")
            || name.startsWith("MANIFEST-")) {
          state.put(name, Files.size(each) + " " + checksum(each));
        }
      }
    }
    return state;
  }

  private static String checksum(String text) {
    CRC32C sum = new CRC32C();
    sum.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return Long.toHexString(sum.getValue());
  }

  private static String checksum(Path file) throws IOException {
    CRC32C sum = new CRC32C();
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sum.update(buffer, 0, read);
      }
    }
    return Long.toHexString(sum.getValue());
  }
}
