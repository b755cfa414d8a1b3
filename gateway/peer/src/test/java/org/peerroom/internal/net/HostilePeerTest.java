package org.peerroom.internal.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.PeerAddress;
import org.peerroom.internal.crypto.LinkCertificate;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Ping;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.Limits;

/**
 * What strangers and members with bad intent may send to the port, and that a good link notices
 * nothing.
 */
@ExtendWith(NetworkChecks.class)
class HostilePeerTest {

  private final TestPeer victim = TestPeer.start();
  private final TestPeer friend = TestPeer.start();
  private PeerAddress address = PeerAddress.of("127.0.0.1", 0);
  private Link good;

  @BeforeEach
  void linkUp() {
    address = victim.listen();
    good = friend.dial(address);
    victim.link(0);
  }

  @AfterEach
  void close() {
    assertGoodLinkWorks();
    assertEquals(0, friend.downs.size());
    victim.close();
    friend.close();
  }

  private void assertGoodLinkWorks() {
    Ping ping = new Ping(System.nanoTime());
    good.send(ping);
    good.flush();
    await().until(() -> victim.frames.contains(ping));
  }

  private void assertRefused(int times) {
    await().until(() -> victim.transport.refused() >= times);
    assertEquals(1, victim.ups.size(), "only the good link ever came up");
  }

  // Certificates

  @Test
  void forgedClientCertificates_areRefused() throws IOException {
    LinkCertificate other = TestPeer.newCertificate();
    List<RawTls.Credentials> all =
        List.of(
            ForgedCertificates.plain(),
            ForgedCertificates.fromAuthority(),
            ForgedCertificates.withExtensionOf(other),
            ForgedCertificates.withExtensionOf(friend.certificate),
            ForgedCertificates.withAlteredExtensionOf(other),
            ForgedCertificates.withCompany(other));
    for (RawTls.Credentials forged : all) {
      assertHungUp(RawTls.with(forged));
    }
    assertRefused(all.size());
  }

  @Test
  void clientWithoutCertificate_isRefused() throws IOException {
    assertHungUp(RawTls.withoutCertificate());
    assertRefused(1);
  }

  @Test
  void tls12Client_isRefused() {
    assertThrows(
        SSLException.class,
        () -> RawTls.with(TestPeer.newCertificate()).versions("TLSv1.2").connect(address.port()));
    assertRefused(1);
  }

  @Test
  void clientOfAnotherProtocol_isRefused() throws IOException {
    assertThrows(
        SSLException.class,
        () ->
            RawTls.with(TestPeer.newCertificate())
                .applicationProtocols("h2")
                .connect(address.port()));
    assertHungUp(RawTls.with(TestPeer.newCertificate()).applicationProtocols());
    assertRefused(2);
  }

  @Test
  void clientThatWouldResumeItsSession_isVerifiedEveryTime() throws IOException {
    RawTls client = RawTls.with(TestPeer.newCertificate());
    long before = victim.verifications.get();
    for (int i = 1; i <= 3; i++) {
      try (SSLSocket socket = client.connect(address.port())) {
        Link link = victim.link(i);
        link.send(new Ping(i));
        link.flush();
        // With it comes the ticket with which the client tries to resume.
        assertTrue(socket.getInputStream().read() >= 0);
      }
      assertEquals(before + i, victim.verifications.get());
    }
  }

  private void assertHungUp(RawTls client) throws IOException {
    try (SSLSocket socket = client.connect(address.port())) {
      assertEquals(-1, socket.getInputStream().read());
    } catch (IOException e) {
      // An alert, or a reset behind it.
    }
  }

  // Not TLS

  @Test
  void plainTextAndGarbage_areRefused() throws IOException {
    Random random = new Random(7);
    byte[] garbage = new byte[10_000];
    random.nextBytes(garbage);
    byte[] tlsLookalike = garbage.clone();
    System.arraycopy(new byte[] {22, 3, 1, 0x20, 0}, 0, tlsLookalike, 0, 5);
    List<byte[]> all =
        List.of(
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            "hello\n".getBytes(StandardCharsets.US_ASCII),
            TestFrames.onTheWire(new Frame.Hello(1, 2)),
            garbage,
            tlsLookalike);
    for (byte[] bytes : all) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.port())) {
        socket.setSoTimeout(10_000);
        writeAsFarAsItGoes(socket, bytes);
        readToTheEnd(socket);
      }
    }
    assertRefused(all.size());
  }

  @Test
  void handshakeThatIsNeverFinished_isGivenUp() throws IOException {
    try (TestPeer quick = TestPeer.start(TestPeer.QUICK)) {
      PeerAddress at = quick.listen();
      try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), at.port());
          Socket halfway = new Socket(InetAddress.getLoopbackAddress(), at.port())) {
        halfway.getOutputStream().write(new byte[] {22, 3, 1});
        silent.setSoTimeout(10_000);
        halfway.setSoTimeout(10_000);
        readToTheEnd(silent);
        readToTheEnd(halfway);
      }
      await().until(() -> quick.transport.refused() == 2);
      assertEquals(0, quick.ups.size());
    }
  }

  @Test
  void tooManyHandshakesAtOnce_areClosedAtOnce() throws IOException {
    TcpSettings settings =
        new TcpSettings(
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            8,
            3);
    List<Socket> silent = new ArrayList<>();
    try (TestPeer small = TestPeer.start(settings);
        TestPeer guest = TestPeer.start()) {
      PeerAddress at = small.listen();
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.port());
        socket.setSoTimeout(1);
        silent.add(socket);
      }
      await().until(() -> small.transport.refused() == 1);
      await().until(() -> silent.stream().filter(HostilePeerTest::isClosedByTheOther).count() == 1);

      for (Socket socket : silent) {
        socket.close();
      }
      await().until(() -> small.transport.refused() == 4);
      guest.dial(at);
      small.link(0);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void tooManyConnections_areClosedAtOnce() {
    TcpSettings settings =
        new TcpSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(9),
            Duration.ofSeconds(1),
            2,
            2);
    try (TestPeer small = TestPeer.start(settings);
        TestPeer guest = TestPeer.start()) {
      PeerAddress at = small.listen();
      Link first = guest.dial(at);
      guest.dial(at);
      small.link(1);
      Throwable failure =
          assertThrows(RuntimeException.class, () -> guest.transport.dial(at).block()).getCause();
      assertTrue(failure.getMessage().contains("takes no more links"), failure.getMessage());
      assertEquals(1, small.transport.refused());

      first.close("making room");
      await().until(() -> !small.downs.isEmpty());
      guest.dial(at);
      small.link(2);
    }
  }

  // Behind a genuine certificate

  @ParameterizedTest
  @ValueSource(ints = {0, Limits.MAX_FRAME + 1, Integer.MAX_VALUE, -1})
  void lengthOutOfRange_closesThatLink(int length) throws IOException {
    String reason = reasonAfter(TestFrames.length(length));

    assertTrue(reason.startsWith("refused: a frame of "), reason);
  }

  @Test
  void malformedFrames_closeTheirLinkOnly() throws IOException {
    Random random = new Random(11);
    byte[] garbage = new byte[1000];
    random.nextBytes(garbage);
    byte[] long1 = FrameCodec.encode(new Ping(1));
    byte[] trailing = java.util.Arrays.copyOf(long1, long1.length + 1);
    List<byte[]> all = List.of(new byte[] {99}, new byte[] {2, 1, 2}, trailing, garbage);
    for (byte[] frame : all) {
      String reason = reasonAfter(TestFrames.onTheWire(frame));
      assertTrue(reason.startsWith("refused: "), reason);
    }
    assertEquals(all.size(), victim.transport.refused());
  }

  @Test
  void framesBehindAMalformedOne_areNotRead() throws IOException {
    byte[] bad = TestFrames.onTheWire(new byte[] {99});
    byte[] next = TestFrames.onTheWire(new Ping(4711));
    byte[] both = java.util.Arrays.copyOf(bad, bad.length + next.length);
    System.arraycopy(next, 0, both, bad.length, next.length);

    reasonAfter(both);
    assertFalse(victim.frames.contains(new Ping(4711)));
  }

  @Test
  void connectionCutInTheMiddleOfAFrame_saysSo() throws IOException {
    int before = victim.ups.size();
    try (SSLSocket socket = RawTls.with(TestPeer.newCertificate()).connect(address.port())) {
      socket.getOutputStream().write(TestFrames.length(1000));
      socket.getOutputStream().write(new byte[10]);
      victim.link(before);
    }
    assertEquals("closed by the remote in the middle of a frame", victim.awaitDown().reason());
  }

  /** Sends this over a link of its own and says why that went down. */
  private String reasonAfter(byte[] bytes) throws IOException {
    int before = victim.downs.size();
    try (SSLSocket socket = RawTls.with(TestPeer.newCertificate()).connect(address.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
      readToTheEnd(socket);
    }
    await().until(() -> victim.downs.size() > before);
    return List.copyOf(victim.downs).get(before).reason();
  }

  private static void writeAsFarAsItGoes(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      // The other side had seen enough.
    }
  }

  private static boolean isClosedByTheOther(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static void readToTheEnd(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        // An alert, perhaps.
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("the connection was left open", e);
    } catch (IOException e) {
      // Reset: closed as well.
    }
  }
}
