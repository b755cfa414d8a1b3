package org.peerroom.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RefusalLogTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
  private final RefusalLog log = new RefusalLog(now::get);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(TcpTransport.class);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void unlisten() {
    logger.detachAppender(lines);
  }

  @Test
  void refusals_areCountedAndLoggedOnceASecond() {
    for (int i = 0; i < 1000; i++) {
      log.refused("garbage " + i);
    }
    assertEquals(1, lines.list.size());
    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    log.refused("more garbage");

    assertEquals(1001, log.count());
    assertEquals(2, lines.list.size());
    assertEquals("garbage 0", lines.list.get(0).getFormattedMessage());
    assertEquals(
        "more garbage (and 999 more since the last line)", lines.list.get(1).getFormattedMessage());
    assertNull(lines.list.get(1).getThrowableProxy());
  }

  @Test
  void defects_areLoggedWithTheirStackTraceAtTheirOwnRate() {
    log.refused("garbage");
    log.defect("ours", new IllegalStateException("boom"));
    log.defect("ours", new IllegalStateException("boom"));

    assertEquals(2, lines.list.size());
    assertEquals("boom", lines.list.get(1).getThrowableProxy().getMessage());
    assertEquals(1, log.count());
  }

  @Test
  void line_staysOneShortLineWhateverARemoteSays() {
    log.refused("a\nb\r\u001b[31m\u2028" + "x".repeat(10_000));

    String line = lines.list.get(0).getFormattedMessage();
    assertTrue(line.startsWith("a b  [31m xxx"), line);
    assertTrue(line.length() < 400, "length " + line.length());
    assertFalse(line.chars().anyMatch(Character::isISOControl));
  }
}
