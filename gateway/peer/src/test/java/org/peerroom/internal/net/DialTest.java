package org.peerroom.internal.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.peerroom.PeerAddress;
import reactor.core.Disposable;

/** What a dial says that does not lead to a link. */
@ExtendWith(NetworkChecks.class)
class DialTest {

  private final TestPeer peer = TestPeer.start(TestPeer.QUICK);

  @AfterEach
  void close() {
    peer.close();
    assertEquals(0, peer.ups.size());
  }

  private String failure(PeerAddress address) {
    RuntimeException thrown =
        assertThrows(RuntimeException.class, () -> peer.transport.dial(address).block());
    assertTrue(thrown.getCause() instanceof DialException, "instead: " + thrown);
    String message = thrown.getCause().getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private String failure(int port) {
    return failure(PeerAddress.of("127.0.0.1", port));
  }

  @Test
  void closedPort_isNamed() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    assertEquals(
        "nobody listens at 127.0.0.1:"
            + port
            + " (connection refused): check the address, or start the peer there",
        failure(port));
  }

  @Test
  void unknownHost_isNamed() {
    String host = "x".repeat(64) + ".invalid";

    assertEquals(
        "unknown host '" + host + "': check the spelling and the name service",
        failure(PeerAddress.of(host, 7400)));
  }

  @Test
  void httpServer_isNotAPeer() throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.start();
    try {
      int port = http.getAddress().getPort();
      String message = failure(port);
      assertTrue(
          message.startsWith("127.0.0.1:" + port + " answered, but is not a Peer Room peer ("),
          message);
    } finally {
      http.stop(0);
    }
  }

  @Test
  void serverThatSpeaksPlainText_isNotAPeer() throws IOException {
    try (Answering server =
        new Answering(
            socket ->
                socket
                    .getOutputStream()
                    .write(
                        "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))) {
      assertEquals(
          "127.0.0.1:"
              + server.port()
              + " answered, but is not a Peer Room peer (what it sends is not TLS)",
          failure(server.port()));
    }
  }

  @Test
  void serverThatHangsUp_isNotAPeer() throws IOException {
    try (Answering server =
        new Answering(
            socket -> {
              socket.getInputStream().readNBytes(64);
              socket.close();
            })) {
      assertEquals(hungUp(server.port()), failure(server.port()));
    }
  }

  @Test
  void serverThatResetsAtOnce_isNeverWaitedFor() throws IOException {
    try (Answering server =
            new Answering(
                socket -> {
                  socket.setSoLinger(true, 0);
                  socket.close();
                });
        TestPeer patient = TestPeer.start()) {
      PeerAddress address = PeerAddress.of("127.0.0.1", server.port());
      for (int i = 0; i < 300; i++) {
        Throwable failure =
            assertThrows(RuntimeException.class, () -> patient.transport.dial(address).block())
                .getCause();
        assertEquals(hungUp(server.port()), failure.getMessage());
      }
    }
  }

  private static String hungUp(int port) {
    return "127.0.0.1:"
        + port
        + " answered, but is not a Peer Room peer"
        + " (it closed the connection during the TLS handshake, or takes no more links)";
  }

  @Test
  void silentServer_isGivenUp() throws IOException {
    try (Answering server = new Answering(socket -> {})) {
      assertEquals(
          "127.0.0.1:"
              + server.port()
              + " answered, but is not a Peer Room peer (it did not finish the TLS handshake in time)",
          failure(server.port()));
    }
  }

  @Test
  void serverThatDoesNotAccept_isGivenUp() throws IOException {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<SocketChannel> waiting = new ArrayList<>();
      try {
        // Fills the queue of the listening socket; the system answers nobody from then on.
        for (int i = 0; i < 8; i++) {
          SocketChannel channel = SocketChannel.open();
          channel.configureBlocking(false);
          channel.connect(full.getLocalSocketAddress());
          waiting.add(channel);
        }
        assertEquals(
            "127.0.0.1:"
                + full.getLocalPort()
                + " did not answer within 500 ms: check the address and the firewalls on the way",
            failure(full.getLocalPort()));
      } finally {
        for (SocketChannel channel : waiting) {
          channel.close();
        }
      }
    }
  }

  @Test
  void dialAsAWhole_isBounded() throws IOException {
    TcpSettings settings =
        new TcpSettings(
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            10,
            10);
    try (Answering server = new Answering(socket -> {});
        TestPeer hasty = TestPeer.start(settings)) {
      PeerAddress address = PeerAddress.of("127.0.0.1", server.port());
      Throwable thrown =
          assertThrows(RuntimeException.class, () -> hasty.transport.dial(address).block())
              .getCause();

      assertEquals(
          address.hostAndPort() + " did not become a link within 300 ms", thrown.getMessage());
      await().until(() -> server.read(0) == -1);
    }
  }

  @Test
  void cancelledDial_closesItsConnection() throws IOException {
    try (Answering server = new Answering(socket -> {});
        TestPeer patient = TestPeer.start()) {
      Disposable dial =
          patient.transport.dial(PeerAddress.of("127.0.0.1", server.port())).subscribe();
      await().until(() -> server.connections() == 1);
      dial.dispose();

      await().until(() -> server.read(0) == -1);
    }
  }

  @Test
  void tlsServerOfAnotherKind_isNotAPeer() throws IOException {
    SSLServerSocket https =
        RawTls.with(ForgedCertificates.fromAuthority())
            .applicationProtocols("h2", "http/1.1")
            .listen();
    try (Answering server = new Answering(https, DialTest::shakeHands)) {
      assertEquals(
          "127.0.0.1:"
              + server.port()
              + " answered, but is not a Peer Room peer (it does not speak peerroom/1)",
          failure(server.port()));
    }
  }

  @Test
  void tlsServerWithoutApplicationProtocols_isNotAPeer() throws IOException {
    SSLServerSocket plain =
        RawTls.with(ForgedCertificates.fromAuthority()).applicationProtocols().listen();
    try (Answering server = new Answering(plain, DialTest::shakeHands)) {
      assertEquals(
          "127.0.0.1:"
              + server.port()
              + " answered, but is not a Peer Room peer (it shows 2 certificates, a peer shows one)",
          failure(server.port()));
    }
  }

  @Test
  void genuineCertificateWithoutTheProtocol_isNotAPeer() throws IOException {
    SSLServerSocket other = RawTls.with(TestPeer.newCertificate()).applicationProtocols().listen();
    try (Answering server = new Answering(other, DialTest::shakeHands)) {
      assertEquals(
          "127.0.0.1:"
              + server.port()
              + " answered, but is not a Peer Room peer (it does not speak peerroom/1)",
          failure(server.port()));
    }
  }

  @Test
  void tls12Server_isNotAPeer() throws IOException {
    SSLServerSocket old = RawTls.with(TestPeer.newCertificate()).versions("TLSv1.2").listen();
    try (Answering server = new Answering(old, DialTest::shakeHands)) {
      String message = failure(server.port());
      assertTrue(
          message.startsWith(
              "127.0.0.1:" + server.port() + " answered, but is not a Peer Room peer (TLS: "),
          message);
    }
  }

  @Test
  void forgedCertificates_areRefused() throws IOException {
    for (RawTls.Credentials forged :
        List.of(
            ForgedCertificates.plain(),
            ForgedCertificates.withExtensionOf(TestPeer.newCertificate()),
            ForgedCertificates.withAlteredExtensionOf(TestPeer.newCertificate()),
            ForgedCertificates.withCompany(TestPeer.newCertificate()))) {
      try (Answering server = new Answering(RawTls.with(forged).listen(), DialTest::shakeHands)) {
        String message = failure(server.port());
        assertTrue(
            message.startsWith(
                "127.0.0.1:" + server.port() + " answered, but is not a Peer Room peer ("),
            message);
        assertTrue(message.contains("certificate"), message);
      }
    }
  }

  @Test
  void anotherPeerThanExpected_isNamed() {
    try (TestPeer found = TestPeer.start();
        TestPeer expected = TestPeer.start()) {
      PeerAddress address = found.listen();

      assertEquals(
          address.hostAndPort()
              + " is another peer: expected "
              + expected.id
              + ", found "
              + found.id,
          failure(new PeerAddress(address.host(), address.port(), expected.id)));
      assertEquals(0, found.ups.size());
    }
  }

  @Test
  void ownAddress_isRefused() {
    PeerAddress own = peer.listen();

    assertEquals(own.hostAndPort() + " is this peer itself", failure(own));
  }

  private static void shakeHands(Socket socket) throws IOException {
    socket.getInputStream().read();
  }

  /** A server that does one thing with every connection and then keeps it. */
  private static final class Answering implements AutoCloseable {
    interface Action {
      void run(Socket socket) throws IOException;
    }

    private final ServerSocket server;
    private final List<Socket> sockets = new ArrayList<>();

    Answering(Action action) throws IOException {
      this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), action);
    }

    Answering(ServerSocket server, Action action) {
      this.server = server;
      Thread thread = new Thread(() -> accept(action));
      thread.setDaemon(true);
      thread.start();
    }

    private void accept(Action action) {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          synchronized (sockets) {
            sockets.add(socket);
          }
          action.run(socket);
        } catch (IOException e) {
          // What the other side made of it is what the test looks at.
        }
      }
    }

    int port() {
      return server.getLocalPort();
    }

    int connections() {
      synchronized (sockets) {
        return sockets.size();
      }
    }

    /** Reads on until the end; -1 there. */
    int read(int connection) throws IOException {
      Socket socket;
      synchronized (sockets) {
        socket = sockets.get(connection);
      }
      return socket.getInputStream().read(ByteBuffer.allocate(4096).array());
    }

    @Override
    public void close() throws IOException {
      server.close();
      synchronized (sockets) {
        for (Socket socket : sockets) {
          socket.close();
        }
      }
    }
  }
}
