package org.peerroom.gateway.command;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** A person at a terminal who can be asked for a passphrase. */
@FunctionalInterface
interface Terminal {

  /** What was typed, without echo; null if the person ended the input instead. */
  char @Nullable [] ask(String question);

  /** The terminal of this process, or null if input or output are not one. */
  @SuppressWarnings("SystemConsoleNull") // Null until Java 21; what tells since then is asked too.
  static @Nullable Terminal ofProcess() {
    Console console = System.console();
    if (console == null || !isTerminal(console)) {
      return null;
    }
    return question -> console.readPassword("%s: ", question);
  }

  /** Some releases of Java since 22 give a console for pipes too, and a method that tells. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
