package org.peerroom.internal.store;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What waits to be written, in order; nothing in it is secret, documents are sealed already. */
sealed interface Change {

  /** About how much memory it takes while it waits, in bytes. */
  int weight();

  /** What a row may be in. */
  enum Table {
    SEGMENTS,
    DOCUMENTS
  }

  /** Writes a row. */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Put(Table table, byte[] key, byte[] value) implements Change {
    @Override
    public int weight() {
      return 100 + key.length + value.length;
    }
  }

  /** Removes a row. */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Remove(Table table, byte[] key) implements Change {
    @Override
    public int weight() {
      return 100 + key.length;
    }
  }

  /** Removes the rows from the first key on and before the other. */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record RemoveRange(Table table, byte[] from, byte[] before) implements Change {
    @Override
    public int weight() {
      return 100 + from.length + before.length;
    }
  }

  /** Asks to be told when all before it is synced. */
  record Commit(Consumer<@Nullable StoreException> done) implements Change {
    @Override
    public int weight() {
      return 50;
    }
  }
}
