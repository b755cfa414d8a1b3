package org.peerroom.identity;

import static org.peerroom.identity.ForgedJws.NOW;
import static org.peerroom.identity.Refusal.Reason.AUTHORITY_EXPIRED;
import static org.peerroom.identity.Refusal.Reason.EXPIRED;
import static org.peerroom.identity.Refusal.Reason.LIVES_TOO_LONG;
import static org.peerroom.identity.Refusal.Reason.MALFORMED;
import static org.peerroom.identity.Refusal.Reason.NOT_YET_VALID;
import static org.peerroom.identity.Refusal.Reason.UNKNOWN_AUTHORITY;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Good chains at a bad time, and good chains of an authority that is not trusted. */
final class BadTimes {

  /** A second more than clocks may differ. */
  private static final int TOO_FAR = 121;

  private BadTimes() {}

  static Stream<BadChain> all() {
    return Stream.of(expired(), notYetValid(), backwards(), lives(), clocks(), trust())
        .map(BadChains::all)
        .flatMap(List::stream);
  }

  private static BadChains expired() {
    BadChains chains = new BadChains("expired");
    for (int ago : new int[] {TOO_FAR, 122, 300, 3_000, 3_599}) {
      long exp = NOW.getEpochSecond() - ago;
      chains.spoilEach(ago + " seconds ago", link -> link.claim("exp", exp), EXPIRED);
    }
    for (int ago : new int[] {86_400, 31_536_000}) {
      long exp = NOW.getEpochSecond() - ago;
      chains.spoilEach(
          ago + " seconds ago",
          link -> link.claim("iat", exp - 60).claim("nbf", exp - 60).claim("exp", exp),
          EXPIRED);
    }
    return chains;
  }

  private static BadChains notYetValid() {
    BadChains chains = new BadChains("not yet valid");
    for (int ahead : new int[] {TOO_FAR, 122, 300, 3_600, 86_400, 31_536_000}) {
      long from = NOW.getEpochSecond() + ahead;
      chains.spoilEach(
          "from in " + ahead + " seconds",
          link -> link.claim("nbf", from).claim("exp", from + 3_600),
          NOT_YET_VALID);
      chains.spoilEach(
          "issued in " + ahead + " seconds, without nbf",
          link -> link.claim("iat", from).without("nbf").claim("exp", from + 3_600),
          NOT_YET_VALID);
    }
    return chains;
  }

  private static BadChains backwards() {
    BadChains chains = new BadChains("ends before it begins");
    long now = NOW.getEpochSecond();
    for (int by : new int[] {0, 1, 60, 100_000}) {
      chains.spoilEach(
          "by " + by,
          link -> link.claim("iat", now).claim("nbf", now).claim("exp", now - by),
          MALFORMED,
          EXPIRED);
      chains.spoilEach(
          "nbf after exp by " + by,
          link -> link.claim("nbf", now + 60).claim("exp", now + 60 - by),
          MALFORMED,
          EXPIRED);
    }
    return chains;
  }

  private static BadChains lives() {
    BadChains chains = new BadChains("peer lives too long");
    long from = NOW.getEpochSecond() - 3_600;
    for (long seconds : new long[] {86_401, 86_460, 90_000, 172_800, 31_536_000, 3_153_600_000L}) {
      for (int length = 2; length <= 4; length++) {
        ForgedChain good = ForgedChain.ofLength(length);
        chains.add(
            seconds + " seconds, " + length,
            good.with(length, link -> link.claim("exp", from + seconds)),
            LIVES_TOO_LONG);
        chains.add(
            seconds + " seconds without nbf, " + length,
            good.with(length, link -> link.without("nbf").claim("exp", from + seconds)),
            LIVES_TOO_LONG);
        chains.add(
            seconds + " seconds from nbf, issued before, " + length,
            good.with(length, link -> link.claim("iat", from - 9_000).claim("exp", from + seconds)),
            LIVES_TOO_LONG);
      }
    }
    return chains;
  }

  /** The same good chains asked about at another time. */
  private static BadChains clocks() {
    BadChains chains = new BadChains("another time");
    for (int length = 2; length <= 4; length++) {
      ForgedChain good = ForgedChain.ofLength(length);
      for (Instant time :
          List.of(
              Instant.EPOCH,
              Instant.ofEpochSecond(-1_000_000_000_000L),
              NOW.minusSeconds(3_600 + TOO_FAR),
              NOW.minusSeconds(86_400),
              Instant.MIN)) {
        chains.add(time + ", " + length, good, Question.PUBLISH.at(time), NOT_YET_VALID);
      }
      for (Instant time :
          List.of(
              NOW.plusSeconds(11 * 3_600 + TOO_FAR),
              NOW.plusSeconds(86_400),
              Instant.parse("2038-01-19T03:14:08Z"),
              Instant.ofEpochSecond(9_007_199_254_740_992L),
              Instant.MAX)) {
        chains.add(time + ", " + length, good, Question.PUBLISH.at(time), EXPIRED);
      }
    }
    return chains;
  }

  private static BadChains trust() {
    BadChains chains = new BadChains("authority");
    VerificationKey key = ForgedChain.AUTHORITY.verification();
    for (int length = 2; length <= 4; length++) {
      ForgedChain good = ForgedChain.ofLength(length);
      chains.add("none, " + length, good, Question.PUBLISH.trusting(), UNKNOWN_AUTHORITY);
      for (int other : new int[] {1, 2, 3, 4, 99}) {
        VerificationKey otherKey = TestKey.of(other).verification();
        TrustedAuthority authority = TrustedAuthority.of("Acme", otherKey);
        // Whoever trusts the organisation itself still wants a chain that starts there.
        chains.add(
            "key " + other + " under the same name, " + length,
            good,
            Question.PUBLISH.trusting(authority),
            UNKNOWN_AUTHORITY);
      }
      for (int bit : new int[] {0, 1, 100, 254, 255}) {
        byte[] near = ForgedChain.AUTHORITY.bytes();
        near[bit / 8] ^= (byte) (1 << (bit % 8));
        VerificationKey nearKey = new VerificationKey(HexFormat.of().formatHex(near));
        chains.add(
            "key with bit " + bit + " changed, " + length,
            good,
            Question.PUBLISH.trusting(TrustedAuthority.of("Acme", nearKey)),
            UNKNOWN_AUTHORITY);
      }
      for (int ago : new int[] {TOO_FAR, 3_600, 86_400, 1_000_000_000}) {
        TrustedAuthority expired = new TrustedAuthority("Acme", key, NOW.minusSeconds(ago));
        chains.add(
            "trusted until " + ago + " seconds ago, " + length,
            good,
            Question.PUBLISH.trusting(expired),
            AUTHORITY_EXPIRED);
      }
    }
    return chains;
  }
}
