package org.peerroom.gateway;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.peerroom.gateway.log.StderrLogging;
import org.peerroom.gateway.run.CamelRuntime;
import org.peerroom.gateway.run.GatewayConfig;
import org.peerroom.gateway.run.RoutesFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs routes until the process is told to stop. */
@Command(
    name = "run",
    description =
        "Runs routes until the process is told to stop (SIGTERM or Ctrl-C). The default command.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar --routes a.yaml --set camel.component.room.listen=127.0.0.1:7400",
      "  java -jar gateway.jar --routes a.yaml --routes b.yaml --config gateway.properties",
      "",
      "Settings (in --config files and --set):",
      "  camel.component.room.listen=HOST:PORT      accept other peers here; port 0 takes a free one",
      "  camel.component.room.bootstrap=HOST:PORT   dial these peers; comma separated",
      "  jms.url=tcp://127.0.0.1:61616              the ActiveMQ Artemis broker behind jms:queue:NAME",
      "  jms.username=NAME  jms.password=SECRET     how to log in there",
      "  jms.pool.maxConnections=4                  connections to the broker at most",
      "  camel.server.host=127.0.0.1                where platform-http:/PATH is served",
      "  camel.server.port=8080                     and on which port; 0 takes a free one",
      "  camel.server.maxBodySize=16777216          the largest request taken, in bytes",
      "  camel.main.shutdownTimeout=30              seconds that messages in flight get to finish when stopping",
      "  NAME=VALUE                                 what {{NAME}} stands for in routes files",
      "Each may also come from the environment, as CAMEL_COMPONENT_ROOM_LISTEN or JMS_PASSWORD; --set wins over the",
      "environment, the environment over files. Arguments of a process can be seen by every user of the machine:",
      "give secrets in a file that only you can read, or in the environment."
    })
final class RunCommand implements Callable<Integer> {

  @Option(
      names = "--routes",
      paramLabel = "FILE",
      description = "Routes to run: .yaml, .yml, .xml or .java. May be given several times.")
  private List<Path> routes = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Settings from a .properties file in UTF-8. May be given several times; later ones win.")
  private List<Path> config = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting; wins over files and environment. May be given several times.")
  private List<String> set = new ArrayList<>();

  @Mixin private LogOptions log = new LogOptions();

  @Override
  public Integer call() {
    StderrLogging.setVerbosity(log.verbosity());
    if (routes.isEmpty()) {
      throw GatewayException.badInput("there is nothing to run; name a file with --routes FILE");
    }
    List<RoutesFile> files = routes.stream().distinct().map(RoutesFile::new).toList();
    CamelRuntime runtime = new CamelRuntime(files, GatewayConfig.of(config, set, System.getenv()));
    try (StopSignal signal = StopSignal.install(runtime::requestStop, runtime::longestStop)) {
      runtime.start();
      runtime.awaitStopRequest();
      ExitCode code = runtime.stop();
      signal.finished(code);
      return code.code();
    }
  }
}
