package org.peerroom.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.peerroom.Admission;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import org.peerroom.identity.VerificationKey;

/** An authority in a simulated world, and what it signs there. */
public final class Authority {

  /** Clocks of a simulation begin here, give or take what they are wrong by. */
  public static final Instant BEGIN = Instant.ofEpochMilli(SimulatedClock.BEGIN_MILLIS);

  private static final Duration LONG = Duration.ofDays(30);

  private final Identity key;

  /** A new authority. */
  public Authority(String name) {
    this.key = Identity.generate(name);
  }

  /** Its public key. */
  public VerificationKey id() {
    return key.key();
  }

  /** The list of those who trust this authority alone. */
  public TrustedAuthorities trusted() {
    return trusted(this);
  }

  /** The list of those who trust these authorities. */
  public static TrustedAuthorities trusted(Authority... authorities) {
    return TrustedAuthorities.of(
        List.of(authorities).stream()
            .map(one -> new TrustedAuthority(one.key.name(), one.id(), null))
            .toList());
  }

  /** The default policy, for those whom this authority vouches for. */
  public RoomPolicy policy() {
    return RoomPolicy.DEFAULT.withAdmission(Admission.certifiedBy(List.of(id())));
  }

  /** An identity that may publish and subscribe in every room. */
  public Identity identity(String name) {
    return identity(name, Map.of(), Role.PUBLISH, Role.SUBSCRIBE);
  }

  /** An identity with these roles. */
  public Identity identity(String name, Map<String, String> attributes, Role... roles) {
    return identity(name, new Scope(null, Set.of(roles), attributes), LONG);
  }

  /** An identity that is vouched for from an hour before the simulation begins, for so long. */
  public Identity identity(String name, Scope scope, Duration fromTheBeginning) {
    Identity fresh = Identity.generate(name);
    Instant from = BEGIN.minus(Duration.ofHours(1));
    Certificate certificate =
        key.certify(fresh.request(from), name, scope, from, BEGIN.plus(fromTheBeginning));
    return fresh.withCertificates(List.of(certificate));
  }

  /** Revokes whatever it has signed for this key. */
  public Revocation revoke(VerificationKey of) {
    return key.revoke(new Revocation.Target.Key(of), BEGIN, BEGIN.plus(LONG), null);
  }

  /** Revokes an identity's certificate. */
  public Revocation revoke(Identity identity) {
    return key.revoke(
        new Revocation.Target.CertificateId(identity.certificates().get(0).id()),
        BEGIN,
        BEGIN.plus(LONG),
        "lost");
  }
}
