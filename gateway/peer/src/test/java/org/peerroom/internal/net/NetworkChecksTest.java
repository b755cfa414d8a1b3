package org.peerroom.internal.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import reactor.blockhound.BlockingOperationError;

/** The checks themselves work: without this, a class that passes them would say nothing. */
@ExtendWith(NetworkChecks.class)
class NetworkChecksTest {

  @Test
  void blockingCall_throwsOnTheEventLoopsOfATransport() {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    try (TestPeer listening = TestPeer.start();
        TestPeer dialling = TestPeer.start()) {
      dialling.onUp(
          link -> {
            try {
              Thread.sleep(1);
            } catch (BlockingOperationError | InterruptedException e) {
              thrown.set(e);
            }
          });
      dialling.dial(listening.listen());
    }

    assertTrue(thrown.get() instanceof BlockingOperationError, "instead: " + thrown.get());
  }

  @Test
  void leakedBuffer_isSeen() {
    // Not to the log of the tests, where the build looks for leaks that nobody meant.
    Logger detector = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    detector.setAdditive(false);
    try {
      leak();
      List<String> leaks = new ArrayList<>();
      await()
          .until(
              () -> {
                NetworkChecks.collect();
                leaks.addAll(NetworkChecks.takeLeaks());
                return !leaks.isEmpty();
              });
      assertTrue(leaks.get(0).contains("not called before it's garbage-collected"), leaks.get(0));
    } finally {
      detector.setAdditive(true);
    }
  }

  private static void leak() {
    ByteBuf lost = ByteBufAllocator.DEFAULT.buffer(100);
    lost.writeInt(1);
  }
}
