package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The keys that a subscription remembers, held against a plain map. */
class SeenKeysTest {

  private final List<MessageKey> forgotten = new ArrayList<>();

  @Test
  void keys_areKnownUntilTheyExpire() {
    SeenKeys seen = new SeenKeys();
    MessageKey key = new MessageKey(1, 2);
    seen.add(key, 1_000, 0);
    assertTrue(seen.contains(key, 999));
    assertFalse(seen.contains(key, 1_000));
    assertFalse(seen.contains(new MessageKey(1, 3), 0));
    seen.add(key, 2_000, 1_500);
    assertTrue(seen.contains(key, 1_999));
    seen.forgetExpired(2_000);
    assertEquals(0, seen.size());
  }

  @Test
  void oldest_isForgottenAtTheBound() {
    SeenKeys seen = new SeenKeys(100, (key, expires) -> {}, forgotten::add);
    for (int i = 0; i < 150; i++) {
      seen.add(new MessageKey(i, i), 1_000, 0);
    }
    assertEquals(100, seen.size());
    assertEquals(50, forgotten.size());
    assertFalse(seen.contains(new MessageKey(49, 49), 0));
    assertTrue(seen.contains(new MessageKey(50, 50), 0));
  }

  @Test
  void many_areWhatAMapWouldKeep() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      SeenKeys seen = new SeenKeys(64, (key, expires) -> {}, forgotten::add);
      Map<MessageKey, Long> model = new LinkedHashMap<>();
      for (int now = 0; now < 2_000; now++) {
        // Few values of the bits that the table looks at, so that many collide.
        MessageKey key = new MessageKey(random.nextInt(8), random.nextInt(30));
        long expires = now + 100L;
        long time = now;
        model.values().removeIf(until -> until <= time);
        if (!model.containsKey(key)) {
          seen.add(key, expires, now);
          model.put(key, expires);
          if (model.size() > 64) {
            model.remove(model.keySet().iterator().next());
          }
        }
        for (int i = 0; i < 240; i++) {
          MessageKey any = new MessageKey(i / 30, i % 30);
          assertEquals(model.containsKey(any), seen.contains(any, now), "seed " + seed);
        }
      }
    }
  }
}
