package org.peerroom.gateway.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import java.util.stream.Stream;
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

  /** Loggers that say with other words, or less, what the gateway says in one line. */
  private static final List<String> SAID_BETTER =
      List.of(
          "org.apache.camel.component.file.GenericFileOnCompletion",
          "org.apache.camel.component.jms.EndpointMessageListener",
          "org.apache.camel.impl.engine.AbstractCamelContext",
          "org.apache.camel.impl.engine.DefaultShutdownStrategy");

  /**
   * Loggers that say something for every message or request; someone outside could fill a disk with
   * them.
   */
  private static final List<String> BOUNDED =
      Stream.concat(
              LIBRARIES.stream(),
              Stream.of("org.peerroom.gateway.authority", "org.peerroom.gateway.http"))
          .toList();

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
      SAID_BETTER.forEach(logger -> context.getLogger(logger).setLevel(Level.OFF));
    } else {
      // Netty's debug lines print what is on the wire.
      context.getLogger("io.netty").setLevel(Level.INFO);
      context.getLogger("org.apache.hc").setLevel(Level.INFO);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static StderrAppender standardError(LoggerContext context) {
    EventLine line = new EventLine(verbosity.stackTraces());
    line.setContext(context);
    line.start();
    StderrAppender appender =
        new StderrAppender(line, verbosity == Verbosity.NORMAL ? BOUNDED : List.of());
    appender.setContext(context);
    appender.setName("stderr");
    appender.start();
    return appender;
  }
}
