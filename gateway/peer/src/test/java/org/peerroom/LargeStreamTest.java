package org.peerroom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A payload much larger than the replicas goes through, and takes no more memory than they may. How
 * large is told by the system property {@code peerroom.stream.mib}, 32 by default; with the profile
 * {@code soak} it is 1,024, in a heap of 256 MiB.
 */
@Timeout(600)
class LargeStreamTest {

  private static final Duration LIMIT = Duration.ofMinutes(9);
  private static final long SIZE = Long.getLong("peerroom.stream.mib", 32) << 20;

  /** Two replicas, what is on the way, and what two peers take anyway. */
  private static final long MOST_KEPT = 96L << 20;

  @RegisterExtension final RunningPeers peers = new RunningPeers();

  @Test
  void payloadOfManyReplicas_arrivesInBoundedMemory() {
    RoomPolicy policy = RoomPolicy.DEFAULT.withMaxMessageSize(1 << 20).withRetentionBytes(16 << 20);
    RoomConfig config = RoomConfig.of("large files").withPolicy(policy);
    Peer a = peers.listening(Peer.builder());
    Peer b = peers.dialling(a, Peer.builder());
    Room atA = RunningPeers.join(a, config);
    Room atB = RunningPeers.join(b, config);
    RunningPeers.awaitMembers(atA, b);
    SampleStream sample = new SampleStream(SIZE, 64 * 1024);
    long before = kept();
    AtomicLong most = new AtomicLong();
    AtomicLong read = new AtomicLong();
    Mono<byte[]> digest =
        atB.messages()
            .next()
            .flatMap(m -> SampleStream.digestOf(m.payload().doOnNext(p -> count(p, read, most))))
            .cache();
    digest.subscribe();

    long begun = System.nanoTime();
    Flux.from(atA.publish(OutgoingMessage.of(sample.flux()))).blockLast(LIMIT);
    byte[] received = digest.block(LIMIT);

    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    System.out.printf(
        "%d MiB in %d ms, %d MiB/s; kept at most %d MiB more than before%n",
        SIZE >> 20, millis, (SIZE >> 20) * 1000 / Math.max(1, millis), (most.get() - before) >> 20);
    assertArrayEquals(sample.digest(), received);
    assertTrue(most.get() - before < MOST_KEPT, (most.get() - before) + " bytes more than before");
  }

  /** Looks at the heap eight times on the way. */
  private static void count(ByteBuffer part, AtomicLong read, AtomicLong most) {
    long before = read.getAndAdd(part.remaining());
    if (before / (SIZE / 8) != read.get() / (SIZE / 8)) {
      most.accumulateAndGet(kept(), Math::max);
    }
  }

  /** What is reachable. */
  private static long kept() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
