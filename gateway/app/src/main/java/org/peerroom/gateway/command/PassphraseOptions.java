package org.peerroom.gateway.command;

import static org.peerroom.gateway.GatewayException.badInput;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where the passphrase of a key file comes from: a file, else the environment, else the person at
 * the terminal. Never an argument: every user of a machine can see the arguments of its processes.
 */
public final class PassphraseOptions {

  /** The variable of the environment that may hold the passphrase. */
  public static final String VARIABLE = "PEERROOM_PASSPHRASE";

  /** No fewer characters for a new file; those of files that exist are taken as they are. */
  private static final int MIN_CHARS = 8;

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

  /** Those of this process, and its terminal. */
  public PassphraseOptions() {
    this(System.getenv(), Terminal.ofProcess());
  }

  PassphraseOptions(Map<String, String> environment, @Nullable Terminal terminal) {
    this.environment = environment;
    this.terminal = terminal;
  }

  /** Whether the one standard input is taken by the passphrase. */
  private boolean useStandardInput() {
    return TextSource.STANDARD.equals(file);
  }

  /** Makes sure that not both, the passphrase and this, are to come from standard input. */
  public void notBoth(TextSource source) {
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
  public Secret forExisting(String keyFile) {
    Secret given = given();
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
  public Secret forNew(String keyFile, boolean none) {
    if (none) {
      if (file != null) {
        throw badInput("--no-passphrase and --passphrase-file contradict each other; give one");
      }
      return Secret.none();
    }
    Secret given = given();
    if (given != null) {
      return longEnough(given);
    }
    if (terminal == null) {
      throw badInput(
          "there is no passphrase for "
              + keyFile
              + ": "
              + GIVE
              + "; or --no-passphrase, to let the mode of the file protect it alone");
    }
    Secret first = longEnough(ask(terminal, "New passphrase for " + keyFile));
    try (Secret second = ask(terminal, "The same again")) {
      if (!first.sameAs(second)) {
        first.close();
        throw badInput("the two passphrases differ; nothing was written");
      }
    }
    return first;
  }

  private @Nullable Secret given() {
    return Secret.given("passphrase", "--passphrase-file", file, VARIABLE, environment);
  }

  private static Secret longEnough(Secret passphrase) {
    char[] chars = passphrase.chars();
    if (chars != null && chars.length < MIN_CHARS) {
      passphrase.close();
      throw badInput("the passphrase is too short; take at least " + MIN_CHARS + " characters");
    }
    return passphrase;
  }

  private static Secret ask(Terminal terminal, String question) {
    char[] typed = terminal.ask(question);
    if (typed == null) {
      throw badInput("no passphrase was typed; nothing was written");
    }
    return Secret.of(typed, "the passphrase that was typed");
  }
}
