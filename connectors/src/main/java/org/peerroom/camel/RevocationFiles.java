package org.peerroom.camel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Revocation;

/**
 * Files that each hold one revocation, and folders of such files. In a folder, files whose names
 * begin with a dot or end in {@code .part} or {@code .tmp} are not complete yet.
 *
 * <p>Not thread-safe.
 */
final class RevocationFiles {

  /** As many as a peer holds. */
  private static final int MAX_FILES = 4096;

  private static final int MAX_BYTES = 64 << 10;

  private final List<Path> places;
  private Map<Path, FileStamp> seen = new HashMap<>();

  RevocationFiles(List<Path> places) {
    this.places = List.copyOf(places);
  }

  /**
   * What one file holds.
   *
   * @param revocation null if there is a problem
   * @param problem one line; null if there is none
   */
  record Found(Path file, @Nullable Revocation revocation, @Nullable String problem) {}

  /**
   * What is in all files now.
   *
   * @throws IllegalArgumentException with one line if there is a problem
   */
  List<Revocation> readAll() {
    seen = new HashMap<>();
    List<Revocation> revocations = new ArrayList<>();
    for (Found found : changed()) {
      if (found.revocation() == null) {
        throw new IllegalArgumentException(
            "option revocations: " + found.file() + ": " + found.problem());
      }
      revocations.add(found.revocation());
    }
    return revocations;
  }

  /** What is in the files that are new or have changed since the last call; at first, all of it. */
  List<Found> changed() {
    List<Found> found = new ArrayList<>();
    Map<Path, FileStamp> now = new HashMap<>();
    for (Path file : files(found)) {
      FileStamp stamp = FileStamp.of(file);
      now.put(file, stamp);
      if (!stamp.equals(seen.get(file))) {
        found.add(read(file));
      }
    }
    seen = now;
    return found;
  }

  private NavigableSet<Path> files(List<Found> problems) {
    NavigableSet<Path> files = new TreeSet<>();
    for (Path place : places) {
      if (!Files.isDirectory(place)) {
        files.add(place);
        continue;
      }
      try (Stream<Path> inside = Files.list(place)) {
        inside.filter(RevocationFiles::isComplete).limit(MAX_FILES + 1L).forEach(files::add);
      } catch (IOException e) {
        problems.add(new Found(place, null, "the folder can't be read; check its permissions"));
      }
    }
    while (files.size() > MAX_FILES) {
      Path last = files.last();
      files.remove(last);
      problems.add(
          new Found(
              last,
              null,
              "only " + MAX_FILES + " revocations are read; delete those that have expired"));
    }
    return files;
  }

  private static boolean isComplete(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".")
        && !name.endsWith(".part")
        && !name.endsWith(".tmp")
        && Files.isRegularFile(file);
  }

  private static Found read(Path file) {
    if (!Files.exists(file)) {
      return new Found(file, null, "there is no such file or folder");
    }
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        return new Found(file, null, "it is too large to be a revocation");
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      return new Found(file, Revocation.parse(text), null);
    } catch (RefusedException e) {
      return new Found(file, null, "it is no revocation: " + e.refusal().message());
    } catch (IOException e) {
      return new Found(file, null, "it can't be read; check its permissions");
    }
  }
}
