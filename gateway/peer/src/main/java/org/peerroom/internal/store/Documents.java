package org.peerroom.internal.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.StoreKey;

/**
 * Documents as they stand on disk: sealed with the folder's key for their row, with a version, that
 * grows with each writing, and the real name inside. Any thread may call.
 */
final class Documents {

  private static final int FIXED_SIZE = Long.BYTES + Integer.BYTES;

  private final StoreKey key;

  /** Grows across restarts as long as the clock does not go back; only repair asks for it. */
  private final AtomicLong version = new AtomicLong(System.currentTimeMillis() << 20);

  Documents(StoreKey key) {
    this.key = key;
  }

  /** An opened document. Not a record: it is secret. */
  static final class Opened {
    private final long version;
    private final byte[] name;
    private final byte[] value;

    private Opened(long version, byte[] name, byte[] value) {
      this.version = version;
      this.name = name;
      this.value = value;
    }

    long version() {
      return version;
    }

    byte[] name() {
      return name;
    }

    /** To be wiped by who takes it. */
    byte[] value() {
      return value;
    }
  }

  byte[] rowKey(byte[] topic, Shelf shelf, byte[] name) {
    return RowKeys.document(
        topic,
        shelf,
        RowKeys.hidesNames(shelf) ? key.hidden(RowKeys.shelf(topic, shelf), name) : name);
  }

  byte[] seal(byte[] rowKey, byte[] name, byte[] value) {
    byte[] plain =
        ByteBuffer.allocate(FIXED_SIZE + name.length + value.length)
            .putLong(version.incrementAndGet())
            .putInt(name.length)
            .put(name)
            .put(value)
            .array();
    try {
      return key.seal(rowKey, plain);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /** The number of a floor; -1 if it is none. */
  static long floor(byte[] value) {
    return value.length == Long.BYTES ? ByteBuffer.wrap(value).getLong() : -1;
  }

  static byte[] floor(long sequence) {
    return ByteBuffer.allocate(Long.BYTES).putLong(sequence).array();
  }

  /** Which of two rows of the same key is newer; -1 for what cannot be opened. */
  long version(byte[] rowKey, byte[] sealed) {
    if (RowKeys.isFloor(rowKey)) {
      return floor(sealed);
    }
    try {
      Opened opened = open(rowKey, sealed);
      Arrays.fill(opened.value(), (byte) 0);
      return opened.version();
    } catch (CryptoException e) {
      return -1;
    }
  }

  Opened open(byte[] rowKey, byte[] sealed) throws CryptoException {
    byte[] plain = key.open(rowKey, sealed);
    try {
      ByteBuffer in = ByteBuffer.wrap(plain);
      if (plain.length < FIXED_SIZE) {
        throw new CryptoException("a document of " + plain.length + " bytes is too short");
      }
      long writtenAs = in.getLong();
      int nameLength = in.getInt();
      if (nameLength < 0 || nameLength > in.remaining()) {
        throw new CryptoException("a document's name of " + nameLength + " bytes does not fit it");
      }
      byte[] name = new byte[nameLength];
      in.get(name);
      byte[] value = new byte[in.remaining()];
      in.get(value);
      return new Opened(writtenAs, name, value);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }
}
