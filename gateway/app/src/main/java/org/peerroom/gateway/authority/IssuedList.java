package org.peerroom.gateway.authority;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.command.AtomicFile;
import org.peerroom.identity.VerificationKey;

/**
 * Every certificate that was ever issued, one line of JSON each, in a file that only grows. What
 * {@link #append} was given is on the disk when it returns. Several processes may append at the
 * same time; each sees what the others wrote. Thread-safe; does I/O.
 *
 * <p>Certificates that are still valid are held in memory too, up to {@link #MAX_LIVE}; beyond that
 * {@link #append} fails.
 */
final class IssuedList implements AutoCloseable {

  static final int MAX_LIVE = 100_000;

  /** No certificate takes a tenth of this. */
  static final int MAX_LINE = 64 << 10;

  private static final Duration SWEEP = Duration.ofMinutes(1);

  /** A lock on a file is one of the process; this keeps apart two lists in one process. */
  private static final Object APPENDING = new Object();

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Issued> live = new LinkedHashMap<>();
  private final Map<VerificationKey, Set<String>> liveOfKey = new HashMap<>();
  private long read;
  private long lines;
  private Instant swept = Instant.MIN;

  private IssuedList(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Opens the file, makes it if there is none, and reads what is still valid. */
  static IssuedList open(Path file, Instant now) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            AtomicFile.forOwner("rw-------"));
    IssuedList list = new IssuedList(file, channel);
    try {
      list.refresh(now);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return list;
  }

  /** Shows every certificate in the file to someone, oldest first. */
  static void scan(Path file, Consumer<Issued> to) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      new IssuedList(file, channel).readLines(to);
    }
  }

  /** Writes it down for good. */
  synchronized void append(Issued issued, Instant now) throws IOException {
    synchronized (APPENDING) {
      try (FileLock lock = channel.lock()) {
        refresh(now);
        if (live.size() >= MAX_LIVE) {
          throw new IOException("there are " + MAX_LIVE + " valid certificates; no more fit");
        }
        // What stands behind the last whole line was never handed out: its writer has failed.
        channel.truncate(read);
        ByteBuffer line = ByteBuffer.wrap(issued.toLine());
        long at = read;
        while (line.hasRemaining()) {
          at += channel.write(line, at);
        }
        channel.force(true);
        refresh(now);
      }
    }
  }

  /** A certificate that is still valid, by its id. */
  synchronized Optional<Issued> find(String id, Instant now) throws IOException {
    refresh(now);
    return Optional.ofNullable(live.get(id));
  }

  /** The certificates for a key that are still valid, oldest first. */
  synchronized List<Issued> of(VerificationKey key, Instant now) throws IOException {
    refresh(now);
    return liveOfKey.getOrDefault(key, Set.of()).stream().map(live::get).toList();
  }

  /** All certificates that are still valid, oldest first. */
  synchronized List<Issued> live(Instant now) throws IOException {
    refresh(now);
    return new ArrayList<>(live.values());
  }

  private void refresh(Instant now) throws IOException {
    readLines(
        issued -> {
          if (issued.expiresAt().isAfter(now)) {
            live.put(issued.id(), issued);
            liveOfKey.computeIfAbsent(issued.key(), key -> new LinkedHashSet<>()).add(issued.id());
          }
        });
    if (swept.equals(Instant.MIN) || now.isAfter(swept.plus(SWEEP))) {
      swept = now;
      live.values().removeIf(issued -> !issued.expiresAt().isAfter(now));
      liveOfKey.values().forEach(ids -> ids.retainAll(live.keySet()));
      liveOfKey.values().removeIf(Set::isEmpty);
    }
  }

  /** Reads the whole lines that have come since the last time. */
  private void readLines(Consumer<Issued> to) throws IOException {
    if (channel.size() <= read) {
      return;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    long at = read;
    while (channel.size() > at) {
      buffer.clear();
      int count = channel.read(buffer, at);
      if (count < 0) {
        return;
      }
      for (int i = 0; i < count; i++) {
        at++;
        byte next = buffer.get(i);
        if (next != '\n') {
          line.write(next);
          if (line.size() > MAX_LINE) {
            throw damaged("it is too long");
          }
          continue;
        }
        try {
          to.accept(Issued.parse(line.toByteArray()));
        } catch (Json.MalformedException e) {
          throw damaged(e.getMessage());
        }
        line.reset();
        lines++;
        read = at;
      }
    }
  }

  private IOException damaged(@Nullable String why) {
    return new IOException("line " + (lines + 1) + " of " + file + " is damaged: " + why);
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
