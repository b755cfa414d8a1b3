package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DigestsTest {

  @Test
  void sha256_isOverLabelZeroAndPartsWithTheirLengths() throws Exception {
    MessageDigest expected = MessageDigest.getInstance("SHA-256");
    expected.update("peerroom/1 x\0".getBytes(StandardCharsets.UTF_8));
    expected.update(new byte[] {0, 0, 0, 3, 7, 8, 9, 0, 0, 0, 0, 0, 0, 1, 0});
    expected.update(new byte[256]);
    assertArrayEquals(
        expected.digest(),
        Digests.sha256("peerroom/1 x", new byte[] {7, 8, 9}, new byte[0], new byte[256]));
  }

  @Test
  void sha256_tellsLabelsAndCutsApart() {
    byte[] bytes = Bits.seeded(12, 1);
    Set<String> seen = new HashSet<>();
    for (int cut = 0; cut <= bytes.length; cut++) {
      byte[] left = Arrays.copyOf(bytes, cut);
      byte[] right = Arrays.copyOfRange(bytes, cut, bytes.length);
      seen.add(Arrays.toString(Digests.sha256("peerroom/1 a", left, right)));
      seen.add(Arrays.toString(Digests.sha256("peerroom/1 b", left, right)));
    }
    seen.add(Arrays.toString(Digests.sha256("peerroom/1 a", bytes)));
    seen.add(Arrays.toString(Digests.sha256("peerroom/1 a")));
    assertEquals(2 * (bytes.length + 1) + 2, seen.size());
  }

  @Test
  void sha256_failsWithALabelOfAnotherProtocol() {
    assertThrows(IllegalArgumentException.class, () -> Digests.sha256("segment"));
    assertThrows(IllegalArgumentException.class, () -> Digests.sha256("peerroom/2 segment"));
    assertThrows(IllegalArgumentException.class, () -> Digests.sha256("peerroom/1 a\0b"));
  }

  @Test
  void constantTimeEquals_comparesBytes() {
    byte[] bytes = Bits.seeded(32, 1);
    assertTrue(Digests.constantTimeEquals(bytes, bytes.clone()));
    assertFalse(Digests.constantTimeEquals(bytes, Arrays.copyOf(bytes, 31)));
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      assertFalse(Digests.constantTimeEquals(bytes, Bits.flipped(bytes, bit)));
    }
  }

  @Test
  void sha256OfParts_isSha256OfThoseParts() {
    byte[] bytes = Bits.seeded(100, 4);
    assertArrayEquals(
        Digests.sha256(
            "peerroom/1 a", Arrays.copyOfRange(bytes, 0, 10), Arrays.copyOfRange(bytes, 10, 60)),
        Digests.sha256OfParts("peerroom/1 a", bytes, 10, 60));
    assertThrows(
        IllegalArgumentException.class, () -> Digests.sha256OfParts("peerroom/2 a", bytes, 10));
  }
}
