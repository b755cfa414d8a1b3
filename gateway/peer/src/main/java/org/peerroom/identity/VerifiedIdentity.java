package org.peerroom.identity;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * Who a chain speaks for, after every check.
 *
 * <p>Two of them with the same authority key and the same key are the same person or service; the
 * name alone is only unique as far as the authority sees to it.
 *
 * @param name the subject of the last identity certificate
 * @param key the long-term key of that identity
 * @param authority the authority's name in the verifier's own list, whatever it calls itself
 * @param authorityKey the authority's key
 * @param attributes what the certificates together say about it
 * @param roles what is left of the roles at the end of the chain
 * @param expiresAt when the first of all links, or the trust in the authority, ends; without the
 *     grace for clocks that differ
 */
public record VerifiedIdentity(
    String name,
    VerificationKey key,
    String authority,
    VerificationKey authorityKey,
    Map<String, String> attributes,
    Set<Role> roles,
    Instant expiresAt)
    implements Verification {

  /** Takes copies of the collections. */
  public VerifiedIdentity {
    attributes = Map.copyOf(attributes);
    roles = Set.copyOf(roles);
  }

  /** {@code name (authority)}. */
  @Override
  public String toString() {
    return name + " (" + authority + ")";
  }
}
