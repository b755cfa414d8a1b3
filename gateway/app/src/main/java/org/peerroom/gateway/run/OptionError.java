package org.peerroom.gateway.run;

import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.TypeConversionException;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/** Options of endpoints and settings of components that do not exist or do not take their value. */
final class OptionError {

  private OptionError() {}

  /** What is wrong with the options of an endpoint, or null if something else is wrong with it. */
  static @Nullable String of(ResolveEndpointFailedException failure, Vocabulary vocabulary) {
    String message = String.valueOf(failure.getMessage());
    if (!message.contains("Unknown parameters=[")) {
      return failure.getCause() == null ? endpoint(failure) + ": " + reason(message) : null;
    }
    String uri = failure.getUri();
    Collection<String> known = vocabulary.options(uri.replaceFirst(":.*", ""));
    String listed = message.substring(message.indexOf("Unknown parameters=["));
    List<String> unknown = new ArrayList<>();
    for (String name : names(uri)) {
      if (listed.contains(name + "=") && !known.contains(name)) {
        unknown.add("'" + name + "'" + Spelling.hint(name, known));
      }
    }
    return endpoint(failure)
        + " has no option "
        + (unknown.isEmpty() ? "of one of these names" : String.join(", ", unknown))
        + (String.join("", unknown).contains("did you mean") ? "" : "; check how it is written");
  }

  private static String endpoint(ResolveEndpointFailedException failure) {
    return ErrorLine.withoutOptions(failure.getUri());
  }

  private static String reason(String message) {
    int due = message.lastIndexOf(" due to: ");
    return due < 0 ? message : message.substring(due + " due to: ".length());
  }

  private static Collection<String> names(String uri) {
    int query = uri.indexOf('?');
    try {
      return query < 0 ? List.of() : URISupport.parseQuery(uri.substring(query + 1)).keySet();
    } catch (URISyntaxException e) {
      return List.of();
    }
  }

  /** What is wrong with a setting such as {@code camel.component.room.listen}. */
  static String of(PropertyBindingException failure) {
    String setting = setting(failure);
    Throwable cause = failure.getCause();
    if (cause == null) {
      return "unknown setting " + setting + "; check how it is written";
    }
    for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
      String message = String.valueOf(inner.getMessage());
      if (inner instanceof NumberFormatException
          || inner instanceof TypeConversionException
          || message.startsWith("Could not find a suitable setter")) {
        return setting + " does not take this value; is it a number, a duration as 10s, or true?";
      }
    }
    return setting + ": " + ErrorLine.cause(cause);
  }

  private static String setting(PropertyBindingException failure) {
    String prefix = failure.getOptionPrefix();
    String key =
        failure.getOptionKey() == null ? failure.getPropertyName() : failure.getOptionKey();
    return prefix == null || key.startsWith(prefix) ? key : prefix + key;
  }
}
