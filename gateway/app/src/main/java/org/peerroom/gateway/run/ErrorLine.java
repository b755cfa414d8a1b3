package org.peerroom.gateway.run;

import java.net.BindException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;
import org.jspecify.annotations.Nullable;
import org.peerroom.CryptoProviderException;
import org.peerroom.PeerRoomException;
import org.peerroom.PeerStartException;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;

/**
 * Says in one line what a chain of exceptions means to the person who wrote the routes: what is
 * wrong, where, and what to do. Values of options are left out: they may be secrets.
 */
public final class ErrorLine {

  private static final int MAX_CAUSES = 32;
  private static final Pattern NO_COMPONENT =
      Pattern.compile(
          "Error configuring property: (\\S+) because cannot find component with name (\\S+?)\\.");
  private static final Pattern NO_PROPERTY =
      Pattern.compile("Property with key \\[([^]]+)] not found");

  private static final Pattern STEP = Pattern.compile(">>> (.*?) <<<");
  private static final String PREFIX = "^Failed to (?:create|start) route.*? because: ";

  private ErrorLine() {}

  /**
   * The failure of a start, as one line and an exit code.
   *
   * @param vocabulary what could have been meant
   */
  static GatewayException of(Throwable failure, Vocabulary vocabulary) {
    List<Throwable> chain = chain(failure);
    for (Throwable cause : chain) {
      if (cause instanceof GatewayException known) {
        return known;
      }
    }
    ExitCode code = ExitCode.FAILED;
    String line = null;
    for (Throwable cause : chain) {
      String said = say(cause, vocabulary);
      line = said == null ? line : said;
      code = exitCode(cause, code);
    }
    if (line == null) {
      line = step(chain) + cause(failure).replaceFirst(PREFIX, "");
    }
    return new GatewayException(code, oneLine(where(chain, vocabulary) + line), failure);
  }

  /** The failure of something that is neither routes nor configuration. */
  public static GatewayException of(Throwable failure) {
    return of(failure, Vocabulary.NONE);
  }

  private static ExitCode exitCode(Throwable cause, ExitCode soFar) {
    if (cause instanceof PeerStartException || cause instanceof BindException) {
      return ExitCode.ADDRESS_UNAVAILABLE;
    }
    boolean input =
        cause instanceof FailedToCreateRouteException
            || cause instanceof FailedToStartRouteException
            || cause instanceof PropertyBindingException
            || cause instanceof ResolveEndpointFailedException
            || cause instanceof IllegalArgumentException
            || cause instanceof CryptoProviderException
            || SyntaxError.of(cause) != null;
    return input && soFar == ExitCode.FAILED ? ExitCode.BAD_INPUT : soFar;
  }

  /** What this one exception says that the ones around it don't, or null. */
  private static @Nullable String say(Throwable cause, Vocabulary vocabulary) {
    String syntax = SyntaxError.of(cause);
    if (syntax != null) {
      return syntax;
    }
    if (cause instanceof NoSuchEndpointException missing) {
      return noComponent(missing.getUri(), vocabulary);
    }
    if (cause instanceof ResolveEndpointFailedException failed) {
      return OptionError.of(failed, vocabulary);
    }
    if (cause instanceof PropertyBindingException binding) {
      return OptionError.of(binding);
    }
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof PeerStartException) {
      return message;
    }
    Matcher property = NO_PROPERTY.matcher(message);
    if (property.find()) {
      String name = property.group(1);
      return "nothing says what {{"
          + name
          + "}} stands for; add --set "
          + name
          + "=VALUE, or write it into a --config file";
    }
    Matcher component = NO_COMPONENT.matcher(message);
    if (component.find()) {
      return "unknown setting "
          + component.group(1)
          + "; there is no component '"
          + component.group(2)
          + "'"
          + Spelling.hint(component.group(2), vocabulary.components());
    }
    return null;
  }

  private static String noComponent(String uri, Vocabulary vocabulary) {
    String scheme = uri.replaceFirst(":.*", "");
    return "there is no component '"
        + scheme
        + "' for "
        + withoutOptions(uri)
        + Spelling.hint(scheme, vocabulary.components());
  }

  /** The file and the route that an error is in, where Camel knows them. */
  private static String where(List<Throwable> chain, Vocabulary vocabulary) {
    for (Throwable cause : chain) {
      String route =
          cause instanceof FailedToCreateRouteException create
              ? create.getRouteId()
              : cause instanceof FailedToStartRouteException start ? start.getRouteId() : null;
      if (route != null) {
        return vocabulary.fileOf(route).map(file -> file + ": ").orElse("")
            + "route "
            + route
            + ": ";
      }
    }
    return "";
  }

  /** The step that Camel marks in its message, without options of endpoints. */
  private static String step(List<Throwable> chain) {
    for (Throwable cause : chain) {
      Matcher marked = STEP.matcher(String.valueOf(cause.getMessage()));
      if (marked.find()) {
        return marked.group(1).replaceFirst("\\?.*", "…") + ": ";
      }
    }
    return "";
  }

  /**
   * An endpoint without its options, which may hold secrets: {@code jms://queue:a?x=y} becomes
   * {@code jms:queue:a}.
   */
  static String withoutOptions(String uri) {
    int options = uri.indexOf('?');
    return (options < 0 ? uri : uri.substring(0, options))
        .replaceFirst("://[^/@]*@", "://")
        .replaceFirst("^(?!(?:https?|tcp)://)([\\w+-]+)://", "$1:");
  }

  /**
   * The last cause that says something, in one line, or what has been thrown around it to say more.
   */
  static String cause(Throwable failure) {
    String text = failure.getClass().getSimpleName();
    List<Throwable> fromLast = chain(failure);
    Collections.reverse(fromLast);
    boolean found = false;
    for (Throwable cause : fromLast) {
      String message = cause.getMessage();
      if (message == null || message.isBlank()) {
        continue;
      }
      // These two are thrown around what they translate, and say more.
      boolean translated =
          cause instanceof IllegalArgumentException || cause instanceof PeerRoomException;
      if (!found || translated) {
        text = message;
        found = true;
      }
    }
    return oneLine(text);
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable cause = failure;
        cause != null && chain.size() < MAX_CAUSES;
        cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain;
  }

  /** The text without line breaks and other control characters. */
  public static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }
}
