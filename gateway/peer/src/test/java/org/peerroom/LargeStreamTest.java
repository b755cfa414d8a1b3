package org.peerroom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A payload larger than the replicas goes through, and takes no more memory than they may: 32 MiB,
 * with the profile {@code soak} 1 GiB.
 */
@Timeout(600)
class LargeStreamTest {

  private static final Duration LIMIT = Duration.ofMinutes(9);

  /** Two replicas, what is on the way, and what two peers take anyway. */
  private static final long MOST_KEPT = 96L << 20;

  @RegisterExtension final RunningPeers peers = new RunningPeers();

  @Test
  void payloadOfTwoReplicas_arrivesInBoundedMemory() {
    goes(32L << 20);
  }

  @Test
  @Tag("soak")
  void gibibyte_arrivesInBoundedMemory() {
    goes(OutgoingMessage.MAX_STREAM);
  }

  private void goes(long size) {
    RoomPolicy policy = RoomPolicy.DEFAULT.withMaxMessageSize(1 << 20).withRetentionBytes(16 << 20);
    RoomConfig config = RoomConfig.of("large files").withPolicy(policy);
    Peer a = peers.listening(Peer.builder());
    Peer b = peers.dialling(a, Peer.builder());
    Room atA = RunningPeers.join(a, config);
    Room atB = RunningPeers.join(b, config);
    RunningPeers.awaitMembers(atA, b);
    SampleStream sample = new SampleStream(size, 64 * 1024);
    long before = kept();
    AtomicLong most = new AtomicLong();
    AtomicLong read = new AtomicLong();
    Mono<byte[]> digest =
        atB.messages()
            .next()
            .flatMap(
                m -> SampleStream.digestOf(m.payload().doOnNext(p -> count(p, size, read, most))))
            .cache();
    digest.subscribe();

    long begun = System.nanoTime();
    Flux.from(atA.publish(OutgoingMessage.of(sample.flux()))).blockLast(LIMIT);
    byte[] received = digest.block(LIMIT);

    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    System.out.printf(
        "%d MiB in %d ms, %d MiB/s; kept at most %d MiB more than before%n",
        size >> 20, millis, (size >> 20) * 1000 / Math.max(1, millis), (most.get() - before) >> 20);
    assertArrayEquals(sample.digest(), received);
    assertTrue(most.get() - before < MOST_KEPT, (most.get() - before) + " bytes more than before");
  }

  /** Looks at the heap eight times on the way. */
  private static void count(ByteBuffer part, long size, AtomicLong read, AtomicLong most) {
    long before = read.getAndAdd(part.remaining());
    if (before / (size / 8) != read.get() / (size / 8)) {
      most.accumulateAndGet(kept(), Math::max);
    }
  }

  /** What is reachable. */
  private static long kept() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
