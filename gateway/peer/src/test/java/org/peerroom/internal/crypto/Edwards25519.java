package org.peerroom.internal.crypto;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A point of edwards25519, and the accepted set of signatures spelt out on such points: RFC 8032,
 * sections 5.1.1 to 5.1.4 and 5.1.7, by big integers, slowly, with nothing taken from a provider.
 * Makes points with components of small order, which no provider makes.
 *
 * <p>Coordinates are projective: x = X/Z, y = Y/Z.
 */
record Edwards25519(BigInteger x, BigInteger y, BigInteger z) {

  static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
  static final BigInteger L =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private static final BigInteger EIGHT = BigInteger.valueOf(8);
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);
  private static final BigInteger ROOT_OF_MINUS_ONE =
      BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);

  static final Edwards25519 NEUTRAL =
      new Edwards25519(BigInteger.ZERO, BigInteger.ONE, BigInteger.ONE);
  static final Edwards25519 BASE =
      onCurve(BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)).mod(P), false);

  /** Of order 8: its multiples are all the points of small order. */
  static final Edwards25519 TORSION =
      onCurve(
          littleEndian(
              TestVectors.hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
          false);

  private static Edwards25519 onCurve(BigInteger y, boolean odd) {
    Edwards25519 point = decoded(y, odd);
    if (point == null) {
      throw new AssertionError("not on the curve: " + y);
    }
    return point;
  }

  /** RFC 8032, section 5.1.3; null for what it refuses. */
  static @Nullable Edwards25519 decode(byte[] encoded) {
    byte[] y = encoded.clone();
    boolean odd = y[31] < 0;
    y[31] &= 0x7f;
    return decoded(littleEndian(y), odd);
  }

  private static @Nullable Edwards25519 decoded(BigInteger y, boolean odd) {
    if (y.compareTo(P) >= 0) {
      return null;
    }
    BigInteger ySquared = y.multiply(y);
    BigInteger xSquared =
        ySquared
            .subtract(BigInteger.ONE)
            .multiply(D.multiply(ySquared).add(BigInteger.ONE).modInverse(P))
            .mod(P);
    BigInteger x = xSquared.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
    if (!x.multiply(x).mod(P).equals(xSquared)) {
      x = x.multiply(ROOT_OF_MINUS_ONE).mod(P);
    }
    if (!x.multiply(x).mod(P).equals(xSquared) || (x.signum() == 0 && odd)) {
      return null;
    }
    return new Edwards25519(x.testBit(0) == odd ? x : P.subtract(x), y, BigInteger.ONE);
  }

  byte[] encode() {
    BigInteger inverse = z.modInverse(P);
    byte[] encoded = littleEndian(y.multiply(inverse).mod(P));
    if (x.multiply(inverse).mod(P).testBit(0)) {
      encoded[31] |= (byte) 0x80;
    }
    return encoded;
  }

  Edwards25519 plus(Edwards25519 other) {
    BigInteger a = z.multiply(other.z).mod(P);
    BigInteger b = a.multiply(a).mod(P);
    BigInteger c = x.multiply(other.x).mod(P);
    BigInteger d = y.multiply(other.y).mod(P);
    BigInteger e = D.multiply(c).multiply(d).mod(P);
    BigInteger f = b.subtract(e);
    BigInteger g = b.add(e);
    BigInteger mixed = x.add(y).multiply(other.x.add(other.y)).subtract(c).subtract(d);
    return new Edwards25519(
        a.multiply(f).mod(P).multiply(mixed).mod(P),
        a.multiply(g).mod(P).multiply(d.add(c)).mod(P),
        f.multiply(g).mod(P));
  }

  Edwards25519 times(BigInteger scalar) {
    Edwards25519 result = NEUTRAL;
    for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
      result = result.plus(result);
      if (scalar.testBit(bit)) {
        result = result.plus(this);
      }
    }
    return result;
  }

  boolean isSameAs(Edwards25519 other) {
    return x.multiply(other.z).subtract(other.x.multiply(z)).mod(P).signum() == 0
        && y.multiply(other.z).subtract(other.y.multiply(z)).mod(P).signum() == 0;
  }

  boolean isOfSmallOrder() {
    return times(EIGHT).isSameAs(NEUTRAL);
  }

  /** k of RFC 8032, section 5.1.7. */
  static BigInteger challenge(byte[] r, byte[] publicKey, byte[] message) {
    try {
      MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
      sha512.update(r);
      sha512.update(publicKey);
      return littleEndian(sha512.digest(message)).mod(L);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** What {@link PublicKeyCrypto#verify} must answer. */
  static boolean accepts(byte[] publicKey, byte[] message, byte[] signature) {
    if (publicKey.length != 32 || signature.length != 64) {
      return false;
    }
    byte[] encodedR = Arrays.copyOf(signature, 32);
    BigInteger s = littleEndian(Arrays.copyOfRange(signature, 32, 64));
    Edwards25519 a = decode(publicKey);
    Edwards25519 r = decode(encodedR);
    if (a == null || r == null || s.compareTo(L) >= 0 || a.isOfSmallOrder() || r.isOfSmallOrder()) {
      return false;
    }
    BigInteger k = challenge(encodedR, publicKey, message);
    return BASE.times(s).times(EIGHT).isSameAs(r.plus(a.times(k)).times(EIGHT));
  }

  static BigInteger littleEndian(byte[] bytes) {
    byte[] bigEndian = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      bigEndian[i] = bytes[bytes.length - 1 - i];
    }
    return new BigInteger(1, bigEndian);
  }

  /** 32 bytes. */
  static byte[] littleEndian(BigInteger value) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = value.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }
}
