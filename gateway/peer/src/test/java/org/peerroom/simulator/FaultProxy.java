package org.peerroom.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.peerroom.PeerAddress;

/**
 * A bad network between real sockets: forwards TCP connections to a target and can cut them, refuse
 * new ones, stop forwarding, delay, corrupt a byte, and record all that passes. Listens on a free
 * port of the loopback interface.
 *
 * <p>Faults hold for all connections, those that are open and those to come, until they are taken
 * back. Any thread may call. Holds at most 1 MiB on its way in each direction of a connection; a
 * sender is slowed down beyond that, as by a network.
 */
public final class FaultProxy implements AutoCloseable {

  /** Which way bytes go. */
  public enum Direction {
    /** From who connected to this proxy to the target. */
    TO_TARGET,
    /** From the target to who connected. */
    FROM_TARGET
  }

  /**
   * Is shown all bytes before they go on; called by one thread at a time for each direction of a
   * connection.
   */
  public interface Recorder {
    /** The bytes are a copy. */
    void passed(Direction direction, byte[] bytes);
  }

  private final InetSocketAddress target;
  private final int port;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final Map<Direction, AtomicLong> passed = counters();
  private final Map<Direction, AtomicLong> corruptions = counters();
  private final Object stallChanged = new Object();
  private volatile Recorder recorder = (direction, bytes) -> {};
  private volatile Duration delay = Duration.ZERO;
  private boolean stalled;
  private boolean closed;
  private ServerSocket server;
  private Thread accepting;

  private FaultProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.port = server.getLocalPort();
    this.accepting = startAccepting(server);
  }

  /** A proxy in front of this address, without faults. */
  public static FaultProxy to(PeerAddress target) {
    try {
      return new FaultProxy(new InetSocketAddress(target.host(), target.port()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where to connect instead of the target. */
  public PeerAddress address() {
    return PeerAddress.of("127.0.0.1", port);
  }

  /** The number of open connections. */
  public int connections() {
    return connections.size();
  }

  /** How many bytes went on, over all connections so far. */
  public long passed(Direction direction) {
    return counter(passed, direction).get();
  }

  /** Resets every open connection on both sides; new ones are still accepted. */
  public void cut() {
    connections.forEach(ProxiedConnection::reset);
  }

  /** From now on nobody listens: new connections are refused, open ones stay. */
  public synchronized void refuse() {
    closeServer();
  }

  /** Takes {@link #refuse} back. */
  public synchronized void accept() {
    if (closed || !server.isClosed()) {
      return;
    }
    try {
      ServerSocket again = new ServerSocket();
      again.setReuseAddress(true);
      again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
      server = again;
      accepting = startAccepting(again);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on nothing is forwarded, and connections stay open: a network that swallows. */
  public void stall() {
    setStalled(true);
  }

  /** Takes {@link #stall} back; what was held goes on. */
  public void resume() {
    setStalled(false);
  }

  /** From now on all bytes go on this much later than they came. */
  public void delay(Duration by) {
    delay = by;
  }

  /** Flips a bit in the next bytes that go this way. */
  public void corruptNext(Direction direction) {
    counter(corruptions, direction).incrementAndGet();
  }

  /** From now on this sees what passes. */
  public void record(Recorder to) {
    recorder = to;
  }

  /** Cuts every connection and listens no more. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      closeServer();
    }
    cut();
    resume();
  }

  private static Map<Direction, AtomicLong> counters() {
    Map<Direction, AtomicLong> counters = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      counters.put(direction, new AtomicLong());
    }
    return counters;
  }

  private static AtomicLong counter(Map<Direction, AtomicLong> counters, Direction direction) {
    return Objects.requireNonNull(counters.get(direction));
  }

  private void closeServer() {
    try {
      server.close();
      // The system listens until the thread that accepts has let go.
      accepting.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Thread startAccepting(ServerSocket from) {
    return start("accept", () -> acceptFrom(from));
  }

  private void acceptFrom(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        Socket client = from.accept();
        start("connect", () -> connect(client));
      } catch (IOException e) {
        // Closed, or a connection that was gone before it was taken.
      }
    }
  }

  private void connect(Socket client) {
    Socket upstream = new Socket();
    ProxiedConnection connection = new ProxiedConnection(this, client, upstream);
    connections.add(connection);
    try {
      upstream.connect(target, 5_000);
      connection.start();
    } catch (IOException e) {
      connection.reset();
    }
  }

  private void setStalled(boolean to) {
    synchronized (stallChanged) {
      stalled = to;
      stallChanged.notifyAll();
    }
  }

  static Thread start(String name, Runnable task) {
    Thread thread = new Thread(task, "fault-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  void forget(ProxiedConnection connection) {
    connections.remove(connection);
  }

  void awaitNoStall() throws InterruptedException {
    synchronized (stallChanged) {
      while (stalled) {
        stallChanged.wait();
      }
    }
  }

  Duration delay() {
    return delay;
  }

  /** What goes on instead of these bytes. */
  byte[] pass(Direction direction, byte[] bytes) {
    if (counter(corruptions, direction).getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      bytes[bytes.length - 1] ^= 1;
    }
    recorder.passed(direction, bytes.clone());
    counter(passed, direction).addAndGet(bytes.length);
    return bytes;
  }
}
