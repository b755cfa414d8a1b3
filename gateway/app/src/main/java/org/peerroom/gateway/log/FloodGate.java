package org.peerroom.gateway.log;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds back what one logger says too often: after a few lines one every 30 seconds, with how many
 * were left out; a minute of silence makes it forget. Not safe for concurrent use.
 */
final class FloodGate {

  static final int BURST = 3;
  static final long INTERVAL_MILLIS = 30_000;
  static final long FORGET_MILLIS = 60_000;
  private static final int MOST_LOGGERS = 1_000;

  private final Map<String, Said> loggers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Said> eldest) {
          return size() > MOST_LOGGERS;
        }
      };

  /**
   * How many lines of this logger were left out since its last one; or -1 if this one is to be left
   * out too.
   */
  long pass(String logger, long nowMillis) {
    Said said = loggers.computeIfAbsent(logger, name -> new Said());
    if (nowMillis - said.heardAt > FORGET_MILLIS) {
      said.lines = 0;
    }
    said.heardAt = nowMillis;
    if (said.lines >= BURST && nowMillis - said.passedAt < INTERVAL_MILLIS) {
      said.leftOut++;
      return -1;
    }
    long leftOut = said.leftOut;
    said.leftOut = 0;
    said.lines++;
    said.passedAt = nowMillis;
    return leftOut;
  }

  private static final class Said {
    private int lines;
    private long leftOut;
    private long passedAt;
    private long heardAt;
  }
}
