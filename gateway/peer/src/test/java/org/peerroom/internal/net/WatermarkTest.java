package org.peerroom.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatermarkTest {

  @Test
  void level_isHighAboveOneMarkAndLowBelowTheOther() {
    Watermark mark = new Watermark(100, 50);

    assertFalse(mark.add(100));
    assertFalse(mark.high());
    assertTrue(mark.add(1));
    assertFalse(mark.add(10), "reported once");
    assertTrue(mark.high());
    assertFalse(mark.remove(61));
    assertTrue(mark.high(), "50 is not below 50");
    assertTrue(mark.remove(1));
    assertFalse(mark.high());
    assertFalse(mark.remove(49), "reported once");
    assertEquals(0, mark.level());
  }

  @Test
  void remove_failsWithMoreThanWasAdded() {
    Watermark mark = new Watermark(100, 50);
    mark.add(10);

    assertThrows(IllegalStateException.class, () -> mark.remove(11));
    assertThrows(IllegalArgumentException.class, () -> mark.remove(-1));
    assertEquals(10, mark.level());
  }

  @Test
  void everyCrossing_isReportedToExactlyOneThread() throws InterruptedException {
    Watermark mark = new Watermark(8, 4);
    AtomicInteger ups = new AtomicInteger();
    AtomicInteger downs = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      threads[t] =
          new Thread(
              () -> {
                assertTrue(awaitUninterrupted(go));
                for (int i = 0; i < 50_000; i++) {
                  if (mark.add(3)) {
                    ups.incrementAndGet();
                  }
                  if (mark.remove(3)) {
                    downs.incrementAndGet();
                  }
                }
              });
      threads[t].start();
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertEquals(0, mark.level());
    assertFalse(mark.high());
    assertEquals(ups.get(), downs.get());
  }

  private static boolean awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
