package org.peerroom.internal.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NetworkChecks.class)
class BackpressureTest {

  /** What the sockets of either side may hold; the kernel decides. */
  private static final int SOCKET_BUFFERS = 64 * 1024 * 1024;

  private static final int SIZE = 64 * 1024;

  private final TestPeer sender = TestPeer.start();
  private final TestPeer receiver = TestPeer.start();

  @AfterEach
  void close() {
    sender.close();
    receiver.close();
  }

  @Test
  void receiverThatDoesNotProcess_stopsTheSenderAndLosesNothing() {
    receiver.hold();
    Link out = sender.dial(receiver.listen());

    int sent = sendUntilStopped(out);
    assertTrue((long) sent * SIZE < SOCKET_BUFFERS, sent + " frames were taken");
    long held = receiver.held.get();
    assertTrue(held < TcpLink.UNPROCESSED_HIGH + 4 * SIZE, held + " bytes were given");

    receiver.release(receiver.link(0));
    await().until(out::writable);
    await().until(() -> sender.writables.get() >= 1);
    out.send(TestFrames.ofSize(SIZE, sent));
    out.flush();
    receiver.awaitFrames(sent + 1);

    assertEquals(
        IntStream.rangeClosed(0, sent).boxed().toList(),
        receiver.frames.stream().map(TestFrames::number).toList());
  }

  @Test
  void unwritableLink_stillSendsWhatItIsGiven() {
    receiver.hold();
    Link out = sender.dial(receiver.listen());
    int sent = sendUntilStopped(out);
    for (int i = 0; i < 50; i++) {
      out.send(TestFrames.ofSize(SIZE, sent + i));
    }
    out.flush();

    receiver.release(receiver.link(0));
    receiver.awaitFrames(sent + 50);
    await().until(out::writable);
    assertEquals(sent + 50, receiver.frames.size());
  }

  @Test
  void writable_isFalseAtOnceWithoutTheEventLoop() {
    Link out = sender.dial(receiver.listen());

    for (int i = 0; i < 17; i++) {
      out.send(TestFrames.ofSize(SIZE, i));
    }
    assertFalse(out.writable(), "nothing was flushed, so nothing can have left");

    out.flush();
    await().until(out::writable);
    receiver.awaitFrames(17);
    await().until(() -> sender.writables.get() == 1);
  }

  @Test
  void slowLink_doesNotHoldUpAnother() {
    receiver.hold();
    Link slow = sender.dial(receiver.listen());
    int sent = sendUntilStopped(slow);
    try (TestPeer other = TestPeer.start()) {
      Link quick = sender.dial(other.listen());
      for (int i = 0; i < 100; i++) {
        quick.send(TestFrames.ofSize(SIZE, i));
      }
      quick.flush();
      other.awaitFrames(100);
    }
    assertTrue(receiver.frames.size() < sent, "the slow one still waits");
  }

  @Test
  void receiverPausedAgainAndAgain_losesNothing() {
    int count = 2_000;
    receiver.onFrame(
        (link, frame) -> {
          if (TestFrames.number(frame) % 50 == 0) {
            receiver.hold();
          }
        });
    Link out = sender.dial(receiver.listen());
    Link in = receiver.link(0);
    Thread releasing =
        new Thread(
            () -> {
              while (receiver.frames.size() < count) {
                receiver.release(in);
                Thread.onSpinWait();
              }
            });
    releasing.start();
    for (int i = 0; i < count; i++) {
      out.send(TestFrames.ofSize(20_000, i));
      out.flush();
      if (!out.writable()) {
        await().until(out::writable);
      }
    }
    receiver.awaitFrames(count);

    assertEquals(
        IntStream.range(0, count).boxed().toList(),
        receiver.frames.stream().map(TestFrames::number).toList());
  }

  /**
   * Sends while it may, until the link has taken nothing for a second: then the sockets are full.
   */
  private int sendUntilStopped(Link out) {
    AtomicInteger sent = new AtomicInteger();
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              int before = sent.get();
              while (out.writable() && (long) sent.get() * SIZE < SOCKET_BUFFERS) {
                out.send(TestFrames.ofSize(SIZE, sent.getAndIncrement()));
                out.flush();
              }
              return sent.get() == before && receiver.held.get() > TcpLink.UNPROCESSED_HIGH;
            });
    return sent.get();
  }
}
