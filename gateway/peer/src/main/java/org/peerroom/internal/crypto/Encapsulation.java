package org.peerroom.internal.crypto;

/**
 * What {@link PublicKeyCrypto#encapsulate} gives: bytes for the other side, and the key that both
 * then hold.
 */
public final class Encapsulation {

  private final byte[] encapsulation;
  private final PairwiseKey key;

  /** Takes a copy of the bytes, and the key as it is. */
  public Encapsulation(byte[] encapsulation, PairwiseKey key) {
    this.encapsulation = encapsulation.clone();
    this.key = key;
  }

  /** A copy of the bytes to send; not secret. */
  public byte[] encapsulation() {
    return encapsulation.clone();
  }

  /** This side's pairwise key; always the same object. */
  public PairwiseKey key() {
    return key;
  }

  @Override
  public String toString() {
    return "Encapsulation[" + encapsulation.length + " bytes, key redacted]";
  }
}
