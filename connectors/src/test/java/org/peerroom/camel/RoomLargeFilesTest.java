package org.peerroom.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files larger than the room's largest message, from a folder through a room to a folder. */
@Timeout(90)
class RoomLargeFilesTest {

  private static final String ROOM = "room:files?maxMessageSize=100000&retentionBytes=4194304";
  private static final int SIZE = 9_000_017;

  @TempDir Path folder;
  private Side sender;
  private Side receiver;

  @BeforeEach
  void start() {
    sender = Side.listening().start();
    receiver = Side.dialling(sender).start();
  }

  @AfterEach
  void stop() {
    receiver.close();
    sender.close();
  }

  private static void write(Path file, int size) throws IOException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    Files.write(file, content);
  }

  @Test
  void file_arrivesInTheOtherFolder() throws Exception {
    Path in = Files.createDirectory(folder.resolve("in"));
    Path out = folder.resolve("out");
    write(in.resolve("large.bin"), SIZE);
    write(in.resolve("small.bin"), 1_000);
    List<Object> bodies = new CopyOnWriteArrayList<>();
    receiver.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(ROOM)
                .process(exchange -> bodies.add(exchange.getIn().getBody()))
                .to("file:" + out + "?fileName=${header.name}&tempPrefix=.writing-");
          }
        });

    sender.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("file:" + in + "?initialDelay=0&delay=100")
                .setHeader("name", simple("${file:name}"))
                .to(ROOM);
          }
        });

    Path large = out.resolve("large.bin");
    Path small = out.resolve("small.bin");
    await().atMost(Side.PATIENCE).until(() -> Files.exists(large) && Files.exists(small));
    Path done = in.resolve(".camel");
    await()
        .atMost(Side.PATIENCE)
        .until(
            () ->
                Files.exists(done.resolve("large.bin")) && !Files.exists(in.resolve("large.bin")));
    assertEquals(-1, Files.mismatch(done.resolve("large.bin"), large));
    assertEquals(-1, Files.mismatch(done.resolve("small.bin"), small));
    assertTrue(bodies.stream().anyMatch(InputStream.class::isInstance), bodies::toString);
    assertTrue(bodies.stream().anyMatch(byte[].class::isInstance), bodies::toString);
  }

  @Test
  void stream_isReadAgainAfterAReset() throws Exception {
    List<Integer> lengths = new CopyOnWriteArrayList<>();
    receiver.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(ROOM)
                .process(exchange -> lengths.add(exchange.getIn().getBody(byte[].class).length))
                .process(exchange -> lengths.add(exchange.getIn().getBody(byte[].class).length));
          }
        });
    Path file = folder.resolve("some.bin");
    write(file, 1_000_001);
    try (InputStream stream = Files.newInputStream(file)) {
      Exchange sent = sender.template().send(ROOM, exchange -> exchange.getIn().setBody(stream));
      assertEquals(null, sent.getException());
    }

    await().atMost(Side.PATIENCE).until(() -> lengths.size() == 2);
    assertEquals(List.of(1_000_001, 1_000_001), lengths);
  }
}
