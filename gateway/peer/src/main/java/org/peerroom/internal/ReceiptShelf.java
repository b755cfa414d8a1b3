package org.peerroom.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.peerroom.SignedReceipt;
import org.peerroom.identity.ReceiptStatement.Kind;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.store.RoomStore;
import org.peerroom.internal.store.Shelf;

/**
 * The receipts of one room on disk: each until an hour after its messages have expired, so that
 * there is time to export it, and {@value #MAX} at most, the oldest given up first. A later
 * statement of the same member that begins at the same segment stands for the one before it.
 */
final class ReceiptShelf {

  static final int MAX = 8_192;

  private static final String LABEL = "peerroom/1 receipt on disk";
  private static final long LONGER_MILLIS = 3_600_000;
  private static final int DIGEST_SIZE = 16;

  private final RoomStore store;

  /** When each is given up, oldest first. */
  private final Map<ByteBuffer, Long> until = new LinkedHashMap<>();

  ReceiptShelf(RoomStore store) {
    this.store = store;
  }

  /** This one was found on disk. */
  void found(byte[] name, byte[] value) {
    until.put(ByteBuffer.wrap(name.clone()), ByteBuffer.wrap(value).getLong());
  }

  /** The compact text of what is on disk. */
  static String textOf(byte[] value) {
    return new String(value, Long.BYTES, value.length - Long.BYTES, StandardCharsets.US_ASCII);
  }

  /**
   * Keeps one.
   *
   * @param expiresMillis when its messages expire
   */
  void keep(SignedReceipt receipt, long expiresMillis) {
    long end = expiresMillis + LONGER_MILLIS;
    byte[] name = nameOf(receipt);
    byte[] text = receipt.compact().getBytes(StandardCharsets.US_ASCII);
    store.put(
        Shelf.RECEIPT,
        name,
        ByteBuffer.allocate(Long.BYTES + text.length).putLong(end).put(text).array());
    ByteBuffer key = ByteBuffer.wrap(name);
    until.remove(key);
    until.put(key, end);
    if (until.size() > MAX) {
      Iterator<ByteBuffer> oldest = until.keySet().iterator();
      store.remove(Shelf.RECEIPT, oldest.next().array());
      oldest.remove();
    }
  }

  /** By author, signer, kind and first segment; where many may begin there, by its digest too. */
  private static byte[] nameOf(SignedReceipt receipt) {
    boolean held = receipt.kind() == Kind.HELD;
    ByteBuffer name = ByteBuffer.allocate(64 + 1 + Long.BYTES + (held ? 0 : DIGEST_SIZE));
    name.put(receipt.author().bytes()).put(receipt.signer().bytes());
    name.put((byte) (held ? 0 : 1)).putLong(receipt.statement().first());
    if (!held) {
      byte[] text = receipt.statement().text().getBytes(StandardCharsets.US_ASCII);
      name.put(Digests.sha256(LABEL, text), 0, DIGEST_SIZE);
    }
    return name.array();
  }

  /** Gives up those that are over. */
  void expire(long wallMillis) {
    for (Iterator<Map.Entry<ByteBuffer, Long>> i = until.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<ByteBuffer, Long> entry = i.next();
      if (entry.getValue() <= wallMillis) {
        store.remove(Shelf.RECEIPT, entry.getKey().array());
        i.remove();
      }
    }
  }
}
