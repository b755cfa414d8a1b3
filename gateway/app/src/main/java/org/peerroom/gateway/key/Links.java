package org.peerroom.gateway.key;

import java.time.Instant;
import java.util.List;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import org.peerroom.identity.Verification;
import org.peerroom.identity.VerificationKey;

/** Whether certificates hold together, whoever stands at their root. */
final class Links {

  private Links() {}

  /** Verifies everything except whether the root is to be trusted, and revocations. */
  static Verification verify(SignatureChain chain, Instant at, Purpose purpose) {
    VerificationKey root = chain.certificates().get(0).issuer();
    return TrustedAuthorities.of(List.of(TrustedAuthority.of("its own root", root)))
        .verify(chain, at, purpose, null);
  }
}
