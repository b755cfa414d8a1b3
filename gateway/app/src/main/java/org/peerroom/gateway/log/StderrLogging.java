package org.peerroom.gateway.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;

/**
 * Sends all logs to standard error, one line an event. Logback finds this class as a service the
 * first time that something is logged, which is faster than a configuration file.
 */
public final class StderrLogging extends ContextAwareBase implements Configurator {

  /**
   * What an operator does not want to read line by line; everything else, as what routes log, is
   * shown.
   */
  private static final List<String> LIBRARIES =
      List.of(
          "com.fasterxml",
          "io.netty",
          "org.apache.activemq",
          "org.apache.artemis",
          "org.apache.camel",
          "org.apache.hc",
          "org.jgroups",
          "org.messaginghub",
          "org.springframework",
          "reactor");

  private static volatile Verbosity verbosity = Verbosity.NORMAL;

  /** Made by Logback. */
  public StderrLogging() {}

  /** Decides how much is logged; to be called before anything is. */
  public static void setVerbosity(Verbosity chosen) {
    verbosity = chosen;
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    setContext(context);
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(verbosity == Verbosity.DEBUG ? Level.DEBUG : Level.INFO);
    root.addAppender(standardError(context));
    if (verbosity == Verbosity.NORMAL) {
      LIBRARIES.forEach(library -> context.getLogger(library).setLevel(Level.WARN));
      // Logs what it throws as well; the gateway says it in one line.
      context.getLogger("org.apache.camel.impl.engine.AbstractCamelContext").setLevel(Level.OFF);
    } else {
      // Netty's debug lines print what is on the wire.
      context.getLogger("io.netty").setLevel(Level.INFO);
      context.getLogger("org.apache.hc").setLevel(Level.INFO);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext context) {
    EventLine line = new EventLine(verbosity.stackTraces());
    line.setContext(context);
    line.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(line);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}
