package org.peerroom.gateway.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;

class GatewayConfigTest {

  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void of_letsLaterFilesWin() throws IOException {
    GatewayConfig config =
        GatewayConfig.of(
            List.of(file("a.properties", "a = 1\nb = ä\n"), file("b.properties", "b: 😀\nc=\n")),
            List.of(),
            Map.of());
    assertEquals(Map.of("a", "1", "b", "😀", "c", ""), config.values());
    assertEquals(Map.of(), config.set());
  }

  @Test
  void of_takesSettingsApartAtTheFirstEquals() {
    GatewayConfig config = GatewayConfig.of(List.of(), List.of("a=b=c", "d=", "a=x y"), Map.of());
    assertEquals(Map.of("a", "x y", "d", ""), config.set());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "=value",
        " =value",
        "a b=value",
        "jms.host=value",
        "camel.compnent.room.listen=value",
        "camel.frob=value",
        "camel=value",
        "camel.server.port=value",
        "camel.main.shutdownTimeout=value"
      })
  void of_refusesSettings(String setting) {
    if (setting.equals("camel=value")) {
      // Not a setting of Camel: a name for routes.
      assertEquals(
          Map.of("camel", "value"), GatewayConfig.of(List.of(), List.of(setting), Map.of()).set());
      return;
    }
    GatewayException failure =
        assertThrows(
            GatewayException.class, () -> GatewayConfig.of(List.of(), List.of(setting), Map.of()));
    assertEquals(ExitCode.BAD_INPUT, failure.exitCode());
    assertEquals(1, failure.getMessage().lines().count());
  }

  @Test
  void of_letsTheEnvironmentWinOverFilesForTheRoom() throws IOException {
    Path file =
        file(
            "room.properties",
            "camel.component.room.close-timeout=1s\ncamel.component.room.listen=a:1\n");
    Map<String, String> environment =
        Map.of(
            "CAMEL_COMPONENT_ROOM_CLOSE_TIMEOUT",
            "2s",
            "CAMEL_COMPONENT_ROOM_SECRET",
            "s",
            "OTHER",
            "x");
    assertEquals(
        Map.of(
            "camel.component.room.closetimeout", "2s",
            "camel.component.room.secret", "s",
            "camel.component.room.listen", "a:1"),
        GatewayConfig.of(List.of(file), List.of(), environment).values());
  }

  @Test
  void of_doesNotRepeatSecrets() {
    GatewayException failure =
        assertThrows(
            GatewayException.class,
            () -> GatewayConfig.of(List.of(), List.of("room secret=hunter2"), Map.of()));
    assertFalse(failure.getMessage().contains("hunter2"), failure.getMessage());
  }

  @Test
  void of_refusesFiles() throws IOException {
    assertTrue(refused(folder).contains("is a directory"));
    assertTrue(refused(folder.resolve("none")).contains("does not exist"));
    assertTrue(
        refused(file("escape.properties", "a=\\u00zz\n")).contains("malformed \\uXXXX escape"));
    assertTrue(refused(file("key.properties", "jms.ulr=x\n")).contains("did you mean 'jms.url'?"));
    Path latin1 =
        Files.write(folder.resolve("latin1.properties"), new byte[] {'a', '=', (byte) 0xe4});
    assertTrue(refused(latin1).contains("not text in UTF-8"));
  }

  private static String refused(Path file) {
    GatewayException failure =
        assertThrows(
            GatewayException.class, () -> GatewayConfig.of(List.of(file), List.of(), Map.of()));
    assertEquals(ExitCode.BAD_INPUT, failure.exitCode());
    return failure.getMessage();
  }

  @Test
  void jmsSettings_haveDefaultsAndHideThePassword() {
    JmsSettings defaults = JmsSettings.of(key -> Optional.empty());
    assertEquals("tcp://127.0.0.1:61616", defaults.url());
    assertEquals(4, defaults.maxConnections());
    Map<String, String> given =
        Map.of(
            "jms.url",
            "tcp://broker:1",
            "jms.username",
            "u",
            "jms.password",
            "hunter2",
            "jms.pool.maxConnections",
            "7");
    JmsSettings settings = JmsSettings.of(key -> Optional.ofNullable(given.get(key)));
    assertEquals("tcp://broker:1", settings.url());
    assertEquals("u", settings.username());
    assertEquals("hunter2", settings.password());
    assertEquals(7, settings.maxConnections());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1001", "-1", "many", ""})
  void jmsSettings_refuseNumberOfConnections(String number) {
    GatewayException failure =
        assertThrows(
            GatewayException.class,
            () ->
                JmsSettings.of(
                    key ->
                        key.endsWith("maxConnections") ? Optional.of(number) : Optional.empty()));
    assertEquals(
        "jms.pool.maxConnections is a number from 1 to 1000, not '" + number + "'",
        failure.getMessage());
  }
}
