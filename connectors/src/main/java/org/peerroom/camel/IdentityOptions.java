package org.peerroom.camel;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerBuilder;
import org.peerroom.authority.AuthorityClient;
import org.peerroom.identity.Identity;
import org.peerroom.identity.IdentityException;

/**
 * What the component's options say about who its peer is and whom it believes, read and checked.
 * Holds the passphrase of the identity, and is never printed.
 */
final class IdentityOptions {

  private static final Duration DEFAULT_POLL = Duration.ofMinutes(1);
  private static final Duration SHORTEST_POLL = Duration.ofSeconds(1);
  private static final Duration LONGEST_POLL = Duration.ofDays(1);

  private final @Nullable Path identity;
  private final char @Nullable [] passphrase;
  private final @Nullable Duration life;
  private final @Nullable Path trust;
  private final @Nullable String authority;
  private final @Nullable Path authorityCa;
  private final Duration authorityPoll;
  private final List<Path> revocations;

  /**
   * Reads the options; opens no file yet.
   *
   * @throws IllegalArgumentException with one line that names what is wrong; never the passphrase
   */
  IdentityOptions(RoomComponent component) {
    identity = path("identity", component.getIdentity());
    String secret = component.getIdentityPassphrase();
    passphrase = secret == null || secret.isEmpty() ? null : secret.toCharArray();
    life = component.getIdentityLife();
    trust = path("trust", component.getTrust());
    authority = text(component.getAuthority());
    authorityCa = path("authorityCa", component.getAuthorityCa());
    authorityPoll = poll(component.getAuthorityPoll());
    revocations = paths(component.getRevocations());
    if (identity == null) {
      needsIdentity("identityPassphrase", passphrase);
      needsIdentity("identityLife", life);
      needsIdentity("authority", authority);
      needsIdentity("authorityCa", authorityCa);
      needsIdentity("authorityPoll", component.getAuthorityPoll());
    }
    if (!revocations.isEmpty() && trust == null) {
      throw new IllegalArgumentException(
          "option revocations: a revocation counts only if a trusted authority stands behind it; set trust too");
    }
  }

  private static void needsIdentity(String option, @Nullable Object value) {
    if (value != null) {
      throw new IllegalArgumentException(
          "option " + option + " is about an identity, but there is none; set identity too");
    }
  }

  private static Duration poll(@Nullable Duration every) {
    if (every == null) {
      return DEFAULT_POLL;
    }
    if (every.compareTo(SHORTEST_POLL) < 0 || every.compareTo(LONGEST_POLL) > 0) {
      throw new IllegalArgumentException(
          "option authorityPoll: expected 1 second to 1 day, not " + every);
    }
    return every;
  }

  private static @Nullable String text(@Nullable String option) {
    return option == null || option.isBlank() ? null : option.strip();
  }

  static @Nullable Path path(String option, @Nullable String value) {
    String text = text(value);
    try {
      return text == null ? null : Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("option " + option + ": '" + text + "' is not a path", e);
    }
  }

  private static List<Path> paths(@Nullable String commaSeparated) {
    List<Path> paths = new ArrayList<>();
    for (String text : (commaSeparated == null ? "" : commaSeparated).split(",")) {
      Path path = path("revocations", text);
      if (path != null) {
        paths.add(path);
      }
    }
    return List.copyOf(paths);
  }

  /** Where the identity is kept; null if the peer is anonymous. */
  @Nullable Path identityFile() {
    return identity;
  }

  /** By what a change of the identity's file is known. */
  FileStamp stampOfIdentity() {
    return identity == null ? FileStamp.NONE : FileStamp.of(identity);
  }

  /** The authorities that count; null if there are none. */
  @Nullable Path trustFile() {
    return trust;
  }

  /** How long after an answer the authority is asked again what is revoked. */
  Duration authorityPoll() {
    return authorityPoll;
  }

  List<Path> revocations() {
    return revocations;
  }

  /**
   * Reads the identity's file.
   *
   * @throws IllegalArgumentException with one line if it can't be read, or there is none
   */
  Identity loadIdentity() {
    if (identity == null) {
      throw new IllegalArgumentException("there is no identity");
    }
    try {
      return Identity.load(identity, passphrase);
    } catch (IdentityException e) {
      throw new IllegalArgumentException("option identity: " + e.getMessage(), e);
    }
  }

  /**
   * Writes an identity over the file that it was read from, protected as that was.
   *
   * @throws IdentityException if it can't be written
   */
  void saveIdentity(Identity renewed) {
    if (identity != null) {
      renewed.save(identity, passphrase);
    }
  }

  /**
   * Where an identity is renewed, as the option says, or else its file.
   *
   * @throws IllegalArgumentException with one line if this is no address, or the file of the CA
   *     can't be read
   */
  Optional<AuthorityClient> authorityClient(Identity of) {
    try {
      Optional<URI> base = authority == null ? of.authority() : Optional.of(URI.create(authority));
      return base.map(
          uri ->
              authorityCa == null ? AuthorityClient.of(uri) : AuthorityClient.of(uri, authorityCa));
    } catch (IllegalArgumentException e) {
      String where =
          authority == null
              ? "option identity: " + identity + " names its authority: "
              : "option authority: ";
      throw new IllegalArgumentException(where + e.getMessage(), e);
    }
  }

  /**
   * Tells a peer that is not started yet.
   *
   * @throws IllegalArgumentException with one line if a value is out of range
   */
  void configure(PeerBuilder builder) {
    if (life != null) {
      try {
        builder.identityLife(life);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("option identityLife: " + e.getMessage(), e);
      }
    }
    if (trust != null) {
      builder.trustFile(trust);
    }
  }
}
