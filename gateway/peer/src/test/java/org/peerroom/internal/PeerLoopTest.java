package org.peerroom.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop and what comes to it when it has ended. */
@Timeout(30)
class PeerLoopTest {

  @Test
  void everyTaskRuns_oneAtATime_thoughTheLoopEndsMeanwhile() throws InterruptedException {
    int threads = 4;
    int each = 20_000;
    for (int round = 0; round < 5; round++) {
      PeerLoop loop = new PeerLoop("loop", () -> 1_000);
      loop.start();
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger atOnce = new AtomicInteger();
      CountDownLatch run = new CountDownLatch(threads * each);
      Runnable task =
          () -> {
            atOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
            inside.decrementAndGet();
            run.countDown();
          };
      List<Thread> givers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        boolean stops = i == 0;
        Thread giver =
            new Thread(
                () -> {
                  for (int j = 0; j < each; j++) {
                    loop.execute(task);
                    if (stops && j == each / 2) {
                      loop.stop();
                    }
                  }
                });
        givers.add(giver);
        giver.start();
      }
      for (Thread giver : givers) {
        giver.join();
      }

      run.await(10, TimeUnit.SECONDS);
      assertEquals(0, run.getCount(), "tasks were left over");
      assertEquals(1, atOnce.get());
    }
  }

  @Test
  void taskAfterTheEnd_runsThoughTheOneBeforeItFailed() {
    PeerLoop loop = new PeerLoop("loop", () -> 1_000);
    loop.start();
    loop.stop();
    Awaitility.await().until(() -> runsHere(loop));

    loop.execute(
        () -> {
          throw new IllegalStateException("thrown on purpose");
        });

    assertEquals(true, runsHere(loop));
  }

  /** Whether a task runs on this very thread, before execute returns. */
  private static boolean runsHere(PeerLoop loop) {
    List<Thread> ran = new ArrayList<>();
    loop.execute(() -> ran.add(Thread.currentThread()));
    return ran.equals(List.of(Thread.currentThread()));
  }
}
