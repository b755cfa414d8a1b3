package org.peerroom.identity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The authorities that a verifier trusts, by their keys, each until it says. Immutable; at most
 * 1,000, no key and no name twice. Any thread may read.
 */
public final class TrustedAuthorities {

  /** How many authorities can be trusted. */
  public static final int MAX = 1000;

  /** How large a file with authorities may be, in bytes. */
  public static final int MAX_FILE_BYTES = 1 << 20;

  /** Nobody is trusted. */
  public static final TrustedAuthorities NONE = new TrustedAuthorities(List.of());

  private static final ChainVerifier SHARED_VERIFIER = ChainVerifier.create();
  private static final Set<String> FILE_MEMBERS = Set.of("authorities");
  private static final Set<String> AUTHORITY_MEMBERS = Set.of("name", "key", "expires");

  private final List<TrustedAuthority> authorities;
  private final Map<VerificationKey, TrustedAuthority> byKey = new HashMap<>();
  private final Map<String, TrustedAuthority> byName = new HashMap<>();

  private TrustedAuthorities(Collection<TrustedAuthority> authorities) {
    if (authorities.size() > MAX) {
      throw new IllegalArgumentException(
          "at most " + MAX + " authorities can be trusted, not " + authorities.size());
    }
    this.authorities = List.copyOf(authorities);
    for (TrustedAuthority authority : this.authorities) {
      if (byKey.put(authority.key(), authority) != null) {
        throw new IllegalArgumentException("the key " + authority.key() + " is listed twice");
      }
      if (byName.put(authority.name(), authority) != null) {
        throw new IllegalArgumentException("the name '" + authority.name() + "' is listed twice");
      }
    }
  }

  /**
   * These and no others.
   *
   * @throws IllegalArgumentException if there are too many, or a key or name is there twice
   */
  public static TrustedAuthorities of(Collection<TrustedAuthority> authorities) {
    return new TrustedAuthorities(authorities);
  }

  /** These and no others; as {@link #of(Collection)}. */
  public static TrustedAuthorities of(TrustedAuthority... authorities) {
    return new TrustedAuthorities(List.of(authorities));
  }

  /**
   * Reads a file of the form that {@link #parse} takes. Blocks on the disk.
   *
   * @throws IdentityException with one line that names the file and says what to do
   */
  public static TrustedAuthorities load(Path file) {
    String json = SmallFiles.readText(file, MAX_FILE_BYTES, "the list of authorities");
    try {
      return parse(json);
    } catch (IdentityException e) {
      throw new IdentityException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads {@code {"authorities":[{"name":"Acme","key":"<64 hex
   * digits>","expires":"2027-12-31T00:00:00Z"}]}}; {@code expires} may be left out.
   *
   * @throws IdentityException with one line that says what is wrong
   */
  public static TrustedAuthorities parse(String json) {
    if (json.length() > MAX_FILE_BYTES) {
      throw new IdentityException(
          "the list of authorities has more than " + MAX_FILE_BYTES + " characters");
    }
    try {
      Claims file = Claims.parse(json, 0, "the list of authorities").only(FILE_MEMBERS);
      List<TrustedAuthority> read = new ArrayList<>();
      for (Claims entry : file.objects("authorities")) {
        read.add(authority(entry.only(AUTHORITY_MEMBERS)));
      }
      return of(read);
    } catch (RefusedException e) {
      throw new IdentityException(e.refusal().message(), e);
    } catch (IllegalArgumentException e) {
      throw new IdentityException("the list of authorities is wrong: " + e.getMessage(), e);
    }
  }

  private static TrustedAuthority authority(Claims entry) throws RefusedException {
    Instant expires = null;
    if (entry.has("expires")) {
      try {
        expires = Instant.parse(entry.text("expires"));
      } catch (DateTimeParseException e) {
        throw entry.malformed("has an 'expires' that is not a time such as 2027-12-31T00:00:00Z");
      }
    }
    return new TrustedAuthority(entry.plain("name", Texts.MAX_NAME), entry.key("key"), expires);
  }

  /** As JSON that {@link #parse} reads. */
  public String toJson() {
    ObjectNode json = Claims.JSON.createObjectNode();
    ArrayNode array = json.putArray("authorities");
    for (TrustedAuthority authority : authorities) {
      ObjectNode entry = array.addObject();
      entry.put("name", authority.name());
      entry.put("key", authority.key().hex());
      if (authority.expiresAt() != null) {
        entry.put("expires", authority.expiresAt().toString());
      }
    }
    return json.toPrettyString() + "\n";
  }

  /** All of them, in the order in which they were given. */
  public List<TrustedAuthority> authorities() {
    return authorities;
  }

  /** The authority with this key, trusted still or no longer. */
  public Optional<TrustedAuthority> byKey(VerificationKey key) {
    return Optional.ofNullable(find(key));
  }

  /** The authority with this name, trusted still or no longer. */
  public Optional<TrustedAuthority> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Nullable TrustedAuthority find(VerificationKey key) {
    return byKey.get(key);
  }

  /**
   * Verifies a chain where nothing was revoked; as {@link ChainVerifier#verify}, with a verifier
   * that all lists share.
   *
   * @param room null for no particular room
   */
  public Verification verify(
      SignatureChain chain, Instant at, Purpose purpose, @Nullable String room) {
    return SHARED_VERIFIER.verify(chain, this, RevocationList.none(), at, purpose, room);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrustedAuthorities trusted && authorities.equals(trusted.authorities);
  }

  @Override
  public int hashCode() {
    return authorities.hashCode();
  }

  @Override
  public String toString() {
    return "TrustedAuthorities" + authorities.stream().map(TrustedAuthority::name).toList();
  }
}
