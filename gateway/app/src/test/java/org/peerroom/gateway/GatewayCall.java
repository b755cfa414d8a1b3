package org.peerroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command of the gateway that was run in this process, with all that it wrote.
 *
 * @param code its exit code
 */
public record GatewayCall(int code, String output, String errors) {

  /** Runs a command; its standard input is empty. */
  public static GatewayCall of(String... arguments) {
    return with("", arguments);
  }

  /** Runs a command with text on its standard input. Nothing else may use the streams meanwhile. */
  public static GatewayCall with(String input, String... arguments) {
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    try {
      System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
      System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
      int code = Gateway.run(arguments);
      return new GatewayCall(
          code, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** What it printed, once it is sure that it succeeded and complained of nothing. */
  public String printed() {
    assertEquals("", errors);
    assertEquals(ExitCode.OK.code(), code);
    return output.strip();
  }

  /** The one line that it failed with, without the name of the program. */
  public String refusedWith(ExitCode expected) {
    assertEquals(expected.code(), code, errors);
    assertEquals("", output);
    List<String> lines = errors.lines().toList();
    assertEquals(1, lines.size(), errors);
    assertEquals("gateway: ", lines.get(0).substring(0, 9), errors);
    return lines.get(0).substring(9);
  }
}
