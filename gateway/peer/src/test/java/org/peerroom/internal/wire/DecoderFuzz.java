package org.peerroom.internal.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Feeds decoders with what may arrive: each must answer with a value or with {@link WireException},
 * and take no more memory than twice the input and 64 KiB. {@code -Dpeerroom.fuzz.inputs=N} runs
 * more, {@code -Dpeerroom.fuzz.seed=N} another sequence.
 */
public final class DecoderFuzz {

  private static final int INPUTS = Integer.getInteger("peerroom.fuzz.inputs", 60_000);
  static final long SEED = Long.getLong("peerroom.fuzz.seed", 20_260_101L);
  private static final int WARM_UP = 2_000;

  private final Random random = new Random(SEED);
  private final com.sun.management.ThreadMXBean threads =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** One decoder. */
  public interface Decoder {
    /** Answers with a value, which does not matter here, or as a decoder may. */
    void decode(byte[] input) throws WireException;
  }

  /**
   * Feeds a decoder.
   *
   * @param seeds what is changed to make inputs; right inputs
   */
  public void fuzz(Decoder decoder, List<byte[]> seeds) {
    int understood = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] input = mutated(seeds.get(random.nextInt(seeds.size())));
      int number = i;
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        decoder.decode(input);
        understood++;
      } catch (WireException e) {
        // The one answer that is allowed besides a value.
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + SEED + ", input " + number, e);
      }
      long taken = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(
          i < WARM_UP || taken <= 2L * input.length + 65_536,
          () ->
              "seed "
                  + SEED
                  + ", input "
                  + number
                  + " of "
                  + input.length
                  + " bytes took "
                  + taken);
    }
    // Else the inputs were all nonsense, and only the first check of the decoder was tried.
    assertTrue(understood > INPUTS / 100, "only " + understood + " inputs were understood");
  }

  private byte[] mutated(byte[] seed) {
    byte[] input = seed.clone();
    switch (random.nextInt(6)) {
      case 0 -> {}
      case 1 -> {
        input = new byte[random.nextInt(300)];
        random.nextBytes(input);
      }
      case 2 -> input = Arrays.copyOf(input, random.nextInt(input.length + 20));
      case 3 -> {
        for (int i = random.nextInt(4); i >= 0 && input.length > 0; i--) {
          input[random.nextInt(input.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 4 -> {
        int at = random.nextInt(Math.max(1, input.length - 4));
        int end = Math.min(input.length, at + 1 + random.nextInt(8));
        Arrays.fill(input, at, end, (byte) (random.nextBoolean() ? 0xff : 0x7f));
      }
      default -> {
        if (input.length > 0) {
          input[0] = (byte) random.nextInt(17);
        }
      }
    }
    return input;
  }
}
