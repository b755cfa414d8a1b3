package org.peerroom.identity;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a verifier asks of a chain. */
record Question(
    TrustedAuthorities trusted,
    RevocationList revoked,
    Instant at,
    Purpose purpose,
    @Nullable String room) {

  static final TrustedAuthorities TRUSTED =
      TrustedAuthorities.of(
          List.of(new TrustedAuthority("Acme", ForgedChain.AUTHORITY.verification(), null)));

  /** May the author publish in the room "orders", now? */
  static final Question PUBLISH = of(Purpose.PUBLISH);

  static Question of(Purpose purpose) {
    return new Question(TRUSTED, RevocationList.none(), ForgedJws.NOW, purpose, "orders");
  }

  Question at(Instant time) {
    return new Question(trusted, revoked, time, purpose, room);
  }

  Question in(@Nullable String otherRoom) {
    return new Question(trusted, revoked, at, purpose, otherRoom);
  }

  Question trusting(TrustedAuthority... authorities) {
    TrustedAuthorities others = TrustedAuthorities.of(List.of(authorities));
    return new Question(others, revoked, at, purpose, room);
  }

  Question knowing(RevocationList revocations) {
    return new Question(trusted, revocations, at, purpose, room);
  }

  /** Reads the chain and verifies it; a chain that can't be read is refused. */
  Verification ask(ChainVerifier verifier, byte[] encoded) {
    SignatureChain chain;
    try {
      chain = SignatureChain.decode(encoded);
    } catch (RefusedException e) {
      return e.refusal();
    }
    return verifier.verify(chain, trusted, revoked, at, purpose, room);
  }
}
