package org.peerroom.internal.protocol;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that is reachable in the memory of this JVM, searched for secrets. */
final class HeapDump {

  private static final int MASK = 0xa7;

  private HeapDump() {}

  /**
   * A secret to search for, kept so that the search does not find this very object: each byte is
   * masked.
   */
  static final class Sought {
    final String name;
    private final byte[] masked;

    Sought(String name, byte[] secret) {
      this.name = name;
      this.masked = masked(secret, MASK);
    }

    /** The forms in which a key of 32 bytes stands in memory. */
    private List<byte[]> masks() {
      byte[] words = masked.clone();
      for (int i = 0; i + 4 <= words.length; i += 4) {
        swap(words, i, i + 3);
        swap(words, i + 1, i + 2);
      }
      // As it is; as little-endian words of ChaCha20; under the inner and outer pad of HMAC.
      return List.of(masked, words, masked(masked, 0x36), masked(masked, 0x5c));
    }

    private static void swap(byte[] bytes, int i, int j) {
      byte kept = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = kept;
    }
  }

  private static byte[] masked(byte[] bytes, int mask) {
    byte[] masked = bytes.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= (byte) mask;
    }
    return masked;
  }

  /**
   * The names of those that stay in memory. The collection before a dump is skipped while any
   * thread of the process is in a critical section of native code, and then what nobody can reach
   * is dumped as well; what can be reached is there every time.
   */
  static Set<String> remaining(List<Sought> sought, Path folder) throws IOException {
    Set<String> remaining = found(sought, folder);
    for (int i = 0; i < 6 && !remaining.isEmpty(); i++) {
      System.gc();
      remaining.retainAll(found(sought, folder));
    }
    return remaining;
  }

  /** The names of those that are in memory now. */
  static Set<String> found(List<Sought> sought, Path folder) throws IOException {
    Path file = folder.resolve("memory.hprof");
    Files.deleteIfExists(file);
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(file.toString(), true);
    try {
      return search(file, sought);
    } finally {
      Files.delete(file);
    }
  }

  private static Set<String> search(Path file, List<Sought> sought) throws IOException {
    Map<Integer, List<Map.Entry<byte[], String>>> byStart = new HashMap<>();
    for (Sought one : sought) {
      for (byte[] form : one.masks()) {
        int start = ByteBuffer.wrap(form).getInt();
        byStart.computeIfAbsent(start, s -> new ArrayList<>()).add(Map.entry(form, one.name));
      }
    }
    byte[] dump = Files.readAllBytes(file);
    Set<String> found = new LinkedHashSet<>();
    int mask =
        ByteBuffer.wrap(new byte[] {(byte) MASK, (byte) MASK, (byte) MASK, (byte) MASK}).getInt();
    int window = 0;
    for (int i = 0; i < dump.length; i++) {
      window = (window << 8) | (dump[i] & 0xff);
      List<Map.Entry<byte[], String>> candidates = i < 3 ? null : byStart.get(window ^ mask);
      if (candidates != null) {
        for (Map.Entry<byte[], String> candidate : candidates) {
          if (matches(dump, i - 3, candidate.getKey())) {
            found.add(candidate.getValue());
          }
        }
      }
    }
    return found;
  }

  private static boolean matches(byte[] dump, int from, byte[] masked) {
    if (from + masked.length > dump.length) {
      return false;
    }
    for (int i = 0; i < masked.length; i++) {
      if ((byte) (dump[from + i] ^ MASK) != masked[i]) {
        return false;
      }
    }
    return true;
  }
}
