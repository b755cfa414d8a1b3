package org.peerroom.internal.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.peerroom.PeerAddress;
import org.peerroom.PeerStartException;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Ping;
import org.peerroom.internal.wire.Limits;

@ExtendWith(NetworkChecks.class)
class TcpTransportTest {

  private final TestPeer a = TestPeer.start();
  private final TestPeer b = TestPeer.start();

  @AfterEach
  void close() {
    a.close();
    b.close();
  }

  @Test
  void link_knowsThePeerOnEitherSide() {
    PeerAddress address = b.listen();
    Link out = a.dial(address);
    Link in = b.link(0);

    assertEquals(b.id, out.remote());
    assertEquals(a.id, in.remote());
    assertEquals(address, out.dialled());
    assertNull(in.dialled());
    assertEquals(address.hostAndPort(), out.remoteAddress());
    assertTrue(in.remoteAddress().startsWith("127.0.0.1:"), in.remoteAddress());
    assertTrue(address.port() > 0);
  }

  @Test
  void expectedPeer_answers() {
    PeerAddress address = b.listen();
    PeerAddress exact = new PeerAddress(address.host(), address.port(), b.id);

    assertEquals(b.id, a.dial(exact).remote());
  }

  @Test
  void localhost_isFoundByName() {
    PeerAddress address = b.listen();

    assertEquals(b.id, a.dial(PeerAddress.of("localhost", address.port())).remote());
  }

  @Test
  void frames_goBothWays() {
    Link out = a.dial(b.listen());
    Link in = b.link(0);

    out.send(new Frame.Hello(1, 2));
    out.flush();
    in.send(TestFrames.ofSize(90 * 1024, 7));
    in.send(new Frame.Bye("bye"));
    in.flush();
    a.awaitFrames(2);
    b.awaitFrames(1);

    assertEquals(new Frame.Hello(1, 2), b.frames.peek());
    List<Frame> received = List.copyOf(a.frames);
    assertEquals(7, TestFrames.number(received.get(0)));
    assertEquals(new Frame.Bye("bye"), received.get(1));
  }

  @Test
  void frames_arriveInOrderWhateverTheirSizes() {
    int count = 100_000;
    Link out = a.dial(b.listen());

    for (int i = 0; i < count; i++) {
      out.send(i % 1000 == 999 ? TestFrames.ofSize(i % 90_000, i) : new Ping(i));
      if (i % 7 == 0) {
        out.flush();
      }
    }
    out.flush();
    b.awaitFrames(count);

    int i = 0;
    for (Frame frame : b.frames) {
      assertEquals(i++, frame instanceof Ping ping ? ping.nonce() : TestFrames.number(frame));
    }
  }

  @Test
  void frames_ofSeveralThreadsAllArriveEachThreadsInOrder() throws InterruptedException {
    Link out = a.dial(b.listen());
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      long base = t * 1_000_000L;
      threads[t] =
          new Thread(
              () -> {
                for (int i = 0; i < 5_000; i++) {
                  out.send(new Ping(base + i));
                  out.flush();
                }
              });
      threads[t].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    b.awaitFrames(20_000);

    long[] next = new long[threads.length];
    for (Frame frame : b.frames) {
      long nonce = ((Ping) frame).nonce();
      int thread = (int) (nonce / 1_000_000);
      assertEquals(next[thread]++, nonce % 1_000_000);
    }
  }

  @Test
  void send_failsOverTheLimit() {
    Link out = a.dial(b.listen());

    assertThrows(
        IllegalArgumentException.class, () -> out.send(TestFrames.ofSize(Limits.MAX_FRAME, 1)));
  }

  @Test
  void close_sendsWhatIsQueuedFirst() {
    Link out = a.dial(b.listen());
    int count = 300;
    for (int i = 0; i < count; i++) {
      out.send(TestFrames.ofSize(10_000, i));
    }
    out.close("done here");

    TestPeer.Down remote = b.awaitDown();
    TestPeer.Down local = a.awaitDown();
    assertEquals("closed by the remote", remote.reason());
    assertEquals("done here", local.reason());
    assertEquals(
        IntStream.range(0, count).boxed().toList(),
        b.frames.stream().map(TestFrames::number).toList());
  }

  @Test
  void close_sendsWhatIsQueuedWhileTheOtherSideSendsToo() {
    Link out = a.dial(b.listen());
    Link in = b.link(0);
    for (int i = 0; i < 200; i++) {
      in.send(TestFrames.ofSize(10_000, i));
      out.send(TestFrames.ofSize(1_000, i));
    }
    in.flush();
    out.close("done here");

    b.awaitDown();
    assertEquals(200, b.frames.size());
  }

  @Test
  void transportClose_sendsWhatIsQueuedFirst() {
    Link out = a.dial(b.listen());
    for (int i = 0; i < 100; i++) {
      out.send(TestFrames.ofSize(20_000, i));
    }
    a.close();

    b.awaitDown();
    assertEquals(100, b.frames.size());
    assertEquals(1, a.downs.size(), "down was called before close completed");
  }

  @Test
  void close_doesNotWaitForASideThatTakesNothing() {
    try (TestPeer quick = TestPeer.start(TestPeer.QUICK)) {
      b.hold();
      Link out = quick.dial(b.listen());
      for (int i = 0; i < 4_000; i++) {
        out.send(TestFrames.ofSize(10_000, i));
      }
      out.flush();
      out.close("enough");

      assertEquals("enough", quick.awaitDown().reason());
    }
  }

  @Test
  void down_comesOnceForEachUp() {
    PeerAddress address = b.listen();
    for (int i = 0; i < 20; i++) {
      Link out = a.dial(address);
      Link in = b.link(i);
      out.close("first");
      out.close("second");
      in.close("other side");
    }

    await().until(() -> a.downs.size() >= 20 && b.downs.size() >= 20);
    a.close();
    b.close();
    assertEquals(20, a.downs.size());
    assertEquals(20, b.downs.size());
    assertEquals(20, a.downs.stream().map(TestPeer.Down::link).distinct().count());
    assertTrue(a.downs.stream().noneMatch(down -> down.reason().equals("second")));
  }

  @Test
  void downLink_dropsFramesAndStaysDown() {
    Link out = a.dial(b.listen());
    out.close("done");
    a.awaitDown();

    for (int i = 0; i < 1_000; i++) {
      out.send(TestFrames.ofSize(10_000, i));
      out.flush();
    }
    out.close("again");

    assertTrue(out.writable());
    assertEquals(1, a.downs.size());
    assertEquals(0, b.frames.size());
  }

  @Test
  void listenerThatThrows_losesItsLinkAndNoOther() {
    PeerAddress address = b.listen();
    Link bad = a.dial(address);
    Link good = a.dial(address);
    b.onFrame(
        (link, frame) -> {
          if (frame instanceof Frame.Bye) {
            throw new IllegalStateException("thrown by a test");
          }
        });

    bad.send(new Frame.Bye("throw"));
    bad.flush();
    assertSame(bad, a.awaitDown().link());
    assertTrue(b.awaitDown().reason().startsWith("internal error"), b.awaitDown().reason());

    good.send(new Ping(5));
    good.flush();
    await().until(() -> b.frames.contains(new Ping(5)));
    assertEquals(1, b.downs.size());
  }

  @Test
  void listenerThatThrowsInUpAndDown_losesItsLinkAndNoOther() {
    PeerAddress address = b.listen();
    b.onUp(
        link -> {
          throw new IllegalStateException("thrown by a test");
        });
    b.onDown(
        link -> {
          throw new IllegalStateException("thrown by a test");
        });
    a.dial(address);
    b.awaitDown();

    b.onUp(link -> {});
    Link good = a.dial(address);
    good.send(new Ping(5));
    good.flush();
    b.awaitFrames(1);
    assertEquals(1, b.downs.size());
  }

  @Test
  void eventLoops_areDaemonsOfTheTransport() throws InterruptedException {
    CountDownLatch called = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    a.onUp(
        link -> {
          threads.add(Thread.currentThread());
          called.countDown();
        });
    a.dial(b.listen());

    assertTrue(called.await(10, TimeUnit.SECONDS));
    Thread loop = threads.get(0);
    assertTrue(loop.getName().startsWith("peerroom-net-"), loop.getName());
    assertTrue(loop.isDaemon());
    a.close();
    await().until(() -> !loop.isAlive());
  }

  @Test
  void listen_failsClearlyWhereThePortIsInUse() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      PeerStartException failure =
          assertThrows(
              PeerStartException.class,
              () -> a.transport.listen(PeerAddress.of("127.0.0.1", port)).block());

      assertTrue(
          failure
              .getMessage()
              .startsWith(
                  "cannot listen on 127.0.0.1:"
                      + port
                      + ": the port is in use; choose another port"),
          failure.getMessage());
    }
  }

  @Test
  void listen_failsClearlyAtAForeignAddress() {
    PeerStartException failure =
        assertThrows(
            PeerStartException.class,
            () -> a.transport.listen(PeerAddress.of("192.0.2.1", 7400)).block());

    assertEquals(
        "cannot listen on 192.0.2.1:7400: 192.0.2.1 is not an address of this machine;"
            + " give one that is, or 0.0.0.0 for all",
        failure.getMessage());
  }

  @Test
  void listen_failsClearlyAtAnUnknownHost() {
    String host = "x".repeat(64) + ".invalid";
    PeerStartException failure =
        assertThrows(
            PeerStartException.class, () -> a.transport.listen(PeerAddress.of(host, 0)).block());

    assertTrue(failure.getMessage().contains("unknown host '" + host + "'"), failure.getMessage());
  }

  @Test
  void closedTransport_listensAndDialsNoMore() {
    PeerAddress address = b.listen();
    a.close();
    a.close();

    assertThrows(
        PeerStartException.class, () -> a.transport.listen(PeerAddress.of("127.0.0.1", 0)).block());
    Throwable failure =
        assertThrows(RuntimeException.class, () -> a.transport.dial(address).block()).getCause();
    assertTrue(failure instanceof DialException, "instead: " + failure);
    assertEquals(
        "cannot dial " + address.hostAndPort() + ": this peer is closed", failure.getMessage());
  }

  @Test
  void close_stopsListening() {
    PeerAddress address = b.listen();
    b.close();

    Throwable failure =
        assertThrows(RuntimeException.class, () -> a.transport.dial(address).block()).getCause();
    assertTrue(failure.getMessage().startsWith("nobody listens at"), failure.getMessage());
  }

  @Test
  void publishers_areLazy() {
    a.transport.listen(PeerAddress.of("127.0.0.1", 1));
    a.transport.dial(PeerAddress.of("127.0.0.1", 1));
    a.transport.close();

    Link out = a.dial(b.listen());
    assertFalse(out.remote().equals(a.id));
  }
}
