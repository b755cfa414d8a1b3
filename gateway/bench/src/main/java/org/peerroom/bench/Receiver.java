package org.peerroom.bench;

/** The subscribing side of one way; it is the one that listens. */
interface Receiver extends AutoCloseable {

  /** Where the sender connects to, as {@code HOST:PORT}. */
  String address();

  @Override
  void close();
}
