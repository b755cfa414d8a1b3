package org.peerroom.gateway.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes lines to standard error; lines of loggers that repeat themselves pass a {@link FloodGate}.
 */
final class StderrAppender extends AppenderBase<ILoggingEvent> {

  private final EventLine line;
  private final List<String> bounded;
  private final FloodGate gate = new FloodGate();

  /**
   * @param bounded loggers by the beginning of their names
   */
  StderrAppender(EventLine line, List<String> bounded) {
    this.line = line;
    this.bounded = List.copyOf(bounded);
  }

  @Override
  protected void append(ILoggingEvent event) {
    String logger = event.getLoggerName();
    long leftOut =
        bounded.stream().anyMatch(logger::startsWith) ? gate.pass(logger, event.getTimeStamp()) : 0;
    if (leftOut >= 0) {
      byte[] bytes = line.doLayout(event, leftOut).getBytes(StandardCharsets.UTF_8);
      System.err.write(bytes, 0, bytes.length);
      System.err.flush();
    }
  }
}
