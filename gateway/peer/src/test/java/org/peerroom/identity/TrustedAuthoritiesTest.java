package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of authorities, and their files. */
class TrustedAuthoritiesTest {

  private static final VerificationKey KEY = Acme.AUTHORITY.key();
  private static final String JSON =
      "{\"authorities\":[{\"name\":\"Acme\",\"key\":\""
          + KEY
          + "\",\"expires\":\"2027-12-31T00:00:00Z\"},{\"name\":\"Bolt\",\"key\":\""
          + Acme.PEER
          + "\"}]}";

  @TempDir Path folder;

  @Test
  void list_isReadAndWritten() throws IOException {
    TrustedAuthorities read = TrustedAuthorities.parse(JSON);
    TrustedAuthority acme =
        new TrustedAuthority("Acme", KEY, Instant.parse("2027-12-31T00:00:00Z"));
    TrustedAuthority bolt = TrustedAuthority.of("Bolt", Acme.PEER);
    assertEquals(List.of(acme, bolt), read.authorities());
    assertEquals(Optional.of(acme), read.byKey(KEY));
    assertEquals(Optional.of(bolt), read.byName("Bolt"));
    assertEquals(Optional.empty(), read.byName("bolt"));
    assertEquals(read, TrustedAuthorities.parse(read.toJson()));
    Path file = folder.resolve("trust.json");
    Files.writeString(file, read.toJson());
    assertEquals(read, TrustedAuthorities.load(file));
    assertEquals(List.of(), TrustedAuthorities.parse("{\"authorities\":[]}").authorities());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"authorities\"~{\"authority\"",
        "{\"authorities\"~{\"authorities\":[],\"authorities\"",
        "\"Bolt\"~\"Acme\"",
        "\"Bolt\"~\"\"",
        "\"Bolt\"~\"Bolt\",\"trusted\":true",
        "2027-12-31T00:00:00Z~2027-12-31",
        "\"2027-12-31T00:00:00Z\"~1",
        "]}~]",
        "]}~]}}",
      })
  void parse_failsWithAnotherText(String replacement) {
    String[] parts = replacement.split("~");
    String changed = JSON.replace(parts[0], parts[1]);
    assertFalse(changed.equals(JSON));
    IdentityException e =
        assertThrows(IdentityException.class, () -> TrustedAuthorities.parse(changed));
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @Test
  void parse_failsWithAKeyTwice() {
    String twice = JSON.replace(Acme.PEER.hex(), KEY.hex());
    assertThrows(IdentityException.class, () -> TrustedAuthorities.parse(twice));
  }

  @Test
  void load_namesTheFile() throws IOException {
    Path file = folder.resolve("trust.json");
    assertTrue(failure(file).contains("no such file"), failure(file));
    Files.writeString(file, "{}");
    assertTrue(failure(file).contains("authorities"), failure(file));
    Files.write(file, new byte[TrustedAuthorities.MAX_FILE_BYTES + 1]);
    assertTrue(failure(file).contains("at most"), failure(file));
    Files.write(file, new byte[] {'"', (byte) 0xc3, '"'});
    assertTrue(failure(file).contains("UTF-8"), failure(file));
  }

  private static String failure(Path file) {
    String message =
        assertThrows(IdentityException.class, () -> TrustedAuthorities.load(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    return message;
  }

  @Test
  void list_hasItsBound() {
    List<TrustedAuthority> many =
        IntStream.rangeClosed(0, TrustedAuthorities.MAX)
            .mapToObj(
                i ->
                    TrustedAuthority.of(
                        "Number " + i, new VerificationKey(String.format("%064x", i))))
            .toList();
    assertEquals(
        TrustedAuthorities.MAX,
        TrustedAuthorities.of(many.subList(1, many.size())).authorities().size());
    assertThrows(IllegalArgumentException.class, () -> TrustedAuthorities.of(many));
  }
}
