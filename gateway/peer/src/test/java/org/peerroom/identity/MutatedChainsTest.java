package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.peerroom.identity.Refusal.Reason;

/**
 * Good chains, changed at random: none is admitted but one that is good, and nothing else is thrown
 * than a refusal. {@code -Dpeerroom.identity.mutations=N} runs more, {@code
 * -Dpeerroom.identity.seed=N} another sequence.
 *
 * <p>All are asked of a verifier that has the good ones in its memory, as a verifier in a room has.
 */
class MutatedChainsTest {

  private static final int MUTATIONS = Integer.getInteger("peerroom.identity.mutations", 100_000);
  private static final long SEED = Long.getLong("peerroom.identity.seed", 20_260_301L);
  private static final int WARM_UP = 2_000;

  /** A chain of 8 KiB, decoded, as JSON, and verified. */
  private static final long MAX_ALLOCATED = 2 << 20;

  private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Random random = new Random(SEED);
  private final ChainVerifier verifier = ChainVerifier.create();
  private final ChainMutations mutations = new ChainMutations(random, ChainMutations.chains());
  private final Set<String> good = new HashSet<>();
  private final Map<Reason, Integer> refused = new EnumMap<>(Reason.class);

  @BeforeEach
  void knowsTheGoodOnes() throws RefusedException {
    for (String text : mutations.good()) {
      good.add(text);
      assertInstanceOf(VerifiedIdentity.class, verify(SignatureChain.parse(text)));
    }
  }

  private Verification verify(SignatureChain chain) {
    Question asked = Question.PUBLISH;
    return verifier.verify(
        chain, asked.trusted(), asked.revoked(), asked.at(), asked.purpose(), asked.room());
  }

  @Test
  void mutatedChain_isNeverAdmitted() {
    for (int number = 0; number < MUTATIONS; number++) {
      byte[] input = mutations.next();
      String which = "seed " + SEED + ", mutation " + number;
      long before = thread.getCurrentThreadAllocatedBytes();
      try {
        ask(input, which);
      } catch (RuntimeException e) {
        throw new AssertionError(which + ": " + shown(input), e);
      }
      long allocated = thread.getCurrentThreadAllocatedBytes() - before;
      assertTrue(number < WARM_UP || allocated < MAX_ALLOCATED, () -> which + " took " + allocated);
    }
    // Else the mutations were all nonsense, and only the first check was tried.
    List<Reason> deep =
        List.of(
            Reason.BAD_SIGNATURE,
            Reason.BROKEN,
            Reason.UNKNOWN_AUTHORITY,
            Reason.WRONG_ALGORITHM,
            Reason.WRONG_TYPE,
            Reason.WRONG_SUBJECT);
    for (Reason reason : deep) {
      assertTrue(
          refused.getOrDefault(reason, 0) >= MUTATIONS / 1_000,
          () -> "too few were refused for " + reason + ": " + refused);
    }
    assertTrue(refused.get(Reason.BAD_SIGNATURE) >= MUTATIONS / 10, refused::toString);
  }

  private void ask(byte[] input, String which) {
    SignatureChain chain;
    try {
      // As it comes from a room, and as it comes from a file.
      chain =
          random.nextBoolean()
              ? SignatureChain.decode(input)
              : SignatureChain.parse(new String(input, StandardCharsets.UTF_8));
    } catch (RefusedException e) {
      refused.merge(e.refusal().reason(), 1, Integer::sum);
      return;
    }
    if (verify(chain) instanceof Refusal refusal) {
      refused.merge(refusal.reason(), 1, Integer::sum);
      return;
    }
    assertTrue(good.contains(chain.text()), () -> which + " was admitted: " + shown(input));
    // A file may end with a line feed; nothing else stands for the same chain.
    List<String> spellings = List.of(chain.text(), chain.text() + "\n");
    assertTrue(
        spellings.contains(new String(input, StandardCharsets.UTF_8)),
        () -> which + " is a second spelling: " + shown(input));
  }

  private static String shown(byte[] input) {
    return new String(input, StandardCharsets.ISO_8859_1);
  }

  /** One bit at a time, all of them, of a short chain: nothing of it is without meaning. */
  @Test
  void everyBit_counts() throws RefusedException {
    byte[] text = mutations.good().get(0).getBytes(StandardCharsets.US_ASCII);
    List<Integer> admitted = new ArrayList<>();
    for (int bit = 0; bit < 8 * text.length; bit++) {
      byte[] changed = text.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        if (!(verify(SignatureChain.decode(changed)) instanceof Refusal)) {
          admitted.add(bit);
        }
      } catch (RefusedException e) {
        // Refused earlier.
      }
    }
    assertTrue(admitted.isEmpty(), () -> "bits without meaning: " + admitted);
  }
}
