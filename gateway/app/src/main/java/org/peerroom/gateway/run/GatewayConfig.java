package org.peerroom.gateway.run;

import static org.peerroom.gateway.GatewayException.badInput;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a person configured: properties files, later ones over earlier ones; over them the
 * environment; and single values that win over all of them. May hold secrets, so it is never
 * printed.
 */
public final class GatewayConfig {

  private static final String ROOM = "camel.component.room.";
  private static final String ROOM_IN_ENVIRONMENT = "CAMEL_COMPONENT_ROOM_";

  private static final Set<String> NUMBERS =
      Set.of("camel.main.shutdownTimeout", "camel.server.maxBodySize", "camel.server.port");

  /**
   * What Camel Main reads, in small letters; what needs a library that is not on board says so
   * itself.
   */
  private static final Set<String> CAMEL_GROUPS =
      Set.of(
          "camel.beans",
          "camel.component",
          "camel.context",
          "camel.dataformat",
          "camel.debug",
          "camel.faulttolerance",
          "camel.globaloptions",
          "camel.health",
          "camel.language",
          "camel.lra",
          "camel.main",
          "camel.management",
          "camel.mdc",
          "camel.metrics",
          "camel.resilience4j",
          "camel.rest",
          "camel.routecontroller",
          "camel.routetemplate",
          "camel.server",
          "camel.ssl",
          "camel.startupcondition",
          "camel.threadpool",
          "camel.trace",
          "camel.variable",
          "camel.vault");

  private final Map<String, String> values;
  private final Map<String, String> set;

  private GatewayConfig(Map<String, String> values, Map<String, String> set) {
    this.values = Map.copyOf(values);
    this.set = Map.copyOf(set);
    values.forEach(GatewayConfig::check);
    set.forEach(GatewayConfig::check);
  }

  /** What files and environment say. */
  Map<String, String> values() {
    return values;
  }

  /** What {@code --set} says. */
  Map<String, String> set() {
    return set;
  }

  /**
   * Reads the files and takes the settings apart.
   *
   * @param files properties files in UTF-8
   * @param settings each {@code KEY=VALUE}
   * @param environment the variables of the process
   * @throws org.peerroom.gateway.GatewayException with one line if a file can't be read or a
   *     setting is malformed
   */
  public static GatewayConfig of(
      List<Path> files, List<String> settings, Map<String, String> environment) {
    Map<String, String> values = new TreeMap<>();
    for (Path file : files) {
      values.putAll(read(file));
    }
    Map<String, String> set = new TreeMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      String key = equals < 0 ? "" : setting.substring(0, equals).strip();
      if (key.isEmpty() || key.chars().anyMatch(Character::isWhitespace)) {
        // What stands after '=' may be a secret.
        String shown = equals < 0 ? setting : setting.substring(0, equals + 1) + "…";
        throw badInput("--set takes KEY=VALUE, not '" + shown + "'");
      }
      set.put(key, setting.substring(equals + 1));
    }
    takeRoom(environment, values);
    return new GatewayConfig(values, set);
  }

  /**
   * Camel reads variables of its own components alone. Those of the room are written as Camel's:
   * {@code CAMEL_COMPONENT_ROOM_CLOSE_TIMEOUT} is {@code camel.component.room.closeTimeout}.
   */
  private static void takeRoom(Map<String, String> environment, Map<String, String> values) {
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(ROOM_IN_ENVIRONMENT)) {
            String option = plain(name.substring(ROOM_IN_ENVIRONMENT.length()));
            values
                .keySet()
                .removeIf(
                    key ->
                        key.startsWith(ROOM) && plain(key.substring(ROOM.length())).equals(option));
            values.put(ROOM + option, value);
          }
        });
  }

  private static String plain(String option) {
    return option.replaceAll("[_-]", "").toLowerCase(Locale.ROOT);
  }

  private static Map<String, String> read(Path file) {
    if (Files.isDirectory(file)) {
      throw badInput(
          "the configuration file " + file + " is a directory; --config takes a .properties file");
    }
    if (!Files.exists(file)) {
      throw badInput(
          "the configuration file " + file + " does not exist; --config takes a .properties file");
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (CharacterCodingException e) {
      throw badInput("the configuration file " + file + " is not text in UTF-8", e);
    } catch (IOException e) {
      throw badInput("the configuration file " + file + " can't be read; check its permissions", e);
    } catch (IllegalArgumentException e) {
      throw badInput(
          "the configuration file "
              + file
              + " has a malformed \\uXXXX escape; write a backslash as \\\\",
          e);
    }
    Map<String, String> values = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }

  private static void check(String key, String value) {
    if (key.startsWith("jms.") && !JmsSettings.KEYS.contains(key)) {
      throw badInput(
          "unknown setting "
              + key
              + Spelling.hint(key, JmsSettings.KEYS)
              + "; of queues there are "
              + String.join(", ", JmsSettings.KEYS));
    }
    int dot = key.indexOf('.', "camel.".length());
    String group = dot < 0 ? key : key.substring(0, dot);
    if (key.startsWith("camel.") && !CAMEL_GROUPS.contains(group.toLowerCase(Locale.ROOT))) {
      // Camel itself ignores what it does not know.
      throw badInput("unknown setting " + key + Spelling.hint(group, CAMEL_GROUPS));
    }
    if (NUMBERS.contains(key) && !value.strip().matches("\\d{1,9}|\\{\\{.*}}")) {
      // Camel takes for 0 what is no number.
      throw badInput(key + " is a number, not '" + value + "'");
    }
  }
}
