package org.peerroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayTest {

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @BeforeEach
  void setUp() {
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void tearDown() {
    System.setOut(out);
    System.setErr(err);
  }

  private String refused(String... arguments) {
    errors.reset();
    assertEquals(ExitCode.BAD_INPUT.code(), Gateway.run(arguments));
    assertEquals("", output.toString(StandardCharsets.UTF_8));
    String line = errors.toString(StandardCharsets.UTF_8);
    assertEquals(1, line.lines().count(), line);
    return line.strip();
  }

  @Test
  void run_isTheDefaultCommand() {
    assertEquals("gateway: there is nothing to run; name a file with --routes FILE", refused());
    assertEquals(
        "gateway: there is nothing to run; name a file with --routes FILE", refused("run"));
    assertTrue(refused("--routes", "none.yaml").contains("none.yaml does not exist"));
    assertTrue(refused("run", "--routes", "none.yaml").contains("none.yaml does not exist"));
  }

  @Test
  void run_refusesWhatItDoesNotKnow() {
    assertEquals(
        "gateway: unknown argument 'dmeo'; see java -jar gateway.jar --help", refused("dmeo"));
    assertEquals(
        "gateway: unknown argument '--rotues'; see java -jar gateway.jar --help",
        refused("--rotues", "x"));
  }

  @Test
  void help_listsExitCodesAsTheyAre() {
    assertEquals(0, Gateway.run("--help"));
    String help = output.toString(StandardCharsets.UTF_8);
    for (ExitCode code : ExitCode.values()) {
      assertTrue(help.contains("\n  " + code.code() + "  "), help);
    }
    assertTrue(help.lines().allMatch(line -> line.length() <= 110), help);
  }

  @Test
  void version_namesTheJavaToo() {
    assertEquals(0, Gateway.run("--version"));
    assertTrue(output.toString(StandardCharsets.UTF_8).contains("Java " + Runtime.version()));
  }
}
