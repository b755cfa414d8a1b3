package org.peerroom.simulator;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.peerroom.simulator.FaultProxy.Direction;

/**
 * One connection through a {@link FaultProxy}: two threads for each direction, one that reads and
 * one that writes.
 */
final class ProxiedConnection {

  private static final int CHUNK = 16 * 1024;
  private static final int CHUNKS_ON_THE_WAY = 64;

  private final FaultProxy proxy;
  private final Socket client;
  private final Socket upstream;
  private final AtomicInteger endedDirections = new AtomicInteger();

  /** Bytes and when they came; no bytes at the end of the stream. */
  @SuppressWarnings("ArrayRecordComponent") // carried, compared nowhere
  private record Chunk(byte[] bytes, long nanoTime) {}

  ProxiedConnection(FaultProxy proxy, Socket client, Socket upstream) {
    this.proxy = proxy;
    this.client = client;
    this.upstream = upstream;
  }

  void start() {
    pump(Direction.TO_TARGET, client, upstream);
    pump(Direction.FROM_TARGET, upstream, client);
  }

  /** Closes both sides so that either sees a reset. */
  void reset() {
    proxy.forget(this);
    for (Socket socket : new Socket[] {client, upstream}) {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        // Closed already.
      }
      close(socket);
    }
  }

  private void pump(Direction direction, Socket from, Socket to) {
    BlockingQueue<Chunk> onTheWay = new ArrayBlockingQueue<>(CHUNKS_ON_THE_WAY);
    FaultProxy.start("read", () -> read(from, onTheWay));
    FaultProxy.start("write", () -> write(direction, onTheWay, to));
  }

  private void read(Socket from, BlockingQueue<Chunk> onTheWay) {
    byte[] buffer = new byte[CHUNK];
    try {
      while (true) {
        int read = from.getInputStream().read(buffer);
        byte[] bytes = Arrays.copyOf(buffer, Math.max(read, 0));
        onTheWay.put(new Chunk(bytes, System.nanoTime()));
        if (read < 0) {
          return;
        }
      }
    } catch (IOException e) {
      reset();
      onTheWay.clear();
      onTheWay.offer(new Chunk(new byte[0], System.nanoTime()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Direction direction, BlockingQueue<Chunk> onTheWay, Socket to) {
    try {
      while (true) {
        Chunk chunk = onTheWay.take();
        TimeUnit.NANOSECONDS.sleep(chunk.nanoTime() + proxy.delay().toNanos() - System.nanoTime());
        proxy.awaitNoStall();
        if (chunk.bytes().length == 0) {
          end(to);
          return;
        }
        to.getOutputStream().write(proxy.pass(direction, chunk.bytes()));
      }
    } catch (IOException e) {
      reset();
      drain(onTheWay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the reader, which may wait for room, come to its end. */
  private static void drain(BlockingQueue<Chunk> onTheWay) {
    try {
      while (onTheWay.take().bytes().length > 0) {
        // Nobody takes these any more.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The end of a stream goes on as such; after both, nothing is left. */
  private void end(Socket to) throws IOException {
    if (!to.isClosed()) {
      to.shutdownOutput();
    }
    if (endedDirections.incrementAndGet() == 2) {
      proxy.forget(this);
      close(client);
      close(upstream);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed is what it should be.
    }
  }
}
