package org.peerroom.gateway.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for many pieces of plaintext in a recording at once, by a rolling hash over windows of one
 * length: one pass over the recording for each length, however many pieces there are.
 */
final class PlaintextSearch {

  /** The length of a piece of content, in bytes. */
  static final int PROBE = 16;

  private static final long BASE = 1_099_511_628_211L;

  private final Map<Integer, Map<Long, List<byte[]>>> probes = new HashMap<>();
  private int count;

  /** Adds a piece of content or a word, 4 bytes at least. */
  void add(byte[] probe) {
    if (probe.length < 4) {
      throw new IllegalArgumentException("a piece of " + probe.length + " bytes is found anywhere");
    }
    long hash = 0;
    for (byte b : probe) {
      hash = hash * BASE + b;
    }
    probes
        .computeIfAbsent(probe.length, length -> new HashMap<>())
        .computeIfAbsent(hash, h -> new ArrayList<>())
        .add(probe.clone());
    count++;
  }

  void add(String word) {
    add(word.getBytes(StandardCharsets.UTF_8));
  }

  /** How many pieces are looked for. */
  int count() {
    return count;
  }

  /** The pieces that the recording holds, as text. */
  Set<String> find(Path recording) throws IOException {
    Set<String> found = new LinkedHashSet<>();
    for (Map.Entry<Integer, Map<Long, List<byte[]>>> entry : probes.entrySet()) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(recording), 1 << 16)) {
        find(in, entry.getKey(), entry.getValue(), found);
      }
    }
    return found;
  }

  private static void find(
      InputStream in, int length, Map<Long, List<byte[]>> byHash, Set<String> found)
      throws IOException {
    long leaving = 1;
    for (int i = 0; i < length; i++) {
      leaving *= BASE;
    }
    byte[] window = new byte[length];
    long hash = 0;
    long read = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      int slot = (int) (read % length);
      hash = hash * BASE + (byte) b - leaving * window[slot];
      window[slot] = (byte) b;
      read++;
      List<byte[]> candidates = read < length ? null : byHash.get(hash);
      if (candidates != null) {
        byte[] text = inOrder(window, (int) (read % length));
        for (byte[] candidate : candidates) {
          if (Arrays.equals(candidate, text)) {
            found.add(new String(text, StandardCharsets.UTF_8));
          }
        }
      }
    }
  }

  private static byte[] inOrder(byte[] window, int start) {
    byte[] text = new byte[window.length];
    System.arraycopy(window, start, text, 0, window.length - start);
    System.arraycopy(window, 0, text, window.length - start, start);
    return text;
  }
}
