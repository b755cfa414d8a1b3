package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import java.util.Locale;
import java.util.regex.Pattern;
import org.peerroom.gateway.command.TextSource;
import org.peerroom.identity.VerificationKey;

/**
 * A public key as a person gives it: 64 hex digits, or a file that says it: these digits, a
 * request, or a key file.
 */
public final class PublicKeys {

  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

  /** Nobody calls a file so. */
  private static final Pattern MISTYPED = Pattern.compile("[0-9a-fA-F]{40,}");

  private PublicKeys() {}

  /**
   * Reads it; that the key belongs to someone is not proved.
   *
   * @param option how the option is written, for messages
   */
  public static VerificationKey read(String option, String text) {
    if (HEX.matcher(text).matches()) {
      return new VerificationKey(text.toLowerCase(Locale.ROOT));
    }
    if (MISTYPED.matcher(text).matches()) {
      throw badInput(option + ": a public key has 64 hex digits, this has " + text.length());
    }
    return Document.read(new TextSource("the key of " + option, text)).publicKey();
  }
}
