package org.peerroom.camel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.CertificateRequest;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.Scope;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import org.peerroom.identity.VerificationKey;

/** Someone whose word counts in a test: certifies, revokes, and writes the files for it. */
final class Authority {

  private final String name;
  private final Identity key;

  Authority(String name) {
    this.name = name;
    this.key = Identity.generate(name);
  }

  VerificationKey key() {
    return key.key();
  }

  /** An identity that this authority vouches for, for an hour. */
  Identity certify(String who, Scope scope) {
    return certify(who, scope, Duration.ofHours(1));
  }

  /** An identity that this authority vouches for, for some time from now and the hour before. */
  Identity certify(String who, Scope scope, Duration life) {
    Identity identity = Identity.generate(who);
    return identity.withCertificates(
        List.of(certify(identity.request(Instant.now()), scope, life)));
  }

  Certificate certify(CertificateRequest request, Scope scope, Duration life) {
    Instant now = Instant.now();
    return key.certify(
        request, request.name(), scope, now.minus(Duration.ofHours(1)), now.plus(life));
  }

  /** The file of an identity with one attribute, protected by its mode. */
  Path identity(Path folder, String who, String org) {
    Path file = folder.resolve(who + ".key");
    certify(who, Scope.ALL.withAttribute("org", org)).save(file, null);
    return file;
  }

  /** A statement that every certificate of this key is void. */
  Revocation revoke(VerificationKey victim) {
    Instant now = Instant.now();
    return key.revoke(
        new Revocation.Target.Key(victim), now, now.plus(Duration.ofHours(1)), "left us");
  }

  /** Writes a statement that every certificate of this key is void. */
  void revoke(VerificationKey victim, Path file) throws IOException {
    Path part = file.resolveSibling("." + file.getFileName());
    Files.writeString(part, revoke(victim).text());
    Files.move(part, file);
  }

  /** The file that names these authorities. */
  static Path trust(Path folder, Authority... authorities) throws IOException {
    TrustedAuthorities trusted =
        TrustedAuthorities.of(
            Arrays.stream(authorities)
                .map(authority -> new TrustedAuthority(authority.name, authority.key(), null))
                .toList());
    Path file = folder.resolve("trust.json");
    Files.write(file, trusted.toJson().getBytes(StandardCharsets.UTF_8));
    return file;
  }
}
