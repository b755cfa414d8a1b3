package org.peerroom.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.Refusal;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.RevocationList;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import org.peerroom.identity.Verification;

/** What it costs to know who speaks: a chain of certificates, new and seen before. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class ChainBenchmark {

  private static final String ROOM = "orders";

  /** Certificates in the chain: 2 is person and peer, 3 has an organisation before them. */
  @Param({"2", "3"})
  private int links = 2;

  private final Instant now = Instant.now();
  private final RevocationList revoked = RevocationList.create();
  private final ChainVerifier known = ChainVerifier.create();
  private TrustedAuthorities trusted = TrustedAuthorities.NONE;
  private byte[] encoded = {};
  private List<SignatureChain> chain = List.of();

  /** Makes the chain as an authority, an organisation and a person would. */
  @Setup
  public void prepare() throws RefusedException {
    Identity authority = Identity.generate("Acme");
    trusted = TrustedAuthorities.of(TrustedAuthority.of("Acme", authority.key()));
    List<Certificate> certificates = new ArrayList<>();
    Identity signer = authority;
    for (int link = 1; link < links; link++) {
      Identity next = Identity.generate("identity " + link);
      Scope scope =
          Scope.ALL
              .withRooms("orders*", "invoices")
              .withAttribute("org", "Acme")
              .withRoles(roles(link));
      certificates.add(
          signer.certify(
              next.request(now), next.name(), scope, now, now.plus(Duration.ofDays(30))));
      signer = next.withCertificates(certificates);
    }
    Identity peer = Identity.generate("peer");
    SignatureChain whole =
        signer.certifyPeer(peer.key(), Scope.ALL, now, Certificate.MAX_PEER_LIFE);
    encoded = whole.encoded();
    chain = List.of(whole);
    verifySeen();
  }

  private Role[] roles(int link) {
    return link < links - 1 ? Role.values() : new Role[] {Role.PUBLISH, Role.SUBSCRIBE, Role.RELAY};
  }

  /** Reads the chain from its bytes. */
  @Benchmark
  public SignatureChain parse() throws RefusedException {
    return SignatureChain.decode(encoded);
  }

  /** Reads a chain and verifies it, by a verifier that has never seen it. */
  @Benchmark
  public Verification verifyFresh() throws RefusedException {
    return verified(ChainVerifier.create(), SignatureChain.decode(encoded));
  }

  /** Verifies a chain that the same verifier has verified before. */
  @Benchmark
  public Verification verifySeen() {
    return verified(known, chain.get(0));
  }

  /** Reads from its bytes a chain that the same verifier has verified before. */
  @Benchmark
  public Verification parseAndVerifySeen() throws RefusedException {
    return verified(known, SignatureChain.decode(encoded));
  }

  private Verification verified(ChainVerifier verifier, SignatureChain asked) {
    Verification verification =
        verifier.verify(asked, trusted, revoked, now, Purpose.PUBLISH, ROOM);
    if (verification instanceof Refusal refusal) {
      throw new IllegalStateException(refusal.toString());
    }
    return verification;
  }
}
