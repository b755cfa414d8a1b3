package org.peerroom.internal.store;

import static org.peerroom.internal.store.StoreFixture.TOPIC;
import static org.peerroom.internal.store.StoreFixture.author;
import static org.peerroom.internal.store.StoreFixture.commit;

import java.nio.file.Path;
import org.peerroom.internal.wire.Segment;

/** What tests let another process do. */
final class StoreChild {

  private static final int MOST = 4000;

  private StoreChild() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "open" -> open(folder);
      case "fill" -> fill(folder, false);
      case "fill-and-go-on" -> fill(folder, true);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void open(Path folder) {
    try (DataFolder data = DataFolder.open(folder, null)) {
      System.out.println("opened");
    } catch (StoreException e) {
      System.out.println(e.getMessage());
    }
  }

  /** Until it is refused; then ends without closing, or waits until there is room. */
  private static void fill(Path folder, boolean goesOn) throws Exception {
    DataFolder data = DataFolder.open(folder, null);
    RoomStore room = data.room(TOPIC);
    Segment last = null;
    for (int i = 0; i < MOST; i++) {
      last =
          StoreFixture.segment(TOPIC, author(1), last, StoreFixture.LATER, "payload".repeat(3000));
      room.append(last);
      StoreException why = commit(room);
      if (why == null) {
        System.out.println("kept " + (i + 1));
        continue;
      }
      System.out.println("refused: " + why.getMessage());
      if (!goesOn) {
        Runtime.getRuntime().halt(3);
      }
      liftTheLimit();
      while (commit(room) != null) {
        // each takes as long as the store waits before it tries again
      }
      System.out.println("kept " + (i + 1));
      System.out.println("recovered");
      data.close();
      return;
    }
  }

  private static void liftTheLimit() throws Exception {
    int status =
        new ProcessBuilder(
                "prlimit", "--fsize=unlimited", "--pid", "" + ProcessHandle.current().pid())
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new IllegalStateException("prlimit ended with " + status);
    }
  }
}
