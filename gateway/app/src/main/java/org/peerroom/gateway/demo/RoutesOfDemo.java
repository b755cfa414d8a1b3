package org.peerroom.gateway.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;

/** The two routes files and settings files, as an integration engineer would write them. */
final class RoutesOfDemo {

  static final String ROOM = "demo-orders";
  static final String QUEUE = "orders";
  static final String NAME_HEADER = "orderFile";
  static final String AUTHOR_HEADER = "roomAuthor";

  private static final String SIDE_A =
      """
      - route:
          id: folder-to-room
          from:
            uri: file:in
            parameters:
              delay: 100
              initialDelay: 0
              sortBy: file:name
            steps:
              - setHeader:
                  name: orderFile
                  simple: "${header.CamelFileName}"
              - to: room:demo-orders?acks=replicated:1&secret={{room.secret}}
      """;

  private static final String SIDE_B =
      """
      - route:
          id: room-to-queue
          from:
            uri: room:demo-orders?secret={{room.secret}}
            steps:
              - setHeader:
                  name: roomAuthor
                  simple: "${header.CamelRoomAuthor}"
              - to: jms:queue:orders
      """;

  private RoutesOfDemo() {}

  static Path writeSideA(Path folder) throws IOException {
    return Files.writeString(folder.resolve("a.yaml"), SIDE_A);
  }

  static Path writeSideB(Path folder) throws IOException {
    return Files.writeString(folder.resolve("b.yaml"), SIDE_B);
  }

  /** A settings file that only its owner can read: it holds the room's secret. */
  static Path writeSettings(Path folder, Map<String, String> settings) throws IOException {
    Path file = folder.resolve("gateway.properties");
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Properties properties = new Properties();
    properties.putAll(settings);
    try (var out = Files.newOutputStream(file)) {
      properties.store(out, null);
    }
    return file;
  }
}
