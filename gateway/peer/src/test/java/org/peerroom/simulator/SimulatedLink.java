package org.peerroom.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One end of a link, and what is on its way from there to the other end. Frames that can't get
 * through for now are held, as TCP would send them again until it gives up.
 */
final class SimulatedLink {

  /** When a link says again that it can take more: this much went through, and no more waits. */
  private static final int SAID_EVERY = 128 * 1024;

  private static final int WAITING_AT_MOST = 512 * 1024;

  final long id;
  final Host host;
  private @Nullable SimulatedLink other;
  boolean up;

  /** Whether this end has been told that the link is up. */
  boolean told;

  /** Frames that can't get through for now, oldest first. */
  final Deque<Parcel> held = new ArrayDeque<>();

  /** Whether the other end takes nothing in, as if its process hung. */
  boolean stalled;

  private long sendingUntilMicros;
  private long lastArrivalMicros;
  private long waitingBytes;
  private long throughBytes;

  SimulatedLink(long id, Host host) {
    this.id = id;
    this.host = host;
  }

  void connect(SimulatedLink end) {
    other = end;
  }

  SimulatedLink other() {
    if (other == null) {
      throw new IllegalStateException("half a link");
    }
    return other;
  }

  /** Nothing sent from here arrives before this moment. */
  void notBefore(long micros) {
    lastArrivalMicros = Math.max(lastArrivalMicros, micros);
  }

  /** When a frame that is sent now has left. */
  long sent(long nowMicros, int bytes, long bytesPerSecond) {
    waitingBytes += bytes;
    long begin = Math.max(nowMicros, sendingUntilMicros);
    sendingUntilMicros = bytesPerSecond == 0 ? begin : begin + bytes * 1_000_000L / bytesPerSecond;
    return sendingUntilMicros;
  }

  /** When a frame arrives that would be there at this time if it were alone. */
  long arrival(long micros, boolean mayBeOvertaken) {
    if (mayBeOvertaken) {
      return Math.max(micros, lastArrivalMicros);
    }
    lastArrivalMicros = Math.max(micros, lastArrivalMicros);
    return lastArrivalMicros;
  }

  /** This many bytes have arrived; whether the sender is to be told that more can be sent. */
  boolean through(int bytes) {
    waitingBytes -= bytes;
    throughBytes += bytes;
    if (throughBytes < SAID_EVERY || waitingBytes > WAITING_AT_MOST) {
      return false;
    }
    throughBytes = 0;
    return true;
  }

  long waitingBytes() {
    return waitingBytes;
  }
}
