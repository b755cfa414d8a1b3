package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.OutgoingMessage;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.protocol.RoomMachine;
import org.peerroom.internal.wire.MessageCodec;

/**
 * What retained messages take on the heap: they stay in their sealed segments. {@code
 * -Dpeerroom.retained.messages=1000000} for the full number.
 */
class RetainedMemoryTest {

  private static final int MESSAGES = Integer.getInteger("peerroom.retained.messages", 60_000);
  private static final int SIZE = 256;

  /** How many publishers hand over at once under load: what a segment is made of. */
  private static final int AT_ONCE = 1_000;

  private static final double MOST = 1.3;

  /** Once in the author's replica, once in that of a member that got it as bytes. */
  @Test
  void retainedMessages_takeLittleMoreThanTheirPayload() {
    Simulation world =
        new Simulation(7, new SimulatedCrypto(), Conditions.DEFAULT.withDecodeShare(1));
    RoomPolicy policy = RoomPolicy.DEFAULT.withRetentionBytes(1L << 30);
    Gathering all = Gathering.mesh(world, 2, policy);
    world.run(Duration.ofSeconds(3));
    all.rooms().forEach(room -> room.pauseReading(true));
    long before = heapBytes();
    RoomMachine author = all.member(0).machine();
    for (int i = 0; i < MESSAGES; i += AT_ONCE) {
      List<byte[]> bodies = new ArrayList<>(AT_ONCE);
      for (int k = 0; k < AT_ONCE; k++) {
        OutgoingMessage message = OutgoingMessage.of(world.random().next(SIZE));
        bodies.add(MessageCodec.encode(message, all.member(0).peer().now().wallMillis()));
      }
      author.publish(bodies, Collections.nCopies(AT_ONCE, 0), all.member(0).peer().now());
      all.member(0).peer().turn();
      world.run(Duration.ofMillis(50));
    }
    world.run(Duration.ofSeconds(3));
    long bytes = author.gauges().bytes();
    assertEquals(bytes, all.member(1).machine().gauges().bytes(), "the replicas differ");
    double ratio = (heapBytes() - before) / 2.0 / ((long) MESSAGES * SIZE);
    System.out.printf(
        "%,d messages of %d bytes: %,d bytes of segments; on the heap %.3f times the payload%n",
        MESSAGES, SIZE, bytes, ratio);
    assertTrue(ratio <= MOST, () -> ratio + " times the payload");
    assertEquals(bytes, author.gauges().bytes());
  }

  private static long heapBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
