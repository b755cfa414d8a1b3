package org.peerroom.camel;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.IdentityException;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import org.peerroom.identity.VerificationKey;

/**
 * The authorities that the endpoints of a component can name. The file is read when it is first
 * needed and then kept, so that all endpoints of a room mean the same by a name; whom the peer
 * believes follows the file as it changes.
 */
final class TrustFile {

  private final @Nullable Path path;
  private @Nullable TrustedAuthorities read;

  /**
   * @param path null if there is none
   */
  TrustFile(@Nullable Path path) {
    this.path = path;
  }

  @Nullable Path path() {
    return path;
  }

  /**
   * The keys of authorities.
   *
   * @param names each the name of an authority in this file, or its key as 64 hexadecimal digits;
   *     none for all that are in the file
   * @throws IllegalArgumentException with one line if an authority is not in the file, or the file
   *     can't be read
   */
  Set<VerificationKey> keysOf(Set<String> names) {
    Set<VerificationKey> keys = new TreeSet<>();
    if (names.isEmpty()) {
      authorities().authorities().forEach(authority -> keys.add(authority.key()));
      if (keys.isEmpty()) {
        throw new IllegalArgumentException(
            "admission=certified admits nobody: the trust file " + path + " names no authority");
      }
    }
    for (String name : names) {
      keys.add(keyOf(name));
    }
    return keys;
  }

  private VerificationKey keyOf(String name) {
    VerificationKey key = name.matches("[0-9a-f]{64}") ? new VerificationKey(name) : null;
    if (path == null && key != null) {
      return key;
    }
    TrustedAuthorities known = authorities();
    Optional<TrustedAuthority> found = known.byName(name);
    if (found.isEmpty() && key != null) {
      found = known.byKey(key);
    }
    return found
        .map(TrustedAuthority::key)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "authorities="
                        + name
                        + ": there is no such authority in the trust file "
                        + path
                        + "; it names "
                        + known.authorities().stream()
                            .map(TrustedAuthority::name)
                            .sorted()
                            .limit(20)
                            .collect(Collectors.joining(", "))));
  }

  /**
   * What the file says.
   *
   * @throws IllegalArgumentException with one line if there is none, or it can't be read
   */
  synchronized TrustedAuthorities authorities() {
    if (path == null) {
      throw new IllegalArgumentException(
          "admission=certified needs authorities: set camel.component.room.trust to the file that names them");
    }
    if (read == null) {
      try {
        read = TrustedAuthorities.load(path);
      } catch (IdentityException e) {
        throw new IllegalArgumentException("option trust: " + e.getMessage(), e);
      }
    }
    return read;
  }
}
