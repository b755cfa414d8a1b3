package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.internal.protocol.PageRules.NONE;
import static org.peerroom.internal.protocol.PageRules.ascii;
import static org.peerroom.internal.protocol.PageRules.block;
import static org.peerroom.internal.protocol.PageRules.expand;
import static org.peerroom.internal.protocol.PageRules.hash;
import static org.peerroom.internal.protocol.PageRules.join;
import static org.peerroom.internal.protocol.PageRules.u16;
import static org.peerroom.internal.protocol.PageRules.u32;
import static org.peerroom.internal.protocol.PageRules.u64;
import static org.peerroom.internal.protocol.PageRules.u8;
import static org.peerroom.internal.protocol.PageRules.varint;
import static org.peerroom.internal.protocol.VectorReader.bytes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * SEALING.md is enough: what its words say, carried out by the JDK and nothing of the product,
 * comes to every byte of the vectors.
 */
class SealingPageTest {

  private static JsonNode file;

  @BeforeAll
  static void read() throws IOException {
    file = SealingVectorsTest.file();
  }

  private static JsonNode named(String list, String name) {
    for (JsonNode node : file.path(list)) {
      if (node.path("name").asText().equals(name)) {
        return node;
      }
    }
    throw new AssertionError("nothing among " + list + " is called " + name);
  }

  private static byte[] topicOf(JsonNode node) {
    return bytes(named("rooms", node.path("room").asText()), "topic");
  }

  private static byte[] pskOf(JsonNode node) {
    return bytes(named("rooms", node.path("room").asText()), "psk");
  }

  private static byte[] id(String peer) {
    return bytes(named("peers", peer), "id");
  }

  /** Takes a structure apart from its beginning. */
  private static final class Cut {
    private final ByteBuffer in;

    Cut(byte[] bytes) {
      in = ByteBuffer.wrap(bytes);
    }

    byte[] next(int count) {
      byte[] taken = new byte[count];
      in.get(taken);
      return taken;
    }

    int u8() {
      return in.get() & 0xff;
    }

    long u32() {
      return in.getInt();
    }

    long u64() {
      return in.getLong();
    }

    int varint() {
      int value = 0;
      for (int shift = 0; ; shift += 7) {
        int b = u8();
        value |= (b & 127) << shift;
        if (b < 128) {
          return value;
        }
      }
    }

    byte[] block() {
      return next(varint());
    }

    void end() {
      assertEquals(0, in.remaining());
    }
  }

  @Test
  void section2_idsOfKemKeys() {
    for (JsonNode peer : file.path("peers")) {
      for (JsonNode kem : new JsonNode[] {peer.path("xWing"), peer.path("x25519")}) {
        byte[] id = Arrays.copyOf(hash("peerroom/1 kem key", bytes(kem, "publicKey")), 8);
        assertArrayEquals(bytes(kem, "keyId"), id);
      }
    }
  }

  @Test
  void section3_rooms() {
    for (JsonNode room : file.path("rooms")) {
      byte[] name = bytes(room, "nameUtf8");
      byte[] root;
      if (room.has("secret")) {
        byte[] salt = hash("peerroom/1 room secret", name);
        root = PageRules.argon2id(bytes(room, "secretUtf8"), salt);
        assertArrayEquals(bytes(room, "psk"), expand(root, "peerroom/1 psk", NONE, 32));
      } else {
        root = PageRules.extract(ascii("peerroom/1 room"), name);
      }
      assertArrayEquals(bytes(room, "topic"), expand(root, "peerroom/1 topic", NONE, 32));
    }
  }

  @Test
  void section4_memberRecords() {
    for (JsonNode record : file.path("memberRecords")) {
      byte[] peer = id(record.path("of").asText());
      JsonNode keys = named("peers", record.path("of").asText());
      boolean xWing = record.path("suite").asInt() == 1;
      byte[] kemKey = bytes(keys.path(xWing ? "xWing" : "x25519"), "publicKey");
      byte[] body =
          join(
              topicOf(record),
              peer,
              u64(record.path("sequence").asLong()),
              u64(record.path("expires").asLong()),
              u8(record.path("left").asBoolean() ? 1 : 0),
              u8(record.path("suite").asInt()),
              block(kemKey),
              u8(record.path("addresses").size()));
      for (JsonNode address : record.path("addresses")) {
        byte[] host = ascii(address.path("host").asText());
        body = join(body, block(host), u16(address.path("port").asInt()));
      }
      byte[] hash = hash("peerroom/1 member record", body);
      assertArrayEquals(bytes(record, "hash"), hash);
      byte[] frame = bytes(record, "frame");
      byte[] signature = Arrays.copyOfRange(frame, frame.length - 64, frame.length);
      assertTrue(PageRules.isSigned(peer, hash, signature));
      assertArrayEquals(frame, join(u8(5), topicOf(record), varint(1), body, signature));
    }
  }

  /** The key of an HPKE context, from the private key of who it is for. */
  private static byte[] agreed(JsonNode shown, JsonNode kem, byte[] psk) {
    byte[] encapsulation = bytes(shown, "encapsulation");
    byte[] seed = bytes(kem, "seed");
    boolean xWing = encapsulation.length == 1_120;
    byte[] secret =
        xWing
            ? PageRules.xWingSecret(seed, encapsulation)
            : PageRules.x25519Secret(seed, bytes(kem, "publicKey"), encapsulation);
    assertArrayEquals(bytes(shown, "kemSecret"), secret);
    return PageRules.export(xWing ? 0x647a : 0x0020, secret, bytes(shown, "info"), psk);
  }

  private static JsonNode kemOf(String peer, JsonNode shown) {
    boolean xWing = bytes(shown, "encapsulation").length == 1_120;
    return named("peers", peer).path(xWing ? "xWing" : "x25519");
  }

  @Test
  void section5_pairwiseKeys() {
    for (JsonNode pair : file.path("pairs")) {
      byte[] info =
          hash(
              "peerroom/1 pairwise",
              topicOf(pair),
              id(pair.path("from").asText()),
              id(pair.path("to").asText()),
              u64(pair.path("setup").asLong()));
      assertArrayEquals(bytes(pair, "info"), info);
      byte[] key = agreed(pair, kemOf(pair.path("to").asText(), pair), pskOf(pair));
      for (JsonNode generation : pair.path("generations")) {
        assertEquals(VectorCast.hex(key), generation.asText());
        key = expand(key, "peerroom/1 pairwise next", NONE, 32);
      }
    }
  }

  private static byte[] pairwise(JsonNode pair, int generation) {
    return java.util.HexFormat.of().parseHex(pair.path("generations").get(generation).asText());
  }

  @Test
  void section6_grants() {
    for (JsonNode grant : file.path("grants")) {
      JsonNode pair = named("pairs", grant.path("pair").asText());
      byte[] from = id(pair.path("from").asText());
      Cut frame = new Cut(bytes(grant, "frame"));
      assertEquals(6, frame.u8());
      byte[] address = frame.next(96);
      byte[] to = id(pair.path("to").asText());
      assertArrayEquals(join(topicOf(pair), from, to), address);
      long setup = frame.u64();
      int generation = (int) frame.u32();
      long counter = frame.u64();
      assertEquals(3, frame.u8());
      byte[] kemKey = frame.block();
      byte[] encapsulation = frame.block();
      byte[] sealed = frame.block();
      byte[] signature = frame.block();
      frame.end();
      assertEquals(grant.path("generation").asInt(), generation);
      assertEquals(grant.path("counter").asLong(), counter);
      byte[] numbers = join(u64(setup), u32(generation), u64(counter));
      byte[] context = join(address, numbers, block(kemKey), block(encapsulation));
      assertArrayEquals(bytes(grant, "context"), context);
      byte[] nonce = join(u32(0), u64(counter));
      byte[] key = pairwise(pair, generation);
      assertArrayEquals(
          sealed, PageRules.chaChaPoly(key, nonce, context, bytes(grant, "plaintext")));
      assertEquals(grant.has("hash") ? 64 : 0, signature.length);
      if (grant.has("hash")) {
        byte[] signed = hash("peerroom/1 grant", context, sealed);
        assertArrayEquals(bytes(grant, "hash"), signed);
        assertTrue(PageRules.isSigned(from, signed, signature));
      }
      if (encapsulation.length > 0) {
        assertArrayEquals(bytes(pair, "encapsulation"), encapsulation);
        assertArrayEquals(bytes(pair, "keyId"), kemKey);
      }
    }
  }

  @Test
  void section6_whatAGrantHolds() {
    JsonNode first = file.path("grants").get(0);
    Cut content = new Cut(bytes(first, "plaintext"));
    assertEquals(1, content.u8());
    assertEquals(0, content.u8());
    byte[] policy = content.block();
    assertEquals(1, policy[0]);
    assertEquals(2, content.u8());
    byte[] digest = hash("peerroom/1 chain", content.block());
    assertArrayEquals(bytes(first, "chainDigest"), digest);
    assertEquals(5, content.u8());
    assertEquals(80, content.varint());
    assertArrayEquals(id("alice"), content.next(32));
    assertEquals(0, content.u32());
    assertEquals(0, content.u32());
    assertEquals(0, content.u64());
    assertArrayEquals(
        bytes(file.path("senderKey").path("steps").get(0), "chainKey"), content.next(32));
    content.end();
  }

  @Test
  void section7_rekeys() {
    JsonNode rekey = file.path("rekeys").get(0);
    byte[] from = id("alice");
    byte[] place = join(u32(rekey.path("epoch").asInt()), u64(rekey.path("sequence").asLong()));
    byte[] aad = hash("peerroom/1 rekey", topicOf(rekey), from, place);
    assertArrayEquals(bytes(rekey, "aad"), aad);
    byte[] slots = NONE;
    byte[] nonce = join(u32(1), u64(rekey.path("epoch").asInt()));
    for (JsonNode slot : rekey.path("slots")) {
      int generation = slot.path("generation").asInt();
      byte[] key = pairwise(named("pairs", slot.path("pair").asText()), generation);
      byte[] sealed = PageRules.chaChaPoly(key, nonce, aad, bytes(rekey, "chainKey"));
      byte[] to = Arrays.copyOf(id(slot.path("to").asText()), 8);
      slots = join(slots, to, u16(generation), sealed);
    }
    byte[] frame = join(u8(12), topicOf(rekey), from, place, u8(3), varint(3), slots);
    assertArrayEquals(bytes(rekey, "frame"), frame);
  }

  private static byte[] keyAndCommitment(JsonNode shown, byte[] chainKey, int epoch, int step) {
    byte[] context = join(topicOf(shown), id("alice"), u32(epoch), u32(step));
    return expand(chainKey, "peerroom/1 segment", context, 64);
  }

  @Test
  void section8_senderKeys() {
    JsonNode senderKey = file.path("senderKey");
    byte[] key = bytes(senderKey.path("steps").get(0), "chainKey");
    int at = 0;
    for (JsonNode step : senderKey.path("steps")) {
      for (; at < step.path("step").asInt(); at++) {
        key = expand(key, "peerroom/1 ratchet", NONE, 32);
      }
      assertArrayEquals(bytes(step, "chainKey"), key);
      byte[] both = join(bytes(step, "segmentKey"), bytes(step, "commitment"));
      assertArrayEquals(both, keyAndCommitment(senderKey, key, 0, at));
    }
    assertEquals(2_000, at);
  }

  @Test
  void section9_segments() {
    byte[] before = new byte[32];
    for (JsonNode shown : file.path("segments")) {
      if (shown.path("sequence").asLong() == 0) {
        before = new byte[32];
      }
      int epoch = shown.path("epoch").asInt();
      int step = shown.path("step").asInt();
      byte[] both = keyAndCommitment(shown, bytes(shown, "chainKey"), epoch, step);
      byte[] segment = bytes(shown, "segment");
      boolean whole = segment.length > 0;
      byte[] header = whole ? Arrays.copyOf(segment, 169) : bytes(shown, "header");
      Cut lengths = new Cut(Arrays.copyOfRange(header, 161, 169));
      int wraps = (int) lengths.u32();
      int ciphertext = (int) lengths.u32();
      byte[] expected =
          join(
              u8(2),
              topicOf(shown),
              id("alice"),
              u64(shown.path("sequence").asLong()),
              before,
              u64(shown.path("created").asLong()),
              u64(shown.path("expires").asLong()),
              u32(epoch),
              u32(step),
              Arrays.copyOfRange(both, 32, 64),
              u32(wraps),
              u32(ciphertext));
      assertArrayEquals(expected, header);
      before = bytes(shown, "hash");
      if (whole) {
        byte[] signature = Arrays.copyOfRange(segment, segment.length - 64, segment.length);
        assertTrue(PageRules.isSigned(id("alice"), before, signature));
        byte[] wrapBytes = Arrays.copyOfRange(segment, 169, 169 + wraps);
        byte[] key = Arrays.copyOf(both, 32);
        byte[] sealed = PageRules.aesGcm(key, header, bytes(shown, "plaintext"));
        assertArrayEquals(before, hash("peerroom/1 segment", header, wrapBytes, sealed));
        assertArrayEquals(segment, join(header, wrapBytes, sealed, signature));
      }
    }
  }

  @Test
  void section9_plaintexts() {
    JsonNode segments = file.path("segments");
    long at = segments.get(0).path("created").asLong();
    byte[] espresso = join(u64(at), u8(0), varint(0), ascii("one espresso"));
    byte[] one = join(u8(1), block(espresso));
    assertArrayEquals(padded(one), bytes(segments.get(0), "plaintext"));
    byte[] table = join(block(ascii("Table")), block(ascii("7")));
    byte[] key = block(VectorCast.utf8("order 7 ☕"));
    byte[] whites = join(u64(at + 1), u8(1), key, varint(1), table, ascii("two flat whites"));
    byte[] size = join(block(VectorCast.utf8("Größe")), block(VectorCast.utf8("☕")));
    byte[] empty = join(u64(at + 2), u8(0), varint(1), size);
    byte[] ann = bytes(named("identities", "Ann"), "identityKey");
    byte[] three = join(u8(4), ann, one, u8(1), block(whites), u8(1), block(empty));
    assertArrayEquals(padded(three), bytes(segments.get(1), "plaintext"));
    byte[] payload = new byte[65_636];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (i % 251);
    }
    byte[] large = join(u64(at + 3), u8(0), varint(0), payload);
    byte[] begins = block(Arrays.copyOf(large, 65_536));
    byte[] first = padded(join(u8(2), u32(large.length), begins));
    assertArrayEquals(bytes(segments.get(2), "plaintextSha256"), PageRules.sha256(first));
    byte[] rest = block(Arrays.copyOfRange(large, 65_536, large.length));
    assertArrayEquals(padded(join(u8(3), rest)), bytes(segments.get(3), "plaintext"));
    largeSegment(segments.get(2), first);
  }

  private static void largeSegment(JsonNode shown, byte[] plaintext) {
    byte[] header = bytes(shown, "header");
    byte[] both = keyAndCommitment(shown, bytes(shown, "chainKey"), 0, 2);
    byte[] sealed = PageRules.aesGcm(Arrays.copyOf(both, 32), header, plaintext);
    byte[] hash = hash("peerroom/1 segment", header, NONE, sealed);
    assertArrayEquals(bytes(shown, "hash"), hash);
    byte[] signature = bytes(shown, "signature");
    assertTrue(PageRules.isSigned(id("alice"), hash, signature));
    byte[] all = join(header, sealed, signature);
    assertArrayEquals(bytes(shown, "segmentSha256"), PageRules.sha256(all));
  }

  private static byte[] padded(byte[] items) {
    return Arrays.copyOf(items, PageRules.paddedSize(items.length));
  }

  /** The slots that a list of wraps shows, sealed anew. */
  private static byte[] slots(JsonNode shown, String label, String list) {
    byte[] slots = NONE;
    byte[] epoch = u32(shown.path("epoch").asInt());
    for (JsonNode wrap : shown.path("wraps")) {
      JsonNode owner = named(list, wrap.path("to").asText());
      JsonNode kem = owner.path(list.equals("peers") ? "x25519" : "xWing");
      byte[] id = bytes(kem, "keyId");
      byte[] info = hash(label, topicOf(shown), id("alice"), epoch, id);
      assertArrayEquals(bytes(wrap, "info"), info);
      byte[] mark =
          list.equals("peers") ? id : Arrays.copyOf(hash("peerroom/1 deposit slot", info), 8);
      byte[] key = agreed(wrap, kem, pskOf(shown));
      assertArrayEquals(bytes(wrap, "wrapKey"), key);
      byte[] sealed = PageRules.chaChaPoly(key, new byte[12], NONE, bytes(shown, "chainKey"));
      slots = join(slots, mark, bytes(wrap, "encapsulation"), sealed);
    }
    return slots;
  }

  @Test
  void section10_wrappedKeys() {
    int compared = 0;
    for (JsonNode shown : file.path("segments")) {
      if (shown.has("wraps")) {
        byte[] segment = bytes(shown, "segment");
        byte[] slots = slots(shown, "peerroom/1 segment wrap", "peers");
        assertArrayEquals(slots, Arrays.copyOfRange(segment, 169, 169 + 2 * 88));
        compared++;
      }
    }
    assertEquals(2, compared);
  }

  @Test
  void section11_deposits() {
    for (JsonNode shown : file.path("deposits")) {
      byte[] slots = slots(shown, "peerroom/1 deposit wrap", "identities");
      assertEquals(1_176 * shown.path("wraps").size(), slots.length);
      byte[] place = join(u32(shown.path("epoch").asInt()), u64(shown.path("sequence").asLong()));
      byte[] body = join(topicOf(shown), id("alice"), place, block(slots));
      byte[] hash = hash("peerroom/1 deposit", body);
      assertArrayEquals(bytes(shown, "hash"), hash);
      byte[] frame = bytes(shown, "frame");
      byte[] signature = Arrays.copyOfRange(frame, frame.length - 64, frame.length);
      assertTrue(PageRules.isSigned(id("alice"), hash, signature));
      assertArrayEquals(frame, join(u8(13), body, signature));
    }
  }

  @Test
  void identity_keysOfRecipients() {
    for (JsonNode identity : file.path("identities")) {
      String label = "peerroom/1 recipient key";
      byte[] root = PageRules.extract(ascii(label), bytes(identity, "identitySeed"));
      JsonNode kem = identity.path("xWing");
      assertArrayEquals(bytes(kem, "seed"), expand(root, label, NONE, 32));
      assertArrayEquals(
          bytes(identity, "digest"), hash("peerroom/1 recipient", bytes(kem, "publicKey")));
    }
  }
}
