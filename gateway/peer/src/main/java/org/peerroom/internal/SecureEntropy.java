package org.peerroom.internal;

import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.peerroom.internal.protocol.Entropy;

/** Randomness from the platform's secure source; jitter from a fast one. */
final class SecureEntropy implements Entropy {

  private final SecureRandom secure = new SecureRandom();

  @Override
  public byte[] next(int count) {
    byte[] bytes = new byte[count];
    secure.nextBytes(bytes);
    return bytes;
  }

  @Override
  public int nextInt(int bound) {
    return ThreadLocalRandom.current().nextInt(bound);
  }
}
