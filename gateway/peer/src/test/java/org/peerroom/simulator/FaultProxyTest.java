package org.peerroom.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerAddress;
import org.peerroom.simulator.FaultProxy.Direction;

class FaultProxyTest {

  private ServerSocket echo;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    FaultProxy.start("test-echo", this::serve);
    proxy = FaultProxy.to(PeerAddress.of("127.0.0.1", echo.getLocalPort()));
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    echo.close();
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        FaultProxy.start(
            "test-echo",
            () -> {
              try (socket) {
                socket.getInputStream().transferTo(socket.getOutputStream());
              } catch (IOException e) {
                // Cut, as some tests want it.
              }
            });
      } catch (IOException e) {
        return;
      }
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(proxy.address().host(), proxy.address().port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static byte[] exchange(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return socket.getInputStream().readNBytes(bytes.length);
  }

  @Test
  void bytes_passUnchangedAndAreRecorded() throws IOException {
    Map<Direction, ByteArrayOutputStream> recorded = new ConcurrentHashMap<>();
    proxy.record(
        (direction, bytes) ->
            recorded
                .computeIfAbsent(direction, d -> new ByteArrayOutputStream())
                .writeBytes(bytes));
    byte[] sent = new byte[50_000];
    new Random(1).nextBytes(sent);
    try (Socket socket = connect()) {
      assertArrayEquals(sent, exchange(socket, sent));
    }

    assertArrayEquals(sent, recorded.get(Direction.TO_TARGET).toByteArray());
    assertArrayEquals(sent, recorded.get(Direction.FROM_TARGET).toByteArray());
    assertEquals(sent.length, proxy.passed(Direction.TO_TARGET));
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void endOfStream_passesBeforeTheOtherDirectionEnds() throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(new byte[] {1, 2, 3});
      socket.shutdownOutput();
      assertArrayEquals(new byte[] {1, 2, 3}, socket.getInputStream().readAllBytes());
    }
  }

  @Test
  void cut_resetsOpenConnectionsOnly() throws IOException {
    try (Socket first = connect()) {
      exchange(first, new byte[] {1});
      proxy.cut();
      assertThrows(SocketException.class, () -> first.getInputStream().read());
    }
    try (Socket second = connect()) {
      assertArrayEquals(new byte[] {2}, exchange(second, new byte[] {2}));
    }
  }

  @Test
  void refuse_holdsForNewConnectionsOnly() throws IOException {
    try (Socket open = connect()) {
      exchange(open, new byte[] {1});
      proxy.refuse();
      assertThrows(ConnectException.class, this::connect);
      assertArrayEquals(new byte[] {2}, exchange(open, new byte[] {2}));

      proxy.accept();
      try (Socket another = connect()) {
        assertArrayEquals(new byte[] {3}, exchange(another, new byte[] {3}));
      }
    }
  }

  @Test
  void stall_holdsBytesUntilItIsTakenBack() throws IOException {
    try (Socket socket = connect()) {
      exchange(socket, new byte[] {1});
      proxy.stall();
      socket.getOutputStream().write(new byte[] {2});
      socket.setSoTimeout(100);
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
      assertEquals(1, proxy.connections());

      proxy.resume();
      socket.setSoTimeout(10_000);
      assertEquals(2, socket.getInputStream().read());
    }
  }

  @Test
  void delay_keepsOrderAndComesOnceEachWay() throws IOException {
    Duration delay = Duration.ofMillis(50);
    proxy.delay(delay);
    try (Socket socket = connect()) {
      long start = System.nanoTime();
      byte[] sent = {1, 2, 3, 4};
      for (byte b : sent) {
        socket.getOutputStream().write(b);
      }
      assertArrayEquals(sent, socket.getInputStream().readNBytes(sent.length));
      assertTrue(System.nanoTime() - start >= 2 * delay.toNanos());
    }
  }

  @Test
  void corruptNext_changesOneByte() throws IOException {
    try (Socket socket = connect()) {
      exchange(socket, new byte[] {1});
      proxy.corruptNext(Direction.FROM_TARGET);
      assertArrayEquals(new byte[] {5}, exchange(socket, new byte[] {4}));
      assertArrayEquals(new byte[] {4}, exchange(socket, new byte[] {4}));
    }
  }

  @Test
  void targetThatIsGone_closesTheConnection() throws IOException {
    echo.close();
    try (Socket socket = connect()) {
      assertFalse(readsAnything(socket));
    }
  }

  private static boolean readsAnything(Socket socket) {
    try {
      return socket.getInputStream().read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }
}
