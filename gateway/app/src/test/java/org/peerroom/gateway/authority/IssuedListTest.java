package org.peerroom.gateway.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.VerificationKey;

/** What was issued is written down once and for all, by several at once too. */
class IssuedListTest {

  private static final VerificationKey KEY = new VerificationKey("ab".repeat(32));

  @TempDir Path folder;

  private final Instant now = Instant.parse("2027-01-01T00:00:00Z");

  private Path file() {
    return folder.resolve("issued.jsonl");
  }

  private Issued issued(String id) {
    return new Issued(
        id,
        "alice \u2028 \"a\"",
        KEY,
        now,
        now.plus(Duration.ofDays(1)),
        Issued.Origin.TOKEN,
        "ref",
        "a.b.c");
  }

  private List<Issued> all() throws IOException {
    List<Issued> all = new ArrayList<>();
    IssuedList.scan(file(), all::add);
    return all;
  }

  @Test
  void append_isThereAfterReopening() throws Exception {
    try (IssuedList list = IssuedList.open(file(), now)) {
      list.append(issued("one"), now);
      list.append(issued("two"), now);
    }
    try (IssuedList list = IssuedList.open(file(), now)) {
      assertEquals(issued("one"), list.find("one", now).orElseThrow());
      assertEquals(List.of(issued("one"), issued("two")), list.of(KEY, now));
      assertEquals(List.of(issued("one"), issued("two")), all());
    }
  }

  @Test
  void append_isSeenByAnotherProcess() throws Exception {
    try (IssuedList a = IssuedList.open(file(), now);
        IssuedList b = IssuedList.open(file(), now)) {
      a.append(issued("one"), now);
      assertTrue(b.find("one", now).isPresent());
      b.append(issued("two"), now);
      a.append(issued("three"), now);
      assertEquals(List.of("one", "two", "three"), a.live(now).stream().map(Issued::id).toList());
      assertEquals(3, all().size());
    }
  }

  @Test
  void append_losesNothingWhenSeveralWrite() throws Exception {
    int each = 40;
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        String prefix = "w" + writer + "-";
        writers.add(
            threads.submit(
                () -> {
                  try (IssuedList list = IssuedList.open(file(), now)) {
                    for (int i = 0; i < each; i++) {
                      list.append(issued(prefix + i), now);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    Set<String> ids = new HashSet<>(all().stream().map(Issued::id).toList());
    assertEquals(4 * each, ids.size());
    assertEquals(4 * each, all().size());
  }

  @Test
  void append_replacesWhatACrashLeft() throws Exception {
    try (IssuedList list = IssuedList.open(file(), now)) {
      list.append(issued("one"), now);
    }
    Files.writeString(file(), "{\"id\":\"torn", StandardOpenOption.APPEND);
    try (IssuedList list = IssuedList.open(file(), now)) {
      assertEquals(1, list.live(now).size());
      list.append(issued("two"), now);
    }
    assertEquals(List.of("one", "two"), all().stream().map(Issued::id).toList());
  }

  @Test
  void open_failsForDamagedLine() throws Exception {
    try (IssuedList list = IssuedList.open(file(), now)) {
      list.append(issued("one"), now);
      list.append(issued("two"), now);
    }
    List<String> lines = Files.readAllLines(file());
    Files.write(file(), List.of(lines.get(0), lines.get(1).replace("\"two\"", "2")));
    IOException failure =
        assertThrows(IOException.class, () -> IssuedList.open(file(), now).close());
    assertTrue(failure.getMessage().startsWith("line 2 of "), failure.getMessage());
  }

  @Test
  void find_forgetsWhatEnded_andTheFileDoesNot() throws Exception {
    try (IssuedList list = IssuedList.open(file(), now)) {
      list.append(issued("one"), now);
      Instant later = now.plus(Duration.ofDays(2));
      assertTrue(list.find("one", later).isEmpty());
      assertEquals(List.of(), list.of(KEY, later));
      assertEquals(1, all().size());
    }
  }
}
