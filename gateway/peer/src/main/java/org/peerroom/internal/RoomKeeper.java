package org.peerroom.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.StorageException;
import org.peerroom.internal.protocol.Keep;
import org.peerroom.internal.store.RoomStore;
import org.peerroom.internal.store.Shelf;
import org.peerroom.internal.store.StoreException;
import org.peerroom.internal.wire.KeyDeposit;

/**
 * Carries out on the peer's loop what a persistent room wants kept, and tells when it is on disk.
 * What fails is tried again by the store; what was published meanwhile is not acknowledged.
 */
final class RoomKeeper {

  /** With more than this on its way to the disk the room takes nothing new. */
  private static final long MAX_PENDING_BYTES = 64L << 20;

  private static final long RETRY_MILLIS = 1_000;

  private final String room;
  private final RoomStore store;
  private final Executor loop;
  private final Listener listener;
  private final ReceiptShelf receipts;

  /** For each author one more than the newest segment that was given to the store. */
  private final Map<PeerId, Long> given = new HashMap<>();

  private boolean due;
  private boolean failing;
  private long retryTick = Long.MAX_VALUE;

  /** Is told on the loop what became of it. */
  interface Listener {

    /** For each of these authors everything before this segment is on disk, and what was sealed. */
    void synced(Map<PeerId, Long> next, List<Publication> sealed);

    /**
     * These are not on disk.
     *
     * @param isNew whether the time before it was
     */
    void failed(List<Publication> sealed, StorageException why, boolean isNew);
  }

  RoomKeeper(String room, RoomStore store, Executor loop, Listener listener) {
    this.room = room;
    this.store = store;
    this.loop = loop;
    this.listener = listener;
    this.receipts = new ReceiptShelf(store);
  }

  /** Where the room's documents are kept. */
  RoomStore store() {
    return store;
  }

  /** Whether the disk does not keep up. */
  boolean isBehind() {
    return store.pendingBytes() > MAX_PENDING_BYTES;
  }

  void keep(Keep keep) {
    if (keep instanceof Keep.Append append) {
      store.append(append.segment());
      given.put(append.segment().author(), append.segment().sequence() + 1);
      due = true;
    } else if (keep instanceof Keep.Key key) {
      store.put(Shelf.KEY, placeOf(key.author(), key.sequence()), key.exposeChainKey());
      Arrays.fill(key.exposeChainKey(), (byte) 0);
    } else if (keep instanceof Keep.Author author) {
      byte[] value = new byte[1 + author.chain().length];
      value[0] = (byte) (author.own() ? 1 : 0);
      System.arraycopy(author.chain(), 0, value, 1, author.chain().length);
      store.put(Shelf.CHAIN, author.author().bytes(), value);
    } else if (keep instanceof Keep.Deposit deposit) {
      KeyDeposit one = deposit.deposit();
      store.put(Shelf.DEPOSIT, depositOf(one.author(), one.epoch()), one.encoded());
    } else if (keep instanceof Keep.NoDeposit none) {
      store.remove(Shelf.DEPOSIT, depositOf(none.author(), none.epoch()));
    } else if (keep instanceof Keep.Proof proof) {
      byte[] encoded = proof.proof();
      if (encoded == null) {
        store.remove(Shelf.PROOF, proof.author().bytes());
      } else {
        store.put(Shelf.PROOF, proof.author().bytes(), encoded);
      }
    } else if (keep instanceof Keep.DropBefore drop) {
      store.dropBefore(drop.author(), drop.sequence());
    } else if (keep instanceof Keep.Drop drop) {
      store.drop(drop.author());
      given.remove(drop.author());
    } else if (keep instanceof Keep.Receipt receipt) {
      receipts.keep(receipt.receipt(), receipt.expiresMillis());
    }
  }

  /** The receipts that are kept. */
  ReceiptShelf receipts() {
    return receipts;
  }

  private static byte[] placeOf(PeerId author, long sequence) {
    return ByteBuffer.allocate(40).put(author.bytes()).putLong(sequence).array();
  }

  private static byte[] depositOf(PeerId author, int epoch) {
    return ByteBuffer.allocate(36).put(author.bytes()).putInt(epoch).array();
  }

  /**
   * The turn is over: has what it brought synced.
   *
   * @param sealed who waits for that
   */
  void commit(List<Publication> sealed, long tickMillis) {
    if (!due && sealed.isEmpty() && tickMillis < retryTick) {
      return;
    }
    due = false;
    retryTick = Long.MAX_VALUE;
    Map<PeerId, Long> next = new HashMap<>(given);
    given.clear();
    store.commit(problem -> loop.execute(() -> committed(next, sealed, problem, tickMillis)));
  }

  private void committed(
      Map<PeerId, Long> next,
      List<Publication> sealed,
      @Nullable StoreException problem,
      long tickMillis) {
    if (problem == null) {
      failing = false;
      listener.synced(next, sealed);
      return;
    }
    next.forEach((author, upTo) -> given.merge(author, upTo, Math::max));
    retryTick = tickMillis + RETRY_MILLIS;
    boolean isNew = !failing;
    failing = true;
    StorageException why =
        new StorageException("room '" + room + "': " + problem.getMessage(), problem);
    listener.failed(sealed, why, isNew);
  }
}
