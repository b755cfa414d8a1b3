package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Revocations, requests and recipients, changed at random: none counts but one that is good, and
 * nothing else is thrown than a refusal. Seed and number as in {@link MutatedChainsTest}.
 */
class MutatedStatementsTest {

  private static final int MUTATIONS =
      Integer.getInteger("peerroom.identity.mutations", 100_000) / 10;
  private static final long SEED = Long.getLong("peerroom.identity.seed", 20_260_301L);

  private final Random random = new Random(SEED);
  private final ChainVerifier verifier = ChainVerifier.create();

  /** What is read, as text again; null for what does nobody any harm. */
  private interface Reader {
    @Nullable String read(String text) throws RefusedException;
  }

  /** Gives how many were refused, each time for a reason. */
  private int refused(List<String> good, Reader reader) {
    ChainMutations mutations = new ChainMutations(random, good);
    int refused = 0;
    for (int number = 0; number < MUTATIONS; number++) {
      String which = "seed " + SEED + ", mutation " + number;
      String text = new String(mutations.next(), StandardCharsets.UTF_8);
      try {
        String read = reader.read(text);
        if (read == null) {
          continue;
        }
        assertTrue(good.contains(read), () -> which + " was taken: " + text);
        assertTrue(text.equals(read) || text.equals(read + "\n"), () -> which + ": " + text);
      } catch (RefusedException e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError(which + ": " + text, e);
      }
    }
    return refused;
  }

  @Test
  void mutatedRevocation_neverCounts() throws RefusedException {
    List<String> good = new ArrayList<>();
    for (int length = 2; length <= 4; length++) {
      ForgedChain chain = ForgedChain.ofLength(length);
      good.add(RevokedChains.revocation(chain, length, true));
      good.add(RevokedChains.revocation(chain, length, false));
    }
    ForgedChain ofAuthority = ForgedChain.ofLength(2);
    good.add(RevokedChains.revocation(ofAuthority, 1, true));
    RevocationList list = RevocationList.create();
    for (String text : good.subList(0, good.size() - 1)) {
      add(list, text);
    }
    int refused =
        refused(
            good.subList(0, good.size() - 1),
            text -> {
              add(list, text);
              return Revocation.parse(text).text();
            });
    assertTrue(refused > MUTATIONS / 2, "only " + refused + " were refused");
    assertEquals(good.size() - 1, list.size());
    add(list, good.get(good.size() - 1));
    // Alice with the authority's certificate counts no longer; with those of others she does.
    assertEquals(good.size() - 2, list.size());
  }

  private RevocationList.Added add(RevocationList list, String text) throws RefusedException {
    return list.add(Revocation.parse(text), Question.TRUSTED, ForgedJws.NOW, verifier);
  }

  @Test
  void mutatedRequest_isNeverTaken() {
    List<String> good = new ArrayList<>();
    for (int number = 0; number < 6; number++) {
      TestKey key = TestKey.of(700 + number);
      good.add(
          ForgedJws.of(CertificateRequest.TYPE, key, Map.of())
              .claim("iss", ForgedJws.quoted(key.hex()))
              .claim("sub", ForgedJws.quoted("asker " + number))
              .claim("iat", ForgedJws.NOW.getEpochSecond())
              .text());
    }
    int refused =
        refused(
            good,
            text -> {
              CertificateRequest request = CertificateRequest.parse(text);
              // Anyone may ask, for a key of his own.
              boolean own = request.key().equals(ChainMutations.ATTACKER.verification());
              return own ? null : request.text();
            });
    assertTrue(refused > MUTATIONS / 2, "only " + refused + " were refused");
  }

  @Test
  void mutatedRecipient_isNeverTaken() {
    List<String> good = new ArrayList<>();
    for (int number = 0; number < 6; number++) {
      TestKey key = TestKey.of(720 + number);
      byte[] kemKey = Acme.identity("recipient", 120 + number).recipient(ForgedJws.NOW).kemKey();
      good.add(
          ForgedJws.of(DurableRecipient.TYPE, key, Map.of())
              .claim("iss", ForgedJws.quoted(key.hex()))
              .claim("sub", ForgedJws.quoted("recipient " + number))
              .claim("iat", ForgedJws.NOW.getEpochSecond())
              .claim("kem", ForgedJws.quoted(CanonicalBase64.encode(kemKey)))
              .text());
    }
    int refused =
        refused(
            good,
            text -> {
              DurableRecipient recipient = DurableRecipient.parse(text);
              // Anyone may state where he himself is to be sealed to.
              boolean own = recipient.key().equals(ChainMutations.ATTACKER.verification());
              return own ? null : recipient.text();
            });
    assertTrue(refused > MUTATIONS / 2, "only " + refused + " were refused");
  }
}
