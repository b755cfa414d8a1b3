package org.peerroom.internal.crypto;

import java.util.Arrays;
import java.util.Random;

/** Bytes to test with. */
final class Bits {

  private Bits() {}

  static byte[] flipped(byte[] bytes, int bit) {
    byte[] changed = bytes.clone();
    changed[bit / 8] ^= (byte) (1 << (bit % 8));
    return changed;
  }

  static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** Bytes that differ for each seed, the same in every run. */
  static byte[] seeded(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
