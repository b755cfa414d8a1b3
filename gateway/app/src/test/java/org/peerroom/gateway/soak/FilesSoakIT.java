package org.peerroom.gateway.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.Body;

/** From one folder to another through a room, while either gateway is killed at any moment. */
@Tag("soak")
class FilesSoakIT {

  @TempDir Path folder;

  private final Set<String> sent = new TreeSet<>();

  private static String name(int number) {
    return "order-" + number + ".json";
  }

  private void feed(Path in, int upTo) throws IOException {
    while (sent.size() < upTo) {
      int number = sent.size();
      Path part = in.resolve(number + ".part");
      Files.write(part, Body.order(number, 300).bytes());
      Files.move(part, in.resolve(name(number)), StandardCopyOption.ATOMIC_MOVE);
      sent.add(name(number));
    }
  }

  /** The complete files of a folder; what is being written has a name of another kind. */
  private static Set<String> names(Path of) {
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(of)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(of, "*.json")) {
        files.forEach(file -> names.add(file.getFileName().toString()));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    return names;
  }

  private static int count(Path of) {
    String[] names = of.toFile().list((folder, name) -> name.endsWith(".json"));
    return names == null ? 0 : names.length;
  }

  @Test
  void folderToFolder_losesNothingAndHasNothingTwice() throws Exception {
    SoakPlan plan = SoakPlan.of(20_000);
    Path in = Files.createDirectories(folder.resolve("a/in"));
    Path out = folder.resolve("b/out");
    try (TwoGateways gateways =
        new TwoGateways(
            plan,
            folder,
            TwoGateways.routes("files-a.yaml"),
            TwoGateways.routes("files-b.yaml"),
            List.of())) {
      gateways.start();
      gateways.fire(() -> count(out), upTo -> feed(in, upTo));
      gateways.stop();
      assertEquals(Set.of(), names(in), "files that were not taken");
      assertEquals(sent, names(out));
      for (int i = 0; i < plan.messages(); i++) {
        assertEquals(Body.order(i, 300), new Body(Files.readAllBytes(out.resolve(name(i)))));
      }
      Map<String, Integer> delivered = gateways.b().delivered();
      long repeats = delivered.values().stream().mapToLong(times -> times - 1).sum();
      System.out.printf(
          "Files: %s; %d written more than once%n", gateways.progress(plan.messages()), repeats);
    }
  }
}
