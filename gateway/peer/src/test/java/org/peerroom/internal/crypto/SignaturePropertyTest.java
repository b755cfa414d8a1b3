package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/**
 * Signatures that no honest signer makes: every provider decides them alike, and as the RFC does.
 */
class SignaturePropertyTest {

  private static final Map<String, PublicKeyCrypto> PROVIDERS = Providers.all();

  @Property(tries = 1_000)
  void verify_isTheSameByEveryProvider(
      @ForAll @Size(64) byte[] secrets,
      @ForAll @IntRange(max = 7) int torsionOfKey,
      @ForAll @IntRange(max = 7) int torsionOfR,
      @ForAll @IntRange(max = CraftedSignature.ALTERATIONS - 1) int alteration,
      @ForAll long seed) {
    CraftedSignature crafted =
        CraftedSignature.solved(secrets, torsionOfKey, torsionOfR)
            .altered(alteration, new Random(seed));
    boolean expected = crafted.isAcceptable();
    PROVIDERS.forEach((name, crypto) -> assertEquals(expected, crafted.isAcceptedBy(crypto), name));
    Statistics.label("accepted")
        .collect(expected)
        .coverage(
            coverage -> {
              coverage.check(true).percentage(share -> share > 5);
              coverage.check(false).percentage(share -> share > 30);
            });
  }
}
