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
 * What a person configured: properties files, later ones over earlier ones, and single values that
 * win over all of them.
 *
 * @param fromFiles what the files say
 * @param set what {@code --set} says
 */
public record GatewayConfig(Map<String, String> fromFiles, Map<String, String> set) {

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

  /** Takes copies. */
  public GatewayConfig {
    fromFiles = Map.copyOf(fromFiles);
    set = Map.copyOf(set);
    fromFiles.forEach(GatewayConfig::check);
    set.forEach(GatewayConfig::check);
  }

  /**
   * Reads the files and takes the settings apart.
   *
   * @param files properties files in UTF-8
   * @param settings each {@code KEY=VALUE}
   * @throws org.peerroom.gateway.GatewayException with one line if a file can't be read or a
   *     setting is malformed
   */
  public static GatewayConfig of(List<Path> files, List<String> settings) {
    Map<String, String> fromFiles = new TreeMap<>();
    for (Path file : files) {
      fromFiles.putAll(read(file));
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
    return new GatewayConfig(fromFiles, set);
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
