package org.peerroom.bench.sealing;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.peerroom.OutgoingMessage;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.wire.WireException;

/**
 * What messages of 256 bytes cost their author and a member, where the author has a sender key:
 * from messages to frames and back, without a network.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class SealingBenchmark {

  private static final int SIZE = 256;
  private static final int AT_ONCE = 256;

  private final Scene scene = new Scene(ProviderCrypto.create());
  private final RoomAuthor author = RoomAuthor.withSenderKey(scene);
  private final RoomReader reader = new RoomReader(scene);
  private final List<OutgoingMessage> one = scene.messages(1, SIZE);
  private final List<OutgoingMessage> many = scene.messages(AT_ONCE, SIZE);
  private Published published = author.publish(many);

  /** Makes what {@link #open256} reads. */
  @Setup
  public void prepare() {
    published = author.publish(many);
    reader.verify(many, published);
  }

  /** One message sealed and opened. */
  @Benchmark
  public List<byte[]> lone() throws CryptoException, WireException {
    return reader.open(author.publish(one));
  }

  /** A message of 256 that are sealed at once: in two segments, since they do not fit into one. */
  @Benchmark
  @OperationsPerInvocation(AT_ONCE)
  public long seal256() {
    return author.publish(many).wireBytes();
  }

  /** A message of these 256 opened. */
  @Benchmark
  @OperationsPerInvocation(AT_ONCE)
  public List<byte[]> open256() throws CryptoException, WireException {
    return reader.open(published);
  }
}
