package org.peerroom.gateway.run;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.main.MainHttpServerFactory;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.support.service.ServiceSupport;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel with routes from files. Started once, then stopped once; {@link #requestStop} may be called
 * by any thread, the rest by one.
 */
public final class CamelRuntime {

  private static final Logger LOG = LoggerFactory.getLogger("gateway");
  private static final String TEMPLATES = "classpath:camel-template/*";
  private static final int STOP_TIMEOUT_SECONDS = 30;
  private static final long SILENT_STOP_SECONDS = 2;

  private final List<RoutesFile> files;
  private final RoutesMain main;
  private final BackOffScheduler backOff = new BackOffScheduler();

  /** Prepares; nothing is opened yet. */
  public CamelRuntime(List<RoutesFile> files, GatewayConfig config) {
    this.files = List.copyOf(files);
    this.main = new RoutesMain();
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    main.setRoutesCollector(new RoutesCollectorOfFiles(this.files));
    main.setPropertyPlaceholderLocations("false");
    main.setInitialProperties(properties(config.values()));
    main.setOverrideProperties(properties(config.set()));
    // Camel lets the environment win over any property but those of the JVM; what stands on the
    // command line wins over both.
    config
        .set()
        .forEach(
            (key, value) -> {
              if (key.startsWith("camel.")) {
                System.setProperty(key, value);
              }
            });
    MainConfigurationProperties defaults = main.configure();
    defaults.setName("gateway");
    defaults.setShutdownTimeout(STOP_TIMEOUT_SECONDS);
    defaults.setBasePackageScanEnabled(false);
    defaults.setRoutesIncludePattern(
        files.stream().anyMatch(RoutesFile::mayUseTemplates) ? TEMPLATES : "false");
    defaults.setStartupSummaryLevel(StartupSummaryLevel.Off);
    defaults.setAutoConfigurationLogSummary(false);
    PlatformHttpDefaults.prepare(defaults.httpServer());
    main.addMainListener(new Defaults());
  }

  private static Properties properties(Map<String, String> values) {
    Properties properties = new Properties();
    properties.putAll(values);
    return properties;
  }

  /**
   * Starts the routes and says so in one line.
   *
   * @throws GatewayException with one line if they can't be started; everything is stopped then
   */
  public void start() {
    try {
      main.start();
      CamelContext context = main.getCamelContext();
      int routes = context.getRoutesSize();
      if (routes == 0) {
        throw GatewayException.badInput(
            "there are no routes in " + names() + "; write at least one route");
      }
      LOG.info("routes started: {} in {} s", routes, secondsSinceProcessStart());
    } catch (GatewayException e) {
      stopQuietly();
      throw e;
    } catch (Exception e) {
      stopQuietly();
      throw ErrorLine.of(e, vocabulary());
    }
  }

  /**
   * Waits until {@link #requestStop} was called, or Camel was told by its configuration to run no
   * longer.
   */
  public void awaitStopRequest() {
    main.awaitStopRequest();
  }

  /** Lets {@link #awaitStopRequest} return, now or later. */
  public void requestStop() {
    main.completed();
  }

  /** How long {@link #stop} may take before someone should give up. */
  public Duration longestStop() {
    return Duration.ofSeconds(main.configure().getShutdownTimeout() + 20L);
  }

  /** Lets what is in flight finish, closes everything, and says how that went. */
  public ExitCode stop() {
    AtomicBoolean stopped = new AtomicBoolean();
    CompletableFuture.delayedExecutor(SILENT_STOP_SECONDS, TimeUnit.SECONDS)
        .execute(() -> sayWhatIsWaitedFor(stopped));
    backOff.hurry();
    main.stop();
    stopped.set(true);
    backOff.shutdownNow();
    boolean cutOff = main.getCamelContext().getShutdownStrategy().isTimeoutOccurred();
    if (cutOff) {
      LOG.error(
          "stopped after {} s with messages still in flight; they stay where they came from, or are lost where that"
              + " keeps nothing; allow more with --set camel.main.shutdownTimeout=SECONDS",
          main.configure().getShutdownTimeout());
      return ExitCode.FAILED;
    }
    LOG.info("stopped");
    return ExitCode.OK;
  }

  private void sayWhatIsWaitedFor(AtomicBoolean stopped) {
    int inFlight = main.getCamelContext().getInflightRepository().size();
    if (!stopped.get() && inFlight > 0) {
      LOG.info(
          "stopping: waiting for {} messages in flight, at most {} s",
          inFlight,
          main.configure().getShutdownTimeout());
    }
  }

  private void stopQuietly() {
    try {
      main.stop();
    } catch (RuntimeException e) {
      LOG.debug("while stopping after a failed start", e);
    }
    backOff.shutdownNow();
  }

  private String names() {
    return String.join(", ", files.stream().map(file -> file.path().toString()).toList());
  }

  private Vocabulary vocabulary() {
    CamelContext context = main.getCamelContext();
    return context == null ? Vocabulary.NONE : Vocabulary.of(context);
  }

  private static String secondsSinceProcessStart() {
    // The start time that the operating system tells is off by up to a second.
    return String.format(
        Locale.ROOT, "%.2f", ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
  }

  /** What routes get unless they or the configuration say otherwise. */
  private final class Defaults extends MainListenerSupport {
    @Override
    public void beforeInitialize(BaseMainSupport main) {
      CamelContext context = main.getCamelContext();
      context
          .getCamelContextExtension()
          .setErrorHandlerFactory(Retry.errorHandler(backOff, new FailureLog(System::nanoTime)));
      context
          .getRegistry()
          .bind(
              "gateway-defaults",
              ComponentCustomizer.class,
              new ComponentDefaults(main.configure().httpServer()));
      // Without it Camel looks for a server that the gateway does not have; ours opens with the
      // first route.
      context
          .getRegistry()
          .bind("gateway-http", MainHttpServerFactory.class, new NoServerOfItsOwn());
    }
  }

  /** What Camel asks for when camel.server.enabled or camel.management.enabled is set. */
  private static final class NoServerOfItsOwn implements MainHttpServerFactory {
    @Override
    public Service newHttpServer(
        CamelContext context, HttpServerConfigurationProperties configuration) {
      return new ServiceSupport() {};
    }

    @Override
    public Service newHttpManagementServer(
        CamelContext context, HttpManagementServerConfigurationProperties configuration) {
      throw new IllegalArgumentException(
          "the gateway has no management server; leave out camel.management.enabled");
    }
  }

  /** Opens what is protected in Camel's own. */
  private static final class RoutesMain extends Main {
    void awaitStopRequest() {
      waitUntilCompleted();
    }
  }
}
