package org.peerroom.bench;

/**
 * What one way did in one window of time.
 *
 * @param way which way
 * @param size the size of each message in bytes
 * @param messagesPerSecond at the subscriber, verified and opened
 * @param publisherCpu processor seconds of the publisher's process for each million messages
 * @param subscriberCpu processor seconds of the subscriber's process for each million messages
 */
record Measurement(
    Way way, int size, double messagesPerSecond, double publisherCpu, double subscriberCpu) {

  static Measurement between(
      Way way,
      int size,
      Sample subscriber0,
      Sample subscriber1,
      Sample publisher0,
      Sample publisher1) {
    double messages = subscriber1.messages() - subscriber0.messages();
    double seconds = (subscriber1.nanos() - subscriber0.nanos()) / 1e9;
    // The publisher's own count, because its window is a moment later.
    double taken = publisher1.taken() - publisher0.taken();
    return new Measurement(
        way,
        size,
        messages / seconds,
        (publisher1.cpuNanos() - publisher0.cpuNanos()) / 1e3 / taken,
        (subscriber1.cpuNanos() - subscriber0.cpuNanos()) / 1e3 / messages);
  }

  /** Millions of bytes of payload a second. */
  double megabytesPerSecond() {
    return messagesPerSecond * size / 1e6;
  }
}
