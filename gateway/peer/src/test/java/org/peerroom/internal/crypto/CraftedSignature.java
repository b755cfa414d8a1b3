package org.peerroom.internal.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A signature made by someone who holds the key and does not keep to the rules, or altered by
 * someone on the way.
 */
final class CraftedSignature {

  private static final int SIZE = 64;

  /** The ways to alter one; {@link #altered} says what each is. */
  static final int ALTERATIONS = 16;

  private final byte[] publicKey;
  private final byte[] message;
  private final byte[] signature;

  private CraftedSignature(byte[] publicKey, byte[] message, byte[] signature) {
    this.publicKey = publicKey;
    this.message = message;
    this.signature = signature;
  }

  static CraftedSignature of(byte[] publicKey, byte[] message, byte[] signature) {
    return new CraftedSignature(publicKey, message, signature);
  }

  /**
   * Solves the cofactored equation, with a key and an R that are this many torsion points away from
   * where they belong. Without the cofactor only some of them hold.
   *
   * @param secrets 64 bytes: the key's scalar and the nonce's
   */
  static CraftedSignature solved(byte[] secrets, int torsionOfKey, int torsionOfR) {
    BigInteger a = scalar(Arrays.copyOf(secrets, 32));
    BigInteger r = scalar(Arrays.copyOfRange(secrets, 32, 64));
    byte[] message = Arrays.copyOf(secrets, (secrets[0] & 0xff) % 40);
    byte[] publicKey = Edwards25519.BASE.times(a).plus(torsion(torsionOfKey)).encode();
    byte[] encodedR = Edwards25519.BASE.times(r).plus(torsion(torsionOfR)).encode();
    BigInteger k = Edwards25519.challenge(encodedR, publicKey, message);
    return new CraftedSignature(
        publicKey, message, join(encodedR, r.add(k.multiply(a)).mod(Edwards25519.L)));
  }

  /** One of {@link #ALTERATIONS}; the first leave it as it is. */
  CraftedSignature altered(int alteration, Random random) {
    byte[] r = Arrays.copyOf(signature, 32);
    BigInteger s = Edwards25519.littleEndian(Arrays.copyOfRange(signature, 32, SIZE));
    return switch (alteration) {
      case 0, 1, 2 -> this;
      case 3 -> withSignature(Bits.flipped(signature, random.nextInt(8 * SIZE)));
      case 4 -> withKey(Bits.flipped(publicKey, random.nextInt(256)));
      case 5 -> new CraftedSignature(publicKey, Arrays.copyOf(message, 41), signature);
      case 6 -> withSignature(join(r, s.add(Edwards25519.L)));
      case 7 ->
          withSignature(
              join(
                  r,
                  pick(
                      random,
                      List.of(
                          BigInteger.ZERO,
                          Edwards25519.L,
                          Edwards25519.L.subtract(BigInteger.ONE),
                          s.setBit(253),
                          s.setBit(255)))));
      case 8 -> withSignature(join(torsion(random.nextInt(8)).encode(), s));
      case 9 -> withKey(torsion(random.nextInt(8)).encode());
      case 10 -> withSignature(join(notCanonical(random), s));
      case 11 -> withKey(notCanonical(random));
      case 12 -> withKey(Edwards25519.littleEndian(new BigInteger(256, random)));
      case 13 -> withSignature(join(Edwards25519.littleEndian(new BigInteger(256, random)), s));
      case 14 -> withSignature(Arrays.copyOf(signature, SIZE - 1 + 2 * random.nextInt(2)));
      case 15 -> withKey(Arrays.copyOf(publicKey, 31 + 2 * random.nextInt(2)));
      default -> throw new IllegalArgumentException("no alteration " + alteration);
    };
  }

  boolean isAcceptedBy(PublicKeyCrypto crypto) {
    return crypto.verify(publicKey, message, signature);
  }

  /** What everyone must say, see {@link Edwards25519#accepts}. */
  boolean isAcceptable() {
    return Edwards25519.accepts(publicKey, message, signature);
  }

  private CraftedSignature withSignature(byte[] other) {
    return new CraftedSignature(publicKey, message, other);
  }

  private CraftedSignature withKey(byte[] other) {
    return new CraftedSignature(other, message, signature);
  }

  private static Edwards25519 torsion(int multiple) {
    return Edwards25519.TORSION.times(BigInteger.valueOf(multiple));
  }

  /** A y of 255 bits that is not below the prime, with either sign. */
  private static byte[] notCanonical(Random random) {
    byte[] encoded =
        Edwards25519.littleEndian(Edwards25519.P.add(BigInteger.valueOf(random.nextInt(19))));
    encoded[31] |= (byte) (random.nextBoolean() ? 0x80 : 0);
    return encoded;
  }

  private static BigInteger pick(Random random, List<BigInteger> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static BigInteger scalar(byte[] bytes) {
    return Edwards25519.littleEndian(bytes).mod(Edwards25519.L);
  }

  private static byte[] join(byte[] r, BigInteger s) {
    byte[] signature = Arrays.copyOf(r, SIZE);
    System.arraycopy(Edwards25519.littleEndian(s), 0, signature, 32, 32);
    return signature;
  }
}
