package org.peerroom.internal.store;

import java.nio.file.Path;

/** What tests let another process do. */
final class StoreChild {

  private StoreChild() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "open" -> open(folder);
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
}
