package org.peerroom.identity;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * An authority that a verifier trusts to sign identities.
 *
 * @param name what the verifier calls it: 1 to 128 characters without control characters
 * @param key its public key
 * @param expiresAt when this trust ends, in whole seconds; null for never
 */
public record TrustedAuthority(String name, VerificationKey key, @Nullable Instant expiresAt) {

  /**
   * Parts of a second are cut off.
   *
   * @throws IllegalArgumentException if the name is out of bounds
   */
  public TrustedAuthority {
    Texts.requireName(name, "an authority");
    expiresAt = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.SECONDS);
  }

  /** One that is trusted without end. */
  public static TrustedAuthority of(String name, VerificationKey key) {
    return new TrustedAuthority(name, key, null);
  }
}
