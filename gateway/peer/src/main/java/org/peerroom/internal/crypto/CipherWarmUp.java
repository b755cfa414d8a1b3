package org.peerroom.internal.crypto;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has the JVM compile AES-GCM before there is much to seal. Until its inner loop is replaced by the
 * processor's instructions, which happens after some thousand calls however long each is, AES-GCM
 * of a full segment takes twenty to fifty times as long; with full segments that would be the first
 * hundreds of megabytes. Links profit too: TLS uses the same code.
 *
 * <p>Takes about 0.15 seconds of one processor (JDK 17), once for each JVM.
 */
public final class CipherWarmUp {

  private static final int ROUNDS = 3_000;
  private static final int SIZE = 256;

  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private CipherWarmUp() {}

  /** Begins on a thread of its own if it has not been begun before; does not wait. */
  public static void begin() {
    if (BEGUN.compareAndSet(false, true)) {
      Thread thread = new Thread(CipherWarmUp::run, "peerroom-warm-up");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void run() {
    byte[] nothing = new byte[SIZE];
    ChainKey chain = ChainKey.of(new byte[ChainKey.SIZE]);
    try {
      for (int i = 0; i < ROUNDS; i++) {
        SegmentKey key = chain.segmentKey(nothing);
        ChainKey next = chain.next();
        key.open(nothing, key.seal(nothing, nothing, 0, SIZE));
        key.destroy();
        chain.destroy();
        chain = next;
      }
    } catch (CryptoException e) {
      throw new IllegalStateException("what was sealed can't be opened", e);
    }
  }
}
