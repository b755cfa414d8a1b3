package org.peerroom.gateway.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * One event as one line: time, level, logger, message and, where something was thrown, its last
 * cause in a few words.
 *
 * <p>Control characters become blanks, so that nobody who sends us something can write lines of his
 * own into a log.
 */
final class EventLine extends LayoutBase<ILoggingEvent> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  private final boolean stackTraces;

  EventLine(boolean stackTraces) {
    this.stackTraces = stackTraces;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    return doLayout(event, 0);
  }

  /** The line, and how many lines like it were left out before. */
  String doLayout(ILoggingEvent event, long leftOut) {
    StringBuilder line = new StringBuilder(160);
    TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
    String level = event.getLevel().toString();
    line.append(' ').append(level).append(" ".repeat(Math.max(1, 6 - level.length())));
    line.append(shortName(event.getLoggerName())).append(": ");
    String message = event.getFormattedMessage() == null ? "" : event.getFormattedMessage();
    appendPrintable(line, message);
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null && stackTraces) {
      return line.append(System.lineSeparator())
          .append(ThrowableProxyUtil.asString(thrown))
          .toString();
    }
    appendCause(line, message, thrown);
    if (leftOut > 0) {
      line.append(" (").append(leftOut).append(" more were left out)");
    }
    return line.append(System.lineSeparator()).toString();
  }

  private static String shortName(String logger) {
    return logger.substring(logger.lastIndexOf('.') + 1);
  }

  private static void appendCause(
      StringBuilder line, String message, @Nullable IThrowableProxy thrown) {
    if (thrown == null) {
      return;
    }
    IThrowableProxy last = thrown;
    while (last.getCause() != null && last.getCause() != last) {
      last = last.getCause();
    }
    String text = last.getMessage();
    if (text == null || !message.contains(text)) {
      line.append(" (").append(shortName(last.getClassName()));
      if (text != null) {
        appendPrintable(line.append(": "), text);
      }
      line.append(')');
    }
  }

  private static void appendPrintable(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) ? ' ' : c);
    }
  }
}
