package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.internal.protocol.VectorReader.bytes;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.protocol.VectorReader.NotOpened;
import org.peerroom.internal.wire.WireException;

/**
 * vectors/sealing.json is what this code makes of the keys and encapsulations in it, byte for byte;
 * and this code opens what is to open in it, and nothing else. SEALING.md, section 16, says how the
 * file is written anew.
 */
class SealingVectorsTest {

  static final Path FILE = Path.of("vectors", "sealing.json");

  private static final String WRITE = System.getProperty("peerroom.vectors.write", "false");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HexFormat HEX = HexFormat.of();
  private static final PublicKeyCrypto CRYPTO = ProviderCrypto.create();

  @BeforeAll
  static void writeIfAsked() throws IOException, CryptoException {
    if (!WRITE.equals("false")) {
      Files.createDirectories(FILE.toAbsolutePath().getParent());
      boolean keeps = !WRITE.equals("anew") && Files.exists(FILE);
      Files.writeString(FILE, make(keeps ? recorded() : Map.of(), true));
    }
  }

  static JsonNode file() throws IOException {
    return JSON.readTree(FILE.toFile());
  }

  private static Map<String, String> recorded() throws IOException {
    Map<String, String> recorded = new HashMap<>();
    file()
        .path("encapsulations")
        .properties()
        .forEach(e -> recorded.put(e.getKey(), e.getValue().asText()));
    return recorded;
  }

  private static String make(Map<String, String> encapsulations, boolean draws)
      throws IOException, CryptoException {
    ReplayedCrypto crypto = new ReplayedCrypto(CRYPTO, encapsulations, draws);
    String page = Files.readString(Path.of("IDENTITY.md"));
    ObjectNode root =
        new SealingVectors(crypto, shown(page, "chain"), shown(page, "digest")).make();
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
    return JSON.writer(printer).writeValueAsString(root) + "\n";
  }

  private static String shown(String page, String name) {
    Matcher block =
        Pattern.compile("```text " + name + "\n(.*?)\n```", Pattern.DOTALL).matcher(page);
    assertTrue(block.find(), "IDENTITY.md has no block " + name);
    return block.group(1);
  }

  private static VectorReader reader() throws IOException {
    return new VectorReader(file(), CRYPTO);
  }

  @Test
  void file_isWhatTheCodeMakes() throws IOException, CryptoException {
    assertEquals(Files.readString(FILE), make(recorded(), false));
  }

  @Test
  void rooms_areFoundHoweverTheirNamesAreComposed() throws IOException {
    Set<String> topics = new HashSet<>();
    boolean composed = false;
    for (JsonNode room : file().path("rooms")) {
      for (String field : new String[] {"nameUtf8", "sameNameUtf8"}) {
        if (room.has(field)) {
          RoomKeys keys = reader().roomKeys(room, field);
          assertEquals(room.path("topic").asText(), HEX.formatHex(keys.topic()));
          composed |= field.startsWith("same");
        }
      }
      assertTrue(topics.add(room.path("topic").asText()), "two rooms have one topic");
    }
    assertTrue(composed, "no name with accents");
  }

  @Test
  void memberRecords_areTaken() throws IOException, NotOpened {
    for (JsonNode record : file().path("memberRecords")) {
      ObjectNode vector = record.deepCopy();
      vector.put("now", record.path("expires").asLong() - 60_000);
      boolean left = record.path("left").asBoolean();
      assertEquals(
          left ? Membership.Outcome.OLD : Membership.Outcome.JOINED, reader().record(vector));
    }
  }

  /** With what a reader has to know besides the grant itself. */
  private static ObjectNode toRead(JsonNode grant, JsonNode file) throws IOException {
    JsonNode pair = reader().named("pairs", grant.path("pair").asText());
    ObjectNode vector = grant.deepCopy();
    vector.put("room", pair.path("room").asText()).put("reader", pair.path("to").asText());
    JsonNode first = file.path("grants").get(0);
    if (!grant.equals(first) && pair.path("name").equals(first.path("pair"))) {
      boolean setsUp = grant.path("name").asText().equals("set up again");
      if (!setsUp) {
        vector.putArray("before").add(first.path("frame"));
        vector.put("overItsOwnLink", false);
      }
    }
    return vector;
  }

  @Test
  void grants_open() throws IOException, NotOpened, Refused, WireException {
    JsonNode file = file();
    for (JsonNode grant : file.path("grants")) {
      ObjectNode vector = toRead(grant, file);
      byte[] plaintext = reader().grant(vector);
      assertArrayEquals(bytes(grant, "plaintext"), plaintext);
      assertArrayEquals(plaintext, GrantContent.decode(plaintext).encode());
      reader().receive(vector);
    }
  }

  @Test
  void rekey_opensForEachOfItsMembers() throws IOException, NotOpened, Refused, WireException {
    JsonNode file = file();
    JsonNode rekey = file.path("rekeys").get(0);
    assertEquals(3, rekey.path("slots").size());
    for (JsonNode slot : rekey.path("slots")) {
      ObjectNode vector = rekey.deepCopy();
      vector.set("reader", slot.path("to"));
      vector.putArray("before").add(lastGrantThatSetsUp(file, slot.path("pair").asText()));
      assertArrayEquals(bytes(rekey, "chainKey"), reader().rekey(vector));
      reader().receive(vector);
    }
  }

  private static String lastGrantThatSetsUp(JsonNode file, String pair) {
    String found = "";
    for (JsonNode grant : file.path("grants")) {
      boolean setsUp = grant.path("overItsOwnLink").asBoolean() || grant.has("hash");
      if (setsUp && grant.path("pair").asText().equals(pair)) {
        found = grant.path("frame").asText();
      }
    }
    assertFalse(found.isEmpty(), "no grant sets up " + pair);
    return found;
  }

  @Test
  void segments_open() throws IOException, NotOpened {
    int opened = 0;
    for (JsonNode segment : file().path("segments")) {
      if (!segment.has("segment")) {
        continue;
      }
      byte[] plaintext = reader().segment(segment);
      assertArrayEquals(bytes(segment, "plaintext"), plaintext);
      assertNotEquals(0, reader().plaintext(plaintext));
      opened++;
    }
    assertEquals(6, opened);
  }

  @Test
  void wrappedKeys_openForEachRecipient() throws IOException, NotOpened {
    int opened = 0;
    for (JsonNode segment : file().path("segments")) {
      for (JsonNode wrap : segment.path("wraps")) {
        ObjectNode vector = segment.deepCopy();
        vector.remove("chainKey");
        vector.set("reader", wrap.path("to"));
        assertArrayEquals(bytes(segment, "plaintext"), reader().segment(vector));
        opened++;
      }
    }
    assertEquals(4, opened);
  }

  @Test
  void deposits_openForEachRecipient() throws IOException, NotOpened {
    int opened = 0;
    for (JsonNode deposit : file().path("deposits")) {
      for (JsonNode wrap : deposit.path("wraps")) {
        ObjectNode vector = deposit.deepCopy();
        vector.set("reader", wrap.path("to"));
        assertArrayEquals(bytes(deposit, "chainKey"), reader().deposit(vector));
        opened++;
      }
    }
    assertEquals(3, opened);
  }

  @TestFactory
  Stream<DynamicTest> refused() throws IOException {
    JsonNode all = file().path("refused");
    VectorReader reader = reader();
    return StreamSupport.stream(all.spliterator(), false)
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    vector.path("kind").asText() + ": " + vector.path("what").asText(),
                    () -> assertRefused(reader, vector)));
  }

  private static void assertRefused(VectorReader reader, JsonNode vector) {
    NotOpened refusal = assertThrows(NotOpened.class, () -> reader.open(vector));
    assertEquals(vector.path("reason").asText(), refusal.reason);
    String kind = vector.path("kind").asText();
    boolean forThisReader = !refusal.reason.equals("no slot");
    if (forThisReader && (kind.equals("grant") || kind.equals("rekey"))) {
      Exception said = assertThrows(Exception.class, () -> reader.receive(vector));
      assertTrue(said instanceof Refused || said instanceof WireException, said::toString);
    }
  }

  @Test
  void refused_hasEveryReasonThatThePageNames() throws IOException {
    Set<String> reasons = new HashSet<>();
    file().path("refused").forEach(vector -> reasons.add(vector.path("reason").asText()));
    String page = Files.readString(Path.of("SEALING.md"));
    String table = page.substring(page.indexOf("| reason | |"), page.indexOf("## 17."));
    Set<String> named = new HashSet<>();
    Matcher row = Pattern.compile("\n\\| `([a-z ]+)` \\|").matcher(table);
    while (row.find()) {
      named.add(row.group(1));
    }
    assertEquals(named, reasons);
  }
}
