package org.peerroom.internal.sealing;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes one AES-GCM ciphertext, tag included, that opens under two keys (Grubbs, Lu and Ristenpart,
 * "Message Franking via Committing Authenticated Encryption", CRYPTO 2017; Dodis and others, "Fast
 * Message Franking", CRYPTO 2018): under each key the tag is a polynomial of the ciphertext, so
 * that one free block is the solution of a linear equation. Nonce all zeros.
 */
final class GcmCollision {

  private static final int BLOCK = 16;

  private final byte[] keyOne;
  private final byte[] keyTwo;
  private final byte[] aad;

  GcmCollision(byte[] keyOne, byte[] keyTwo, byte[] aad) {
    this.keyOne = keyOne;
    this.keyTwo = keyTwo;
    this.aad = aad;
  }

  /**
   * A ciphertext that begins with the first text under the first key, and has the second text
   * behind it under the second key; both texts as long, a multiple of 16 bytes.
   */
  byte[] of(byte[] textOne, byte[] textTwo) throws GeneralSecurityException {
    int half = textOne.length;
    byte[] plain = new byte[2 * half + BLOCK];
    System.arraycopy(textOne, 0, plain, 0, half);
    byte[] ciphertext = counterMode(keyOne, plain);
    System.arraycopy(textTwo, 0, plain, half, half);
    System.arraycopy(counterMode(keyTwo, plain), half, ciphertext, half, half);
    Arrays.fill(ciphertext, 2 * half, ciphertext.length, (byte) 0);
    Block one = Block.of(block(keyOne, new byte[BLOCK]), 0);
    Block two = Block.of(block(keyTwo, new byte[BLOCK]), 0);
    Block wanted =
        tag(keyOne, one, ciphertext).plus(tag(keyTwo, two, ciphertext)); // both without the block
    Block free = wanted.times(one.times(one).plus(two.times(two)).inverse());
    free.write(ciphertext, 2 * half);
    byte[] all = Arrays.copyOf(ciphertext, ciphertext.length + BLOCK);
    tag(keyOne, one, ciphertext).write(all, ciphertext.length);
    return all;
  }

  private Block tag(byte[] key, Block hashKey, byte[] ciphertext) throws GeneralSecurityException {
    Block sum = hash(hash(Block.ZERO, hashKey, aad), hashKey, ciphertext);
    byte[] lengths =
        ByteBuffer.allocate(BLOCK).putLong(8L * aad.length).putLong(8L * ciphertext.length).array();
    byte[] first = new byte[BLOCK];
    first[BLOCK - 1] = 1;
    return hash(sum, hashKey, lengths).plus(Block.of(block(key, first), 0));
  }

  private static Block hash(Block sum, Block hashKey, byte[] bytes) {
    byte[] padded = Arrays.copyOf(bytes, (bytes.length + BLOCK - 1) / BLOCK * BLOCK);
    Block at = sum;
    for (int i = 0; i < padded.length; i += BLOCK) {
      at = at.plus(Block.of(padded, i)).times(hashKey);
    }
    return at;
  }

  private static byte[] block(byte[] key, byte[] block) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    return cipher.doFinal(block);
  }

  private static byte[] counterMode(byte[] key, byte[] plain) throws GeneralSecurityException {
    byte[] counter = new byte[BLOCK];
    counter[BLOCK - 1] = 2;
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
    return cipher.doFinal(plain);
  }

  /** An element of GF(2^128) in the bit order of NIST SP 800-38D, section 6.3. */
  private record Block(long high, long low) {

    static final Block ZERO = new Block(0, 0);

    static Block of(byte[] bytes, int at) {
      ByteBuffer in = ByteBuffer.wrap(bytes, at, BLOCK);
      return new Block(in.getLong(), in.getLong());
    }

    void write(byte[] out, int at) {
      ByteBuffer.wrap(out, at, BLOCK).putLong(high).putLong(low);
    }

    Block plus(Block other) {
      return new Block(high ^ other.high, low ^ other.low);
    }

    Block times(Block other) {
      Block product = ZERO;
      Block shifted = other;
      for (int bit = 0; bit < 128; bit++) {
        long word = bit < 64 ? high : low;
        if ((word >>> (63 - bit % 64) & 1) == 1) {
          product = product.plus(shifted);
        }
        long reduced = (shifted.low & 1) == 1 ? 0xe1L << 56 : 0;
        shifted = new Block(shifted.high >>> 1 ^ reduced, shifted.low >>> 1 | shifted.high << 63);
      }
      return product;
    }

    /** To the power of 2^128 - 2. */
    Block inverse() {
      Block square = this;
      Block product = null;
      for (int i = 1; i < 128; i++) {
        square = square.times(square);
        product = product == null ? square : product.times(square);
      }
      return product == null ? ZERO : product;
    }
  }
}
