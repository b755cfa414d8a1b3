package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;

/** Authors who begin ever new sender keys, to fill the memory of whoever holds them. */
class KeyBudgetTest {

  private static final int MAX_EPOCHS = 8_192;

  private final KeyBudget budget = new KeyBudget();

  private static PeerId author(int number) {
    byte[] id = new byte[PeerId.SIZE];
    id[0] = 7;
    id[1] = (byte) (number >>> 8);
    id[2] = (byte) number;
    return PeerId.of(id);
  }

  private static KeyEntry entry(PeerId author, int epoch) {
    return new KeyEntry(author, epoch, 0, epoch, ChainKey.of(new byte[32]));
  }

  private FeedKeys flood(int number, int epochs) {
    FeedKeys keys = new FeedKeys(author(number), budget);
    for (int epoch = 0; epoch < epochs; epoch++) {
      keys.offer(author(number), entry(author(number), epoch));
    }
    return keys;
  }

  @Test
  void oneAuthor_getsNoMoreThanItsOwnBound_andTheNewestCounts() {
    FeedKeys keys = flood(0, 20_000);
    assertEquals(MAX_EPOCHS, budget.held());
    assertEquals(20_000 - MAX_EPOCHS, keys.entries().get(0).epoch);
    KeyEntry late = entry(author(0), 30_000);
    assertTrue(keys.offer(author(0), late));
    KeyEntry early = entry(author(0), 5);
    assertFalse(keys.offer(author(0), early));
    assertThrows(IllegalStateException.class, early.key::exposeForGrant);
    assertEquals(MAX_EPOCHS, budget.held());
  }

  @Test
  void manyAuthors_getNoMoreThanTheBoundTogether_andOthersStillGetTheirShare() {
    List<FeedKeys> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(flood(i, MAX_EPOCHS));
    }
    int full = budget.held();
    assertTrue(full <= KeyBudget.MAX_HELD + 40 * KeyBudget.SHARE, "held: " + full);
    FeedKeys honest = flood(999, 1_000);
    assertEquals(KeyBudget.SHARE, honest.entries().size());
    assertTrue(KeyBudget.SHARE >= 10, "a share that is too small to read anything with");
    all.forEach(FeedKeys::destroy);
    assertEquals(KeyBudget.SHARE, budget.held());
    assertTrue(honest.offer(author(999), entry(author(999), 5_000)));
  }

  @Test
  void keysThatExpire_makeRoomAgain() {
    FeedKeys keys = flood(0, MAX_EPOCHS);
    keys.forgetBefore(100, 0);
    assertEquals(MAX_EPOCHS - 100, budget.held());
    assertTrue(keys.offer(author(0), entry(author(0), MAX_EPOCHS + 1)));
  }

  /** Three may name a key for one epoch; that counts as three. */
  @Test
  void keysOfSeveralGrantors_areCountedEach_andReleasedEach() {
    FeedKeys keys = new FeedKeys(author(0), budget);
    for (int i = 1; i < 20; i++) {
      keys.offer(author(i), entry(author(0), 0));
    }
    keys.offer(author(0), entry(author(0), 0));
    assertEquals(3, budget.held());
    keys.destroy();
    assertEquals(0, budget.held());
  }
}
