package org.peerroom.bench;

import java.util.List;
import org.HdrHistogram.Histogram;

/** Publisher and subscriber of one way, each a process; they stay for all rounds of a run. */
final class Pair implements AutoCloseable {

  private static final long RAMP_MILLIS = 200;

  private final Way way;
  private final WorkerProcess subscriber;
  private final WorkerProcess publisher;
  private long arrived;

  private Pair(Way way, WorkerProcess subscriber, WorkerProcess publisher) {
    this.way = way;
    this.subscriber = subscriber;
    this.publisher = publisher;
  }

  /** Starts both processes; they have not met yet. */
  static Pair start(
      Way way, int concurrency, List<String> publisherJvm, List<String> subscriberJvm) {
    return new Pair(
        way,
        WorkerProcess.start(way, "subscriber", concurrency, subscriberJvm),
        WorkerProcess.start(way, "publisher", concurrency, publisherJvm));
  }

  /** Lets the subscriber listen and the publisher connect to it. */
  void meet() {
    String keys = SharedKeys.generate().encode();
    String address = subscriber.ask("listen " + keys, "listening");
    publisher.ask("connect " + address + " " + keys, "connected");
  }

  Way way() {
    return way;
  }

  WorkerProcess publisher() {
    return publisher;
  }

  WorkerProcess subscriber() {
    return subscriber;
  }

  /**
   * Lets messages of this size flow for this long and measures in the middle of it.
   *
   * @throws BenchException if anything was lost, doubled or out of order
   */
  Measurement flow(int size, long millis) {
    publisher.ask("start " + size, "started");
    sleep(RAMP_MILLIS);
    Sample subscriberBefore = subscriber.sample();
    Sample publisherBefore = publisher.sample();
    sleep(millis);
    Sample subscriberAfter = subscriber.sample();
    Sample publisherAfter = publisher.sample();
    verifyArrived(publisher.ask("stop", "sent"));
    return Measurement.between(
        way, size, subscriberBefore, subscriberAfter, publisherBefore, publisherAfter);
  }

  /** Sends messages one by one and gives the times that they took to the subscriber. */
  Histogram pace(int size, int count, long pauseMicros) {
    subscriber.ask("time", "timing");
    verifyArrived(publisher.ask("pace " + size + " " + count + " " + pauseMicros, "sent"));
    return Times.decode("times " + subscriber.ask("times", "times"));
  }

  /** How many messages have been sent and have arrived so far. */
  long arrived() {
    return arrived;
  }

  /** Waits until as many messages as were sent have arrived, each in its place. */
  void verifyArrived(String sent) {
    String received = subscriber.ask("await " + sent, "received");
    if (!received.equals(sent + " 0 0")) {
      String[] words = received.split(" ", -1);
      throw new BenchException(
          "%s: of %s messages %s arrived in their place, %s out of place; %s gap events"
              .formatted(way.label(), sent, words[0], words[1], words[2]));
    }
    arrived = Long.parseLong(sent);
  }

  static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  @Override
  public void close() {
    publisher.end();
    subscriber.end();
    publisher.close();
    subscriber.close();
  }
}
