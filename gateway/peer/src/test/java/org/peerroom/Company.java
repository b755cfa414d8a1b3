package org.peerroom;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.Scope;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import org.peerroom.identity.VerificationKey;

/** An authority by the real clock, and what it signs. */
final class Company {

  private static final Instant FROM = Instant.now().minus(Duration.ofHours(1));
  private static final Instant UNTIL = FROM.plus(Duration.ofDays(1));

  private final String name;
  private final Identity root;

  Company(String name) {
    this.name = name;
    this.root = Identity.generate(name);
  }

  VerificationKey key() {
    return root.key();
  }

  /** Whoever trusts this one alone. */
  TrustedAuthorities trusted() {
    return trusted(this);
  }

  static TrustedAuthorities trusted(Company... companies) {
    return TrustedAuthorities.of(
        List.of(companies).stream().map(one -> TrustedAuthority.of(one.name, one.key())).toList());
  }

  /** The default policy, for those whom this one vouches for. */
  RoomPolicy policy() {
    return policy(this);
  }

  static RoomPolicy policy(Company... companies) {
    return RoomPolicy.DEFAULT.withAdmission(
        Admission.certifiedBy(List.of(companies).stream().map(Company::key).toList()));
  }

  Identity identity(String subject) {
    return identity(subject, Scope.ALL);
  }

  Identity identity(String subject, Scope scope) {
    return identity(subject, scope, FROM, UNTIL);
  }

  Identity identity(String subject, Scope scope, Instant from, Instant until) {
    return certified(Identity.generate(subject), subject, scope, from, until);
  }

  /** The same key, vouched for under another name or with another scope. */
  Identity certified(Identity identity, String subject, Scope scope) {
    return certified(identity, subject, scope, FROM, UNTIL);
  }

  private Identity certified(
      Identity identity, String subject, Scope scope, Instant from, Instant until) {
    List<Certificate> certificates = new ArrayList<>();
    certificates.add(root.certify(identity.request(from), subject, scope, from, until));
    return identity.withCertificates(certificates);
  }

  /** Takes back what it has signed for this identity. */
  Revocation revokes(Identity identity) {
    String id = identity.certificates().get(0).id();
    return root.revoke(new Revocation.Target.CertificateId(id), FROM, UNTIL, "lost");
  }
}
