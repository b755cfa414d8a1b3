package org.peerroom.internal.crypto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Published test vectors, which are not part of the project: the folder that the system property
 * {@code peerroom.vectors} names holds them. A test that needs them is skipped where it is missing,
 * and says so.
 */
final class TestVectors {

  private static final HexFormat HEX = HexFormat.of();

  private TestVectors() {}

  static byte[] hex(String digits) {
    return HEX.parseHex(digits);
  }

  static byte[] hex(JsonNode node, String field) {
    return hex(node.get(field).asText());
  }

  /**
   * A file of the Wycheproof project: each test with the fields of its group, in the order of the
   * file.
   */
  static List<WycheproofTest> wycheproof(String name) {
    JsonNode root = json("wycheproof/testvectors_v1/" + name);
    List<WycheproofTest> tests = new ArrayList<>();
    for (JsonNode group : root.get("testGroups")) {
      for (JsonNode test : group.get("tests")) {
        tests.add(new WycheproofTest(group, test));
      }
    }
    return tests;
  }

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(file(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> lines(String name) {
    try {
      return Files.readAllLines(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(String name) {
    Path folder = Path.of(System.getProperty("peerroom.vectors", "../shared/vectors"));
    Path file = folder.resolve(name);
    Assumptions.assumeTrue(
        Files.isReadable(file),
        () ->
            "skipped: no test vectors at "
                + file.toAbsolutePath().normalize()
                + " (see -Dpeerroom.vectors)");
    return file;
  }

  record WycheproofTest(JsonNode group, JsonNode test) {

    byte[] bytes(String field) {
      return hex(test, field);
    }

    boolean isValid() {
      return test.get("result").asText().equals("valid");
    }

    String name() {
      return "test case " + test.get("tcId").asInt() + " " + test.get("comment").asText();
    }
  }
}
