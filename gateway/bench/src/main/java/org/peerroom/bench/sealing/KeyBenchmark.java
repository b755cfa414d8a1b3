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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.wire.WireException;

/** What keys cost where authors have sender keys, for each way of key agreement. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class KeyBenchmark {

  private static final int REKEYED = 10_000;
  private static final int INTRODUCED = 10;

  /** How two peers agree on a key. */
  @Param({"X_WING", "X25519"})
  private KemSuite kem = KemSuite.X_WING;

  private final Scene scene = new Scene(ProviderCrypto.create());
  private final KeyWork work = new KeyWork(scene);
  private List<byte[]> few = List.of();
  private Introduction all = new Introduction();
  private byte[] frame = {};
  private int epoch;

  /** Introduces the author to all members. */
  @Setup
  public void prepare() throws CryptoException {
    few = scene.publicKeys(kem, INTRODUCED);
    frame = work.introduce(kem, few, null).lastFrame();
    all = work.introduce(kem, scene.publicKeys(kem, REKEYED), null);
  }

  /** A new sender key for 10,000 members, as frames. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public List<byte[]> rekey10000() {
    epoch++;
    return work.rekey(epoch, scene.bytes(32), all.senders());
  }

  /** First distribution: a key agreed on with a member and an introduction sealed to it. */
  @Benchmark
  @OperationsPerInvocation(INTRODUCED)
  public long setUp() throws CryptoException {
    return work.introduce(kem, few, null).wireBytes();
  }

  /** The member's side of it. */
  @Benchmark
  public int accept() throws CryptoException, WireException {
    return work.openGrant(kem, frame, false);
  }
}
