package org.peerroom.gateway.run;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong in the text of a routes file, with the line where it is. The exceptions are known
 * by name, so that a language that is not used is not loaded.
 */
final class SyntaxError {

  private static final Pattern MARK =
      Pattern.compile("^\\s*in (?:file:)?(.*), line (\\d+), column \\d+:$");
  private static final Pattern NOTHING_IN_IT =
      Pattern.compile("Unable to parse resource: (?:file:)?(.*)");
  private static final Pattern UNKNOWN_NODE = Pattern.compile("Unknown node id: (.*)");
  private static final Pattern JAVA_MARK =
      Pattern.compile("Compilation error:\\s*/?(.*?):(\\d+): error: (.*)");

  private SyntaxError() {}

  /** FILE, line LINE: what is wrong; or null if the exception is about something else. */
  static @Nullable String of(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return null;
    }
    String type = failure.getClass().getName();
    if (type.startsWith("org.snakeyaml.engine.") || type.startsWith("org.apache.camel.dsl.yaml.")) {
      return yaml(message);
    }
    if (type.equals("org.apache.camel.xml.io.XmlPullParserLocationException")) {
      return xml(message);
    }
    if (type.equals("org.joor.ReflectException")) {
      return java(message);
    }
    return null;
  }

  private static String yaml(String message) {
    String began = null;
    String place = null;
    String problem = "";
    String before = "";
    for (String line : message.lines().toList()) {
      Matcher mark = MARK.matcher(line);
      if (mark.matches()) {
        began = place;
        place = mark.group(1) + ", line " + mark.group(2);
        problem = problem.isEmpty() ? before.strip() : before.strip() + " " + problem;
      }
      before = line;
    }
    if (place == null) {
      Matcher unreadable = NOTHING_IN_IT.matcher(message.strip());
      return unreadable.matches()
          ? "there are no routes in " + unreadable.group(1) + "; write at least one route"
          : message;
    }
    Matcher unknown = UNKNOWN_NODE.matcher(problem);
    if (unknown.matches()) {
      return place
          + ": unknown step '"
          + unknown.group(1)
          + "'; check its name and its indentation";
    }
    return place + ": " + problem + (began == null ? "" : ", which began at " + began);
  }

  private static String xml(String message) {
    String place = "";
    for (String line : message.lines().toList()) {
      Matcher mark = MARK.matcher(line);
      if (mark.matches()) {
        place = mark.group(1) + ", line " + mark.group(2) + ": ";
      }
    }
    String problem = message.lines().findFirst().orElse(message);
    return place
        + problem
            .replaceFirst(" \\(position: .*", "")
            .replaceFirst(
                "^Unexpected element '(?:\\{.*})?(.*)'$", "unknown step '$1'; check its name");
  }

  private static @Nullable String java(String message) {
    Matcher mark = JAVA_MARK.matcher(message);
    return mark.find() ? mark.group(1) + ", line " + mark.group(2) + ": " + mark.group(3) : null;
  }
}
