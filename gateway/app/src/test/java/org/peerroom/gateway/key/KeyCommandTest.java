package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayCall;

class KeyCommandTest {

  @Test
  void key_wantsACommand() {
    assertEquals(
        "key takes one of new, request, sign, import, trust, show, verify, revoke, recipient;"
            + " see java -jar gateway.jar key --help",
        GatewayCall.of("key").refusedWith(ExitCode.BAD_INPUT));
    assertEquals(
        "unknown argument 'frobnicate'; see java -jar gateway.jar key --help",
        GatewayCall.of("key", "frobnicate").refusedWith(ExitCode.BAD_INPUT));
    assertEquals(
        "unknown argument '--frobnicate'; see java -jar gateway.jar key show --help",
        GatewayCall.of("key", "show", "a", "--frobnicate").refusedWith(ExitCode.BAD_INPUT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "new",
        "request",
        "sign",
        "import",
        "trust",
        "show",
        "verify",
        "revoke",
        "recipient"
      })
  void help_namesExitCodesAndFitsATerminal(String command) {
    String[] arguments =
        command.isEmpty()
            ? new String[] {"key", "--help"}
            : new String[] {"key", command, "--help"};
    String help = GatewayCall.of(arguments).printed();
    List<String> lines = help.lines().toList();
    assertTrue(lines.get(0).startsWith("Usage: java -jar gateway.jar key " + command), help);
    assertTrue(help.contains("Exit codes:"), help);
    assertTrue(lines.stream().allMatch(line -> line.length() <= 110), help);
    long examples = lines.stream().filter(line -> line.startsWith("  java -jar")).count();
    assertTrue(examples > 0, help);
  }
}
