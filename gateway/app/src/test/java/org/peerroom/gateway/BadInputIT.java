package org.peerroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a person gets who makes a mistake: one line that says what to do, the right exit code, no
 * stack trace.
 */
class BadInputIT {

  private static final String GOOD =
      """
      - route:
          from:
            uri: timer:t
            steps:
              - log: tick
      """;

  @TempDir Path folder;

  static Stream<Arguments> routes() {
    return Stream.of(
        Arguments.of(
            "empty.yaml",
            "",
            "the routes file empty.yaml is empty; write at least one route into it"),
        Arguments.of(
            "comment.yaml",
            "# nothing\n",
            "there are no routes in comment.yaml; write at least one route"),
        Arguments.of(
            "list.yaml", "[]\n", "there are no routes in list.yaml; write at least one route"),
        Arguments.of(
            "routes.txt",
            GOOD,
            "the routes file routes.txt is in no known language; its name must end in .yaml, .yml, .xml or .java"),
        Arguments.of(
            "broken.yaml",
            GOOD + "        - log: \"open\n",
            "broken.yaml, line 7: found unexpected end of stream while scanning a quoted scalar,"
                + " which began at broken.yaml, line 6"),
        Arguments.of(
            "broken.xml",
            "<routes>\n<route><from uri=\"timer:x\"/>\n<to uri=\"log:x\"></route></routes>",
            "broken.xml, line 3: end tag name </route> must match start tag name <to> from line 3"),
        Arguments.of(
            "Broken.java",
            """
            import org.apache.camel.builder.RouteBuilder;
            public class Broken extends RouteBuilder {
              public void configure() { from("timer:x").to("log:x") }
            }
            """,
            "Broken.java, line 3: ';' expected"),
        Arguments.of(
            "step.yaml",
            GOOD.replace("- log", "- lgo"),
            "step.yaml, line 5: unknown step 'lgo'; check its name and its indentation"),
        Arguments.of(
            "step.xml",
            "<routes xmlns=\"http://camel.apache.org/schema/xml-io\"><route>\n<from uri=\"timer:x\"/><lgo/></route></routes>",
            "step.xml, line 2: unknown step 'lgo'; check its name"),
        Arguments.of(
            "option.yaml",
            GOOD.replace("timer:t", "timer:t?perid=5"),
            "option.yaml: route route1: timer:t has no option 'perid'; did you mean 'period'?"),
        Arguments.of(
            "roomoption.yaml",
            GOOD.replace("log: tick", "to: room:orders?secrt=do-not-print-me&acks=local"),
            "roomoption.yaml: route route1: room:orders has no option 'secrt'; did you mean 'secret'?"),
        Arguments.of(
            "acks.yaml",
            GOOD.replace("log: tick", "to: room:orders?acks=all"),
            "expected local, replicated:N"),
        Arguments.of(
            "scheme.yaml",
            GOOD.replace("log: tick", "to: jsm:queue:orders"),
            "scheme.yaml: route route1: there is no component 'jsm' for jsm:queue:orders; did you mean 'jms'?"),
        Arguments.of(
            "property.yaml",
            GOOD.replace("log: tick", "to: file:{{folder}}"),
            "property.yaml: route route1: nothing says what {{folder}} stands for; add --set folder=VALUE,"
                + " or write it into a --config file"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("routes")
  void run_refusesRoutes(String name, String content, String expected) throws Exception {
    Files.writeString(folder.resolve(name), content);
    List<String> lines = refused(ExitCode.BAD_INPUT, "--routes", name);
    assertEquals(1, lines.size(), () -> String.join("\n", lines));
    assertTrue(lines.get(0).contains(expected), lines.get(0));
    assertFalse(lines.get(0).contains("do-not-print-me"), lines.get(0));
  }

  static Stream<Arguments> arguments() {
    return Stream.of(
        Arguments.of(List.of(), "there is nothing to run; name a file with --routes FILE"),
        Arguments.of(
            List.of("frobnicate"),
            "unknown argument 'frobnicate'; see java -jar gateway.jar --help"),
        Arguments.of(
            List.of("--routes"), "Missing required parameter for option '--routes' (FILE)"),
        Arguments.of(List.of("--routes", "none.yaml"), "the routes file none.yaml does not exist"),
        Arguments.of(List.of("--routes", "."), "the routes file . is a directory"),
        Arguments.of(
            good("--config", "none.properties"),
            "the configuration file none.properties does not exist"),
        Arguments.of(good("--config", "."), "the configuration file . is a directory"),
        Arguments.of(good("--config", "latin1.properties"), "is not text in UTF-8"),
        Arguments.of(good("--set", "nonsense"), "--set takes KEY=VALUE, not 'nonsense'"),
        Arguments.of(good("--set", "=hidden"), "--set takes KEY=VALUE, not '=…'"),
        Arguments.of(
            good("--set", "jms.ulr=x"), "unknown setting jms.ulr; did you mean 'jms.url'?"),
        Arguments.of(
            good("--set", "camel.compnent.room.listen=x"),
            "unknown setting camel.compnent.room.listen"),
        Arguments.of(
            good("--set", "camel.component.rom.listen=x"),
            "there is no component 'rom'; did you mean 'room'?"),
        Arguments.of(
            good("--set", "camel.component.room.lisen=x"),
            "unknown setting camel.component.room.lisen"),
        Arguments.of(
            good("--set", "camel.component.room.listen=nowhere"),
            "'nowhere' is not an address: the port is missing; expected HOST:PORT"),
        Arguments.of(
            good("--set", "camel.component.room.bootstrap=127.0.0.1:99999"),
            "'127.0.0.1:99999' is not an address"),
        Arguments.of(
            good("--set", "camel.server.port=http"), "camel.server.port is a number, not 'http'"));
  }

  private static List<String> good(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--routes", "good.yaml"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("arguments")
  void run_refusesArguments(List<String> arguments, String expected) throws Exception {
    Files.writeString(folder.resolve("good.yaml"), GOOD);
    Files.write(folder.resolve("latin1.properties"), new byte[] {'a', '=', (byte) 0xe4, '\n'});
    List<String> lines = refused(ExitCode.BAD_INPUT, arguments.toArray(new String[0]));
    assertEquals(1, lines.size(), () -> String.join("\n", lines));
    assertTrue(lines.get(0).contains(expected), lines.get(0));
    assertFalse(lines.get(0).contains("hidden"), lines.get(0));
  }

  @Test
  void run_refusesRoomPortInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(folder.resolve("good.yaml"), GOOD);
      String address = "127.0.0.1:" + taken.getLocalPort();
      List<String> lines =
          refused(
              ExitCode.ADDRESS_UNAVAILABLE,
              "--routes",
              "good.yaml",
              "--set",
              "camel.component.room.listen=" + address);
      assertTrue(
          lines
              .get(lines.size() - 1)
              .contains("cannot listen on " + address + ": the port is in use"));
    }
  }

  @Test
  void run_refusesHttpPortInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(
          folder.resolve("http.yaml"), GOOD.replace("timer:t", "platform-http:/orders"));
      List<String> lines =
          refused(
              ExitCode.ADDRESS_UNAVAILABLE,
              "--routes",
              "http.yaml",
              "--set",
              "camel.server.port=" + taken.getLocalPort());
      String expected =
          "HTTP can't be served at 127.0.0.1:" + taken.getLocalPort() + ": the port is in use";
      assertTrue(lines.get(lines.size() - 1).contains(expected), String.join("\n", lines));
    }
  }

  @Test
  void run_showsStackTraceWhenAskedFor() throws Exception {
    Files.writeString(folder.resolve("scheme.yaml"), GOOD.replace("timer:t", "timre:t"));
    try (GatewayProcess gateway =
        GatewayProcess.start(folder, "--verbose", "--routes", "scheme.yaml")) {
      assertEquals(ExitCode.BAD_INPUT.code(), gateway.exitCode());
      assertTrue(gateway.errors().stream().anyMatch(line -> line.startsWith("\tat ")));
    }
  }

  @Test
  void help_isOnStandardOutput() throws Exception {
    for (String[] arguments : List.of(new String[] {"--help"}, new String[] {"run", "--help"})) {
      try (GatewayProcess gateway = GatewayProcess.start(folder, arguments)) {
        assertEquals(ExitCode.OK.code(), gateway.exitCode());
        assertEquals(List.of(), gateway.errors());
        assertTrue(gateway.output().get(0).startsWith("Usage: java -jar gateway.jar"));
        assertTrue(gateway.output().stream().anyMatch(line -> line.startsWith("Examples:")));
      }
    }
  }

  private List<String> refused(ExitCode code, String... arguments)
      throws IOException, InterruptedException {
    try (GatewayProcess gateway = GatewayProcess.start(folder, arguments)) {
      int ended = gateway.exitCode();
      List<String> lines = gateway.errors();
      String all = String.join("\n", lines);
      assertEquals(code.code(), ended, all);
      assertEquals(List.of(), gateway.output());
      assertEquals(1, lines.stream().filter(line -> line.startsWith("gateway: ")).count(), all);
      assertTrue(lines.get(lines.size() - 1).startsWith("gateway: "), all);
      assertFalse(all.contains("\tat "), all);
      assertFalse(all.contains("Exception"), all);
      return lines;
    }
  }
}
