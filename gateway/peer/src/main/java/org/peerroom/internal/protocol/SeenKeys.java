package org.peerroom.internal.protocol;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * The message keys that a subscription has dealt with, each until the message that had it expires:
 * at most {@value #MAX}, in about 40 bytes each. At the bound the oldest is forgotten first; a
 * duplicate of that one is delivered again. So a member that writes a million keyed messages within
 * retention can bring about duplicates of those of others, but no more than that.
 */
final class SeenKeys {

  /** How many keys are kept. */
  static final int MAX = 1_000_000;

  private static final int NONE = -1;

  private final int max;
  private final ObjLongConsumer<MessageKey> added;
  private final Consumer<MessageKey> forgotten;

  // A ring in the order of arrival, with a hash table of places in it: entries are many and small.
  private long[] high = new long[16];
  private long[] low = new long[16];
  private long[] expires = new long[16];
  private int[] table = emptyTable(32);
  private int oldest;
  private int size;

  /** Keys that are kept nowhere else. */
  SeenKeys() {
    this(MAX, (key, expires) -> {}, key -> {});
  }

  /**
   * @param added is told each key that is added, and until when it is kept
   * @param forgotten is told each key that is forgotten
   */
  SeenKeys(int max, ObjLongConsumer<MessageKey> added, Consumer<MessageKey> forgotten) {
    this.max = max;
    this.added = added;
    this.forgotten = forgotten;
  }

  private static int[] emptyTable(int length) {
    int[] table = new int[length];
    Arrays.fill(table, NONE);
    return table;
  }

  /** How many keys are kept. */
  int size() {
    return size;
  }

  /** Whether this key has been added and the message that had it has not expired. */
  boolean contains(MessageKey key, long wallMillis) {
    int at = slot(key.high(), key.low());
    return table[at] != NONE && expires[table[at]] > wallMillis;
  }

  /** Keeps a key until then, unless it is kept already and has not expired. */
  void add(MessageKey key, long expiresMillis, long wallMillis) {
    forgetExpired(wallMillis);
    if (!contains(key, wallMillis)) {
      restore(key, expiresMillis);
      added.accept(key, expiresMillis);
    }
  }

  /** Keeps a key that had been added before, without telling so. */
  void restore(MessageKey key, long expiresMillis) {
    int at = slot(key.high(), key.low());
    if (table[at] != NONE) {
      expires[table[at]] = expiresMillis;
      return;
    }
    if (size == max) {
      forgetOldest();
    }
    if (size == high.length) {
      grow();
    }
    int place = (oldest + size) & (high.length - 1);
    high[place] = key.high();
    low[place] = key.low();
    expires[place] = expiresMillis;
    size++;
    table[slot(key.high(), key.low())] = place;
  }

  /** Forgets all keys. */
  void forgetAll() {
    while (size > 0) {
      forgetOldest();
    }
  }

  /** Forgets keys whose messages have expired, as far as no older one has not. */
  void forgetExpired(long wallMillis) {
    while (size > 0 && expires[oldest] <= wallMillis) {
      forgetOldest();
    }
  }

  private void forgetOldest() {
    MessageKey key = new MessageKey(high[oldest], low[oldest]);
    removeSlot(slot(key.high(), key.low()));
    oldest = (oldest + 1) & (high.length - 1);
    size--;
    forgotten.accept(key);
  }

  /** Where this key is in the table, or would be put. */
  private int slot(long keyHigh, long keyLow) {
    int at = home(keyHigh);
    while (table[at] != NONE && !(high[table[at]] == keyHigh && low[table[at]] == keyLow)) {
      at = (at + 1) & (table.length - 1);
    }
    return at;
  }

  // The key is a hash already: any of its bits will do.
  private int home(long keyHigh) {
    return (int) keyHigh & (table.length - 1);
  }

  /** Empties a slot and moves up those behind it that it kept from their own place. */
  private void removeSlot(int slot) {
    int empty = slot;
    int at = slot;
    while (true) {
      table[empty] = NONE;
      int home;
      do {
        at = (at + 1) & (table.length - 1);
        if (table[at] == NONE) {
          return;
        }
        home = home(high[table[at]]);
      } while (empty <= at ? empty < home && home <= at : empty < home || home <= at);
      table[empty] = table[at];
      empty = at;
    }
  }

  private void grow() {
    int length = high.length * 2;
    high = unrolled(high, length);
    low = unrolled(low, length);
    expires = unrolled(expires, length);
    oldest = 0;
    table = emptyTable(length * 2);
    for (int place = 0; place < size; place++) {
      table[slot(high[place], low[place])] = place;
    }
  }

  private long[] unrolled(long[] ring, int length) {
    long[] longer = new long[length];
    for (int i = 0; i < size; i++) {
      longer[i] = ring[(oldest + i) & (ring.length - 1)];
    }
    return longer;
  }
}
