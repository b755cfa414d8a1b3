package org.peerroom.internal.net;

import org.jspecify.annotations.Nullable;

/** Counts accepted connections and says when there are too many. Any thread may call. */
final class Admission {

  private final int maxAccepted;
  private final int maxHandshakes;
  private int accepted;
  private int handshakes;

  Admission(int maxAccepted, int maxHandshakes) {
    this.maxAccepted = maxAccepted;
    this.maxHandshakes = maxHandshakes;
  }

  /** A place for a connection; to be given back by its {@code leave} when it is closed. */
  final class Place {
    private boolean shakingHands = true;
    private boolean taken = true;

    private Place() {}

    /** TLS is done. */
    void handshakeDone() {
      synchronized (Admission.this) {
        if (shakingHands) {
          shakingHands = false;
          handshakes--;
        }
      }
    }

    /** The connection is closed. */
    void leave() {
      synchronized (Admission.this) {
        handshakeDone();
        if (taken) {
          taken = false;
          accepted--;
        }
      }
    }
  }

  /** A place, or null if there is none. */
  synchronized @Nullable Place enter() {
    if (accepted >= maxAccepted || handshakes >= maxHandshakes) {
      return null;
    }
    accepted++;
    handshakes++;
    return new Place();
  }
}
