package org.peerroom.internal.crypto;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CipherWarmUpTest {

  @Test
  void begin_endsByItselfHoweverOftenItIsCalled() {
    CipherWarmUp.begin();
    CipherWarmUp.begin();
    await().atMost(Duration.ofMinutes(1)).until(() -> warmingUp() == 0);
  }

  private static long warmingUp() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("peerroom-warm-up"))
        .count();
  }
}
