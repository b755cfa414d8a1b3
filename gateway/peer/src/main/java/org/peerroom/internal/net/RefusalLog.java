package org.peerroom.internal.net;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what remotes send that is refused, and logs at most one line of it a second, however much
 * comes: what strangers do must not fill a disk. Any thread may call.
 */
final class RefusalLog {

  private static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_LINE = 300;

  private final LongSupplier nanoTime;
  private final AtomicLong refused = new AtomicLong();
  private final Gate refusals;
  private final Gate defects;

  RefusalLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.refusals = new Gate();
    this.defects = new Gate();
  }

  /** Input from a remote was refused; one line, no stack trace. */
  void refused(String what) {
    refused.incrementAndGet();
    long silent = refusals.pass();
    if (silent >= 0) {
      LOG.warn("{}{}", printable(what), more(silent));
    }
  }

  /** Something of ours failed; with its stack trace. */
  void defect(String what, Throwable cause) {
    long silent = defects.pass();
    if (silent >= 0) {
      LOG.error("{}{}", printable(what), more(silent), cause);
    }
  }

  /** How much was refused since the start. */
  long count() {
    return refused.get();
  }

  /** One line without control characters, cut where it gets long. */
  static String printable(String text) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_LINE));
    for (int i = 0; i < text.length() && line.length() < MAX_LINE; i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c);
    }
    return line.length() < text.length() ? line.append("...").toString() : line.toString();
  }

  private static String more(long silent) {
    return silent == 0 ? "" : " (and " + silent + " more since the last line)";
  }

  private final class Gate {
    private long openAt = nanoTime.getAsLong();
    private long silent;

    /** How many were held back since the last one that passed, or -1 if this one is. */
    synchronized long pass() {
      long now = nanoTime.getAsLong();
      if (now - openAt < 0) {
        silent++;
        return -1;
      }
      openAt = now + INTERVAL_NANOS;
      long held = silent;
      silent = 0;
      return held;
    }
  }
}
