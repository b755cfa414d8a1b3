package org.peerroom.internal.protocol;

import org.peerroom.Message;

/** A message in the hands of a consumer. */
public final class Delivered {

  final Pending pending;
  private final Message message;
  private final int attempt;
  private final long serial;

  Delivered(Pending pending, Message message) {
    this.pending = pending;
    this.message = message;
    this.attempt = pending.attempts;
    this.serial = pending.serial;
  }

  public Message message() {
    return message;
  }

  /** How often it has been delivered, from 1. */
  public int attempt() {
    return attempt;
  }

  /** Counts the deliveries of this subscription: a later one has a higher number. */
  long serial() {
    return serial;
  }

  /** Whether it has been delivered again since. */
  boolean stale() {
    return pending.serial != serial;
  }
}
