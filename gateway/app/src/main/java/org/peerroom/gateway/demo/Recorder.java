package org.peerroom.gateway.demo;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an eavesdropper between two gateways would have: passes connections on to a target and
 * writes all their bytes, both ways, to one file each way.
 */
final class Recorder implements Closeable {

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final OutputStream toTarget;
  private final OutputStream fromTarget;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong bytes = new AtomicLong();

  private Recorder(
      ServerSocket server, InetSocketAddress target, OutputStream to, OutputStream from) {
    this.server = server;
    this.target = target;
    this.toTarget = to;
    this.fromTarget = from;
  }

  /** Listens on a free port of the loopback interface. */
  static Recorder start(InetSocketAddress target, Path toTarget, Path fromTarget)
      throws IOException {
    ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Recorder recorder =
        new Recorder(
            server, target, Files.newOutputStream(toTarget), Files.newOutputStream(fromTarget));
    daemon("accept", recorder::accept);
    return recorder;
  }

  /** Where to connect instead of the target. */
  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** How many bytes passed so far, both ways. */
  long bytes() {
    return bytes.get();
  }

  private static void daemon(String what, Runnable body) {
    Thread thread = new Thread(body, "recorder-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket from = server.accept();
        sockets.add(from);
        Socket to = new Socket();
        sockets.add(to);
        to.connect(target);
        daemon("to-target", () -> pump(from, to, toTarget));
        daemon("from-target", () -> pump(to, from, fromTarget));
      } catch (IOException e) {
        if (!server.isClosed()) {
          closeSockets();
        }
      }
    }
  }

  private void pump(Socket from, Socket to, OutputStream copy) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        synchronized (copy) {
          copy.write(buffer, 0, n);
        }
        bytes.addAndGet(n);
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // A connection that ends is an end like any other: both of its sockets are closed by now.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void closeSockets() {
    for (Socket socket : List.copyOf(sockets)) {
      sockets.remove(socket);
      try {
        socket.close();
      } catch (IOException e) {
        // What can't be closed is no longer open.
      }
    }
  }

  /** Ends all connections; the recordings are complete. */
  @Override
  public void close() throws IOException {
    server.close();
    closeSockets();
    synchronized (toTarget) {
      toTarget.close();
    }
    synchronized (fromTarget) {
      fromTarget.close();
    }
  }
}
