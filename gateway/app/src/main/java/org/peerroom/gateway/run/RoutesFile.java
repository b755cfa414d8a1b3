package org.peerroom.gateway.run;

import static org.peerroom.gateway.GatewayException.badInput;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A file with routes that exists, can be read, is not empty and has an extension that says in which
 * language it is.
 *
 * @param path as a person wrote it
 */
public record RoutesFile(Path path) {

  private static final List<String> EXTENSIONS = List.of(".yaml", ".yml", ".xml", ".java");

  /**
   * @throws org.peerroom.gateway.GatewayException with one line if it is not such a file
   */
  public RoutesFile {
    if (Files.isDirectory(path)) {
      throw badInput(
          "the routes file "
              + path
              + " is a directory; name one file, and repeat --routes for more");
    }
    if (!Files.exists(path)) {
      throw badInput(
          "the routes file " + path + " does not exist; check the path given to --routes");
    }
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    if (EXTENSIONS.stream().noneMatch(name::endsWith)) {
      throw badInput(
          "the routes file "
              + path
              + " is in no known language; its name must end in .yaml, .yml, .xml or .java");
    }
    if (text(path).isBlank()) {
      throw badInput("the routes file " + path + " is empty; write at least one route into it");
    }
  }

  /** Whether it may use route templates: those that are on board take time to read. */
  boolean mayUseTemplates() {
    String text = text(path);
    return text.contains("templatedRoute") || text.contains("kamelet");
  }

  private static String text(Path path) {
    try {
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw badInput("the routes file " + path + " can't be read; check its permissions", e);
    }
  }
}
