package org.peerroom.internal.protocol;

/**
 * Where the protocol's random bytes come from: a secure source in production, a seeded one in
 * simulations.
 */
public interface Entropy {

  /** A new array of this many random bytes. */
  byte[] next(int count);

  /** A number from 0 to {@code bound - 1}, for jitter and choices; needs no secrecy. */
  int nextInt(int bound);
}
