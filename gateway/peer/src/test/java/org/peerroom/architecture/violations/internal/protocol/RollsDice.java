package org.peerroom.architecture.violations.internal.protocol;

import java.security.SecureRandom;

public final class RollsDice {
  public int roll(SecureRandom dice) {
    return dice.nextInt(6);
  }
}
