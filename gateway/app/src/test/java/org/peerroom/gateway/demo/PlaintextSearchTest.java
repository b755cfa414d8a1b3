package org.peerroom.gateway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaintextSearchTest {

  @TempDir Path folder;

  private Path recording(String... parts) throws IOException {
    Path file = folder.resolve("recording");
    Random random = new Random(3);
    byte[] noise = new byte[5000];
    try (var out = Files.newOutputStream(file)) {
      for (String part : parts) {
        random.nextBytes(noise);
        out.write(noise);
        out.write(part.getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  @Test
  void find_findsPiecesOfDifferentLengthsWhereverTheyAre() throws IOException {
    PlaintextSearch search = new PlaintextSearch();
    search.add("the room");
    search.add("株式会社 さくら珈琲");
    search.add("not in there");

    Set<String> found = search.find(recording("株式会社 さくら珈琲", "", "the room"));

    assertEquals(Set.of("the room", "株式会社 さくら珈琲"), found);
  }

  @Test
  void find_findsNothingInNoise() throws IOException {
    PlaintextSearch search = new PlaintextSearch();
    search.add("sixteen bytes ab");

    assertEquals(Set.of(), search.find(recording("", "", "sixteen bytes aB", "sixteen bytes a")));
  }

  @Test
  void add_refusesPiecesThatWouldBeFoundByChance() {
    assertThrows(IllegalArgumentException.class, () -> new PlaintextSearch().add("abc"));
  }
}
