package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.Topic;

/**
 * The sender keys of one feed, of which an author, or a member in its name, makes a reader compute
 * as much as it can. What is computed is told from what is not by the keys themselves: a chain that
 * moves on wipes the step that it leaves.
 */
class FeedKeysTest {

  private static final Topic TOPIC = Topic.of(bytes(1));
  private static final PeerId AUTHOR = PeerId.of(bytes(2));
  private static final PeerId MEMBER = PeerId.of(bytes(3));
  private static final int MAX_JUMP = FeedKeys.MAX_JUMP;

  private final KeyBudget budget = new KeyBudget();
  private final FeedKeys keys = new FeedKeys(AUTHOR, budget);
  private final Map<Integer, ChainKey> chain = new HashMap<>();

  private static byte[] bytes(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** The author's sender key at this step, as an object of its own. */
  private ChainKey step(int step) {
    ChainKey known = chain.get(step);
    if (known == null) {
      known = ChainKey.of(bytes(9));
      for (int i = 0; i < step; i++) {
        known = known.next();
      }
      chain.put(step, known);
    }
    return ChainKey.of(known.exposeForGrant());
  }

  private static KeyEntry entry(int step, ChainKey key) {
    return new KeyEntry(AUTHOR, 0, step, 100 + step, key);
  }

  private ChainKey grant(int step) {
    ChainKey key = step(step);
    assertTrue(keys.offer(AUTHOR, entry(step, key)));
    return key;
  }

  private SegmentHeader header(int step) {
    return header(step, 100L + step, step(step));
  }

  private static SegmentHeader header(int step, long sequence, ChainKey key) {
    byte[] context = new byte[72];
    System.arraycopy(TOPIC.bytes(), 0, context, 0, 32);
    System.arraycopy(AUTHOR.bytes(), 0, context, 32, 32);
    for (int i = 0; i < 4; i++) {
      context[68 + i] = (byte) (step >>> (24 - 8 * i));
    }
    byte[] commitment = key.segmentKey(context).commitment();
    return new SegmentHeader(TOPIC, AUTHOR, sequence, new byte[32], 0, 1, 0, step, commitment);
  }

  /** A header that says this step but is not sealed with it: what anyone can sign. */
  private static SegmentHeader claim(int step) {
    return new SegmentHeader(TOPIC, AUTHOR, 100L + step, new byte[32], 0, 1, 0, step, new byte[32]);
  }

  private static void assertWiped(ChainKey key) {
    assertThrows(IllegalStateException.class, key::exposeForGrant);
  }

  private static void assertNotMoved(ChainKey key) {
    assertEquals(32, key.exposeForGrant().length);
  }

  @Test
  void jump_ofAsManyStepsAsThereMayBe_isComputed() {
    grant(0);
    assertNotNull(keys.keyFor(header(MAX_JUMP)));
    assertNotNull(keys.keyFor(header(2 * MAX_JUMP)));
    assertNotNull(keys.keyFor(header(7)), "what came late");
  }

  @Test
  void jump_ofOneStepMore_isNotComputed() {
    grant(0);
    ChainKey head = grant(1);
    for (int step : new int[] {MAX_JUMP + 2, 1 << 20, Integer.MAX_VALUE}) {
      assertNull(keys.keyFor(claim(step)), step + " steps");
      assertNotMoved(head);
    }
    assertNull(keys.keyFor(header(MAX_JUMP + 2)), "though the key would be right");
    assertNotMoved(head);
    assertNotNull(keys.keyFor(header(MAX_JUMP + 1)));
    assertWiped(head);
  }

  @Test
  void stepThatDoesNotFitItsSegmentsNumber_isNotComputed() {
    grant(0);
    ChainKey head = grant(1);
    for (long sequence : new long[] {0, 99, 100, 104, 106, 1L << 40, Long.MAX_VALUE}) {
      assertNull(keys.keyFor(header(5, sequence, step(5))), "number " + sequence);
      assertNotMoved(head);
    }
    assertNotNull(keys.keyFor(header(5)));
    assertWiped(head);
  }

  @Test
  void stepBeforeTheOneThatWasGranted_isNotOpened() {
    ChainKey granted = grant(50);
    for (int step = 0; step < 50; step++) {
      assertNull(keys.keyFor(header(step)));
    }
    assertNotMoved(granted);
    assertNotNull(keys.keyFor(header(50)));
  }

  /** The head is where a jump begins: going back for what came late is bounded too. */
  @Test
  void stepBetweenThatIsFarFromBothEnds_isNotComputed() {
    ChainKey base = grant(0);
    ChainKey head = grant(100_000);
    assertNull(keys.keyFor(claim(MAX_JUMP + 1)));
    assertNull(keys.keyFor(claim(99_999)));
    assertNotMoved(base);
    assertNotMoved(head);
    assertNotNull(keys.keyFor(header(MAX_JUMP)));
  }

  @Test
  void stepThatAnExpiredSegmentClaims_isNotWalkedTo() {
    ChainKey base = grant(0);
    keys.forgetBefore(0, MAX_JUMP);
    assertWiped(base);
    assertEquals(1, keys.entries().get(0).step, "one step past what has opened, no more");
    keys.forgetBefore(0, Integer.MAX_VALUE);
    assertTrue(keys.isEmpty(), "it leads to nothing any more");
    assertEquals(0, budget.held());
  }

  @Test
  void stepFarBehindTheHead_isNotWalkedToWhenSegmentsExpire() {
    ChainKey base = grant(0);
    ChainKey head = grant(100_000);
    keys.forgetBefore(0, 50_000);
    assertWiped(base);
    assertNotMoved(head);
    assertEquals(100_000, keys.entries().get(0).step);
    assertEquals(1, budget.held());
  }

  @Test
  void expiry_wipesWhatOpensOnlyWhatIsGone_andNothingElse() {
    ChainKey base = grant(0);
    for (int step = 0; step < 10; step++) {
      assertNotNull(keys.keyFor(header(step)));
    }
    keys.forgetBefore(0, 4);
    assertWiped(base);
    assertArrayEquals(step(4).exposeForGrant(), keys.entries().get(0).key.exposeForGrant());
    assertNull(keys.keyFor(header(3)));
    for (int step = 4; step < 20; step++) {
      assertNotNull(keys.keyFor(header(step)), "step " + step);
    }
    keys.forgetBefore(0, 20);
    assertArrayEquals(step(20).exposeForGrant(), keys.entries().get(0).key.exposeForGrant());
    assertNull(keys.keyFor(header(19)));
    assertNotNull(keys.keyFor(header(20)));
    keys.forgetBefore(1, 0);
    assertTrue(keys.isEmpty());
  }

  /** An author's own keys are never asked for: its segments bring theirs along. */
  @Test
  void expiry_stepByStep_movesAKeyThatOpenedNothing() {
    grant(0);
    for (int step = 1; step <= 3 * MAX_JUMP; step++) {
      keys.forgetBefore(0, step);
    }
    assertEquals(3 * MAX_JUMP, keys.entries().get(0).step);
    assertNotNull(keys.keyFor(header(3 * MAX_JUMP)));
  }

  @Test
  void wrongKeyThatIsPassedOn_costsOneJump_andIsForgotten() {
    ChainKey wrong = ChainKey.of(bytes(77));
    assertTrue(keys.offer(MEMBER, entry(0, wrong)));
    assertNull(keys.keyFor(header(MAX_JUMP)));
    assertWiped(wrong);
    assertTrue(keys.isEmpty());
    assertEquals(0, budget.held());
  }

  @Test
  void keysThatOthersPassOn_doNotCrowdOutTheAuthors() {
    for (int i = 0; i < 10; i++) {
      PeerId liar = PeerId.of(bytes(40 + i));
      keys.offer(liar, entry(0, ChainKey.of(bytes(60 + i))));
    }
    assertEquals(3, budget.held());
    grant(0);
    assertNotNull(keys.keyFor(header(0)));
    for (int epoch = 1; epoch < 5_000; epoch++) {
      keys.offer(MEMBER, new KeyEntry(AUTHOR, epoch, 0, 0, ChainKey.of(bytes(5))));
    }
    assertTrue(budget.held() < 2_100, "passed on: " + budget.held());
    assertTrue(keys.offer(AUTHOR, new KeyEntry(AUTHOR, 6_000, 0, 0, ChainKey.of(bytes(5)))));
  }

  /**
   * Whatever one segment says, taking it in and forgetting it again takes no longer than the
   * largest jump: measured against as many steps of a bare chain, in processor time of this thread,
   * which another process on this machine does not lengthen.
   */
  @Test
  void worstSegment_takesNoLongerThanOneJump() {
    long jump = median(() -> walk(MAX_JUMP));
    long taken =
        median(
            () -> {
              FeedKeys fresh = new FeedKeys(AUTHOR, new KeyBudget());
              fresh.offer(AUTHOR, entry(0, ChainKey.of(bytes(9))));
              fresh.keyFor(claim(MAX_JUMP));
              fresh.forgetBefore(0, 2 * MAX_JUMP);
            });
    long refused =
        median(
            () -> {
              FeedKeys fresh = new FeedKeys(AUTHOR, new KeyBudget());
              fresh.offer(AUTHOR, entry(0, ChainKey.of(bytes(9))));
              for (int i = 0; i < 100; i++) {
                fresh.keyFor(claim(MAX_JUMP + 1 + i));
                fresh.keyFor(header(1, 500 + i, step(1)));
                fresh.forgetBefore(0, MAX_JUMP);
              }
            });
    assertTrue(taken < 2 * jump, taken + " ns, a jump " + jump);
    assertTrue(refused < jump, refused + " ns for 200, a jump " + jump);
  }

  private static void walk(int steps) {
    ChainKey at = ChainKey.of(bytes(9));
    for (int i = 0; i < steps; i++) {
      ChainKey next = at.next();
      at.destroy();
      at = next;
    }
  }

  /** The processor time that this takes, in nanoseconds: the median of some runs once warm. */
  private static long median(Runnable work) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 30; i++) {
      work.run();
    }
    long[] times = new long[15];
    for (int i = 0; i < times.length; i++) {
      long before = threads.getCurrentThreadCpuTime();
      work.run();
      times[i] = threads.getCurrentThreadCpuTime() - before;
    }
    Arrays.sort(times);
    return times[times.length / 2];
  }

  @Test
  void entries_areEmptyAtFirst() {
    assertTrue(keys.isEmpty());
    assertEquals(List.of(), keys.entries());
    assertEquals(Long.MAX_VALUE, keys.readableFrom());
    assertFalse(keys.offer(AUTHOR, entry(0, step(0))) && keys.isEmpty());
  }
}
