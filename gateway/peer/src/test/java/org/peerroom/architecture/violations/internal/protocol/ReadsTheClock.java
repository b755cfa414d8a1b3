package org.peerroom.architecture.violations.internal.protocol;

import java.time.Instant;

public final class ReadsTheClock {
  public Instant now() {
    return Instant.now();
  }
}
