package org.peerroom.bench.sealing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.peerroom.OutgoingMessage;
import org.peerroom.SealingSuite;
import org.peerroom.bench.sealing.Figure.How;
import org.peerroom.internal.crypto.KemSuite;

/**
 * What it takes to seal and to open what was published, for each suite, size of room, size of
 * message and number of messages published at once.
 *
 * <p>With sender keys the members do not come into it at all; it is measured anew for each size of
 * room nevertheless, but for large publishes. Where a key is wrapped for each recipient, a publish
 * that would take too long is computed: the segments without wraps, and as often as there are
 * segments what a lone message takes more with its wraps than without, both measured.
 */
final class SegmentFigures {

  private static final int REFERENCE_SIZE = 256;

  /**
   * What is measured.
   *
   * @param bytes the size of a message
   * @param messages how many are published at once
   */
  private record Publish(int bytes, int messages) {}

  /**
   * What it took.
   *
   * @param wireBytes of all frames
   */
  private record Result(Cost seal, Cost open, int segments, long wireBytes) {}

  private final Scene scene;
  private final Meter meter;
  private final Figures figures;
  private final RoomReader reader;
  private final List<Publish> publishes = new ArrayList<>();
  private final Map<Publish, Result> bare = new HashMap<>();
  private final double patienceNanos;
  private final long largest;

  /**
   * @param patience what would take longer to seal for each recipient is computed
   * @param largest publishes of more bytes are measured once a suite, not for each size of room
   */
  SegmentFigures(
      Scene scene,
      Meter meter,
      Figures figures,
      List<Integer> sizes,
      List<Integer> batches,
      Duration patience,
      long largest) {
    this.scene = scene;
    this.meter = meter;
    this.figures = figures;
    this.reader = new RoomReader(scene);
    this.patienceNanos = patience.toNanos();
    this.largest = largest;
    for (int size : sizes) {
      batches.forEach(batch -> publishes.add(new Publish(size, batch)));
    }
  }

  /**
   * With sender keys. Suites take turns, so that a machine that is slower for a while is so for
   * both.
   */
  void measureSenderKeys(List<SealingSuite> suites, List<Integer> members) {
    for (Publish publish : publishes) {
      Map<SealingSuite, Result> known = new EnumMap<>(SealingSuite.class);
      boolean once = (long) publish.bytes * publish.messages > largest;
      for (int count : members) {
        for (SealingSuite suite : suites) {
          Result result = once ? known.get(suite) : null;
          How how = How.REUSED;
          if (result == null) {
            result = measure(RoomAuthor.withSenderKey(scene), publish);
            how = How.MEASURED;
            known.put(suite, result);
          }
          add(suite, count, publish, result, how);
        }
      }
    }
  }

  /** With a key wrapped for each recipient. */
  void measureForEach(List<Integer> members) {
    members.forEach(this::measureForEach);
  }

  private void measureForEach(int count) {
    SealingSuite suite = SealingSuite.PER_RECIPIENT;
    List<byte[]> recipients = scene.publicKeys(KemSuite.X25519, count);
    RoomAuthor author = RoomAuthor.forEach(scene, recipients);
    Publish lone = new Publish(REFERENCE_SIZE, 1);
    Result wrapped = measure(author, lone);
    Cost sealMore = wrapped.seal.beyond(bare(lone).seal);
    Cost openMore = wrapped.open.beyond(bare(lone).open);
    long bytesMore = wrapped.wireBytes - bare(lone).wireBytes;
    for (Publish publish : publishes) {
      Result bare = bare(publish);
      if (publish.equals(lone)) {
        add(suite, count, publish, wrapped, How.MEASURED);
      } else if (bare.segments * sealMore.wallNanos() + bare.seal.wallNanos() <= patienceNanos) {
        add(suite, count, publish, measure(author, publish), How.MEASURED);
      } else {
        Result sum =
            new Result(
                bare.seal.plus(sealMore, bare.segments),
                bare.open.plus(openMore, bare.segments),
                bare.segments,
                bare.wireBytes + bare.segments * bytesMore);
        add(suite, count, publish, sum, How.COMPUTED);
      }
    }
  }

  /** What it takes without any wraps. */
  private Result bare(Publish publish) {
    return bare.computeIfAbsent(publish, p -> measure(RoomAuthor.withSenderKey(scene), p));
  }

  private Result measure(RoomAuthor author, Publish publish) {
    List<OutgoingMessage> messages = scene.messages(publish.messages, publish.bytes);
    List<Published> last = new ArrayList<>(1);
    Cost seal =
        meter.measure(
            () -> {
              Published published = author.publish(messages);
              last.clear();
              last.add(published);
              return published.wireBytes();
            });
    Published published = last.get(0);
    reader.verify(messages, published);
    Cost open = meter.measure(() -> reader.open(published).size());
    return new Result(seal, open, published.frames().size(), published.wireBytes());
  }

  private void add(SealingSuite suite, int members, Publish publish, Result result, How how) {
    boolean refused = suite == SealingSuite.PER_RECIPIENT && RoomReader.refused(members);
    for (Operation operation : new Operation[] {Operation.SEAL, Operation.OPEN}) {
      figures.add(
          new Figure(
              operation,
              suite,
              members,
              publish.bytes,
              publish.messages,
              result.segments,
              publish.messages,
              operation == Operation.SEAL ? result.seal : result.open,
              result.wireBytes,
              how,
              refused));
    }
  }
}
