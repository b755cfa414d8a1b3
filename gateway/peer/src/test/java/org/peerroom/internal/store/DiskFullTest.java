package org.peerroom.internal.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.peerroom.internal.store.StoreFixture.TOPIC;
import static org.peerroom.internal.store.StoreFixture.author;
import static org.peerroom.internal.store.StoreFixture.commitFully;
import static org.peerroom.internal.store.StoreFixture.recover;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.internal.wire.Segment;
import org.rocksdb.util.Environment;

/** A process that may write no file beyond 2 MiB: the system refuses as it does on a full disk. */
@EnabledOnOs(OS.LINUX)
class DiskFullTest {

  private static final String LIMIT = "ulimit -S -f 2048; exec \"$0\" \"$@\"";

  @TempDir Path temp;

  @Test
  void fullDisk_isSaidAndNothingAcknowledgedIsLost() throws Exception {
    Path folder = temp.resolve("data");
    ChildJvm child = limited("fill", folder);
    String output = child.output();
    assertTrue(output.contains("refused: " + folder + ": nothing can be kept now ("), output);
    assertTrue(output.contains("make room on the disk"), output);
    int acknowledged = acknowledged(output);
    assertTrue(acknowledged > 50, output);
    try (DataFolder data = DataFolder.open(folder, null)) {
      List<Segment> found = recover(data).segments();
      assertTrue(found.size() >= acknowledged, found.size() + " of " + acknowledged);
      assertTrue(found.size() <= acknowledged + 1, found.size() + " of " + acknowledged);
      data.room(TOPIC)
          .append(
              StoreFixture.segment(
                  TOPIC, author(1), found.get(found.size() - 1), StoreFixture.LATER, "more"));
      commitFully(data.room(TOPIC));
    }
  }

  @Test
  void fullDisk_isWrittenOnceThereIsRoom() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")));
    Path folder = temp.resolve("data");
    ChildJvm child = limited("fill-and-go-on", folder);
    String output = child.output();
    assertTrue(output.contains("refused: "), output);
    assertTrue(output.contains("recovered"), output);
    try (DataFolder data = DataFolder.open(folder, null)) {
      RecoveredRoom found = recover(data);
      assertEquals(acknowledged(output), found.segments().size(), output);
    }
  }

  private ChildJvm limited(String what, Path folder) throws IOException, InterruptedException {
    // Unpacking it would break the limit.
    Path library = temp.resolve(System.mapLibraryName("rocksdbjni"));
    try (InputStream in =
        Environment.class.getResourceAsStream("/" + Environment.getJniLibraryFileName("rocksdb"))) {
      Files.copy(in, library);
    }
    return ChildJvm.start(
        List.of("bash", "-c", LIMIT),
        List.of("-Djava.library.path=" + temp),
        StoreChild.class,
        what,
        folder.toString());
  }

  private static int acknowledged(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("kept "))
        .mapToInt(line -> Integer.parseInt(line.substring("kept ".length())))
        .max()
        .orElse(0);
  }
}
