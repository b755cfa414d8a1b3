package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where the passphrase of a key file comes from: a file, else the environment, else the person at
 * the terminal. Never an argument: every user of a machine can see the arguments of its processes.
 */
final class PassphraseOptions {

  static final String VARIABLE = "PEERROOM_PASSPHRASE";

  private static final String GIVE = "give --passphrase-file FILE, or set " + VARIABLE;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = {
        "The passphrase of the key file: the one line of a file that only you can read, or - for standard input.",
        "Without it: PEERROOM_PASSPHRASE from the environment, else it is asked for."
      })
  private @Nullable String file;

  private final Map<String, String> environment;
  private final @Nullable Terminal terminal;

  PassphraseOptions() {
    this(System.getenv(), Terminal.ofProcess());
  }

  PassphraseOptions(Map<String, String> environment, @Nullable Terminal terminal) {
    this.environment = environment;
    this.terminal = terminal;
  }

  /** Whether the one standard input is taken by the passphrase. */
  boolean useStandardInput() {
    return TextSource.STANDARD.equals(file);
  }

  /** Makes sure that not both, the passphrase and this, are to come from standard input. */
  void notBoth(TextSource source) {
    if (useStandardInput() && source.isStandardInput()) {
      throw badInput(
          "standard input can't be both the passphrase and " + source.what() + "; name a file");
    }
  }

  /**
   * For a file that exists and is protected by a passphrase.
   *
   * @param keyFile for the question and for messages
   */
  Passphrase forExisting(String keyFile) {
    Passphrase given = given();
    if (given != null) {
      return given;
    }
    if (terminal == null) {
      throw badInput(keyFile + " is protected by a passphrase: " + GIVE);
    }
    return ask(terminal, "Passphrase of " + keyFile);
  }

  /**
   * For a file that is to be made.
   *
   * @param none whether it is to have none
   */
  Passphrase forNew(String keyFile, boolean none) {
    if (none) {
      if (file != null) {
        throw badInput("--no-passphrase and --passphrase-file contradict each other; give one");
      }
      return Passphrase.none();
    }
    Passphrase given = given();
    if (given != null) {
      return given.longEnough();
    }
    if (terminal == null) {
      throw badInput(
          "there is no passphrase for "
              + keyFile
              + ": "
              + GIVE
              + "; or --no-passphrase, to let the mode of the file protect it alone");
    }
    Passphrase first = ask(terminal, "New passphrase for " + keyFile).longEnough();
    try (Passphrase second = ask(terminal, "The same again")) {
      if (!first.sameAs(second)) {
        first.close();
        throw badInput("the two passphrases differ; nothing was written");
      }
    }
    return first;
  }

  private @Nullable Passphrase given() {
    if (file != null) {
      return Passphrase.read(file);
    }
    String value = environment.get(VARIABLE);
    return value == null ? null : Passphrase.of(value.toCharArray(), "in the variable " + VARIABLE);
  }

  private static Passphrase ask(Terminal terminal, String question) {
    char[] typed = terminal.ask(question);
    if (typed == null) {
      throw badInput("no passphrase was typed; nothing was written");
    }
    return Passphrase.of(typed, "that was typed");
  }
}
