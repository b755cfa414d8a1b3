package org.peerroom.internal.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.sealing.DepositSealing;
import org.peerroom.internal.sealing.KemKeyId;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.sealing.PairwiseReceiver;
import org.peerroom.internal.sealing.RekeySlots;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.MessageCodec;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireException;

/** Opens what the vectors show with the code that peers run, and says why if it does not open. */
final class VectorReader {

  private static final HexFormat HEX = HexFormat.of();

  private final JsonNode file;
  private final PublicKeyCrypto crypto;

  VectorReader(JsonNode file, PublicKeyCrypto crypto) {
    this.file = file;
    this.crypto = crypto;
  }

  /** It does not open, for a reason that section 16 names. */
  static final class NotOpened extends Exception {
    private static final long serialVersionUID = 1L;

    final String reason;

    NotOpened(String reason, @Nullable Throwable cause) {
      super(reason, cause);
      this.reason = reason;
    }
  }

  private interface Opening<T> {
    T open() throws WireException, CryptoException, NotOpened;
  }

  private static <T> T opened(Opening<T> opening) throws NotOpened {
    try {
      return opening.open();
    } catch (WireException e) {
      throw new NotOpened("shape", e);
    } catch (CryptoException e) {
      throw new NotOpened(reasonOf(String.valueOf(e.getMessage())), e);
    }
  }

  private static String reasonOf(String message) {
    if (message.contains("cannot be opened")) {
      return "tag";
    } else if (message.contains("seen before")) {
      return "seen";
    } else if (message.contains("of generation")) {
      return "generation";
    } else if (message.contains("are no wrapped keys")) {
      return "shape";
    } else if (message.contains("not a usable")) {
      return "kem key";
    }
    return message;
  }

  static byte[] bytes(JsonNode node, String field) {
    return HEX.parseHex(node.path(field).asText());
  }

  /** The entry of this list that has this name. */
  JsonNode named(String list, String name) {
    for (JsonNode node : file.path(list)) {
      if (node.path("name").asText().equals(name)) {
        return node;
      }
    }
    throw new AssertionError("nothing among " + list + " is called " + name);
  }

  @Nullable PreSharedKey psk(String room) {
    JsonNode node = named("rooms", room);
    return node.has("secret") ? PreSharedKey.of(bytes(node, "psk")) : null;
  }

  RoomKeys roomKeys(JsonNode room, String nameField) {
    String name = new String(bytes(room, nameField), java.nio.charset.StandardCharsets.UTF_8);
    JsonNode secret = room.path("secret");
    return RoomKeys.derive(name, secret.isTextual() ? secret.asText().toCharArray() : null);
  }

  KemKey kem(JsonNode owner, KemSuite suite) {
    return crypto.kemKey(
        suite, bytes(owner.path(suite == KemSuite.X_WING ? "xWing" : "x25519"), "seed"));
  }

  private static SealingSuite suite(JsonNode room) {
    return Stream.of(SealingSuite.values())
        .filter(suite -> suite.code() == room.path("suite").asInt())
        .findFirst()
        .orElseThrow();
  }

  // Grants and rekeys

  /** The plaintext of the grant of this vector, after those before it. */
  byte[] grant(JsonNode vector) throws NotOpened {
    return opened(
        () -> {
          byte[] plaintext = {};
          PairwiseReceiver receiver = null;
          for (Frame frame : frames(vector)) {
            Frame.Grant grant = (Frame.Grant) frame;
            if (receiver == null) {
              receiver = accept(grant, vector);
            }
            plaintext = receiver.open(grant);
          }
          return plaintext;
        });
  }

  private static List<Frame> frames(JsonNode vector) throws WireException {
    List<Frame> frames = new ArrayList<>();
    for (JsonNode before : vector.path("before")) {
      frames.add(FrameCodec.decode(HEX.parseHex(before.asText())));
    }
    frames.add(FrameCodec.decode(bytes(vector, "frame")));
    return frames;
  }

  private PairwiseReceiver accept(Frame.Grant grant, JsonNode vector)
      throws CryptoException, NotOpened {
    boolean direct = vector.path("overItsOwnLink").asBoolean(true);
    if (!direct && !PairwiseReceiver.isSigned(crypto, grant)) {
      throw new NotOpened("signature", null);
    }
    JsonNode reader = named("peers", vector.path("reader").asText());
    for (KemSuite suite : KemSuite.values()) {
      KemKey kem = kem(reader, suite);
      if (Arrays.equals(KemKeyId.of(kem.publicKey()), grant.kemKey())) {
        return PairwiseReceiver.accept(grant, kem, psk(vector.path("room").asText()));
      }
    }
    throw new NotOpened("kem key", null);
  }

  /** The chain key in the slot for the reader of this vector. */
  byte[] rekey(JsonNode vector) throws NotOpened {
    return opened(
        () -> {
          List<Frame> frames = frames(vector);
          Frame.Grant grant = (Frame.Grant) frames.get(0);
          Frame.Rekey rekey = (Frame.Rekey) frames.get(1);
          JsonNode reader = named("peers", vector.path("reader").asText());
          PeerId id = new PeerId(reader.path("id").asText());
          int slot = RekeySlots.find(rekey.slots(), id);
          if (slot < 0) {
            throw new NotOpened("no slot", null);
          }
          PairwiseReceiver receiver = accept(grant, vector);
          receiver.open(grant);
          return receiver.open(rekey, slot);
        });
  }

  /**
   * What a peer's own pairwise keys say to this vector.
   *
   * @throws Refused if it is not taken
   */
  void receive(JsonNode vector) throws Refused, WireException {
    JsonNode reader = named("peers", vector.path("reader").asText());
    JsonNode room = named("rooms", vector.path("room").asText());
    PeerContext context = context(reader, suite(room));
    Now now = new Now(SealingVectors.MADE_AT, 0);
    KemKeys kemKeys = new KemKeys(context, suite(room));
    kemKeys.fresh(now);
    Topic topic = new Topic(room.path("topic").asText());
    Grants grants = new Grants(context, topic, kemKeys, psk(room.path("name").asText()));
    boolean direct = vector.path("overItsOwnLink").asBoolean(true);
    for (Frame frame : frames(vector)) {
      if (frame instanceof Frame.Grant grant) {
        grants.open(grant, direct, now);
      } else if (frame instanceof Frame.Rekey rekey) {
        grants.open(rekey, RekeySlots.find(rekey.slots(), context.self.id()), now);
      }
    }
  }

  private PeerContext context(JsonNode owner, SealingSuite suite) {
    Deque<byte[]> seeds = new ArrayDeque<>();
    seeds.add(bytes(owner, "signingSeed"));
    seeds.add(bytes(owner.path(suite == SealingSuite.X_WING ? "xWing" : "x25519"), "seed"));
    Entropy entropy =
        new Entropy() {
          @Override
          public byte[] next(int count) {
            return seeds.remove();
          }

          @Override
          public int nextInt(int bound) {
            throw new AssertionError("nothing to choose here");
          }
        };
    return new PeerContext(PeerKeys.generate(crypto, entropy), crypto, entropy);
  }

  // Member records

  /** What becomes of the record in this vector, for a peer that knows of nobody. */
  Membership.Outcome record(JsonNode vector) throws NotOpened {
    JsonNode room = named("rooms", vector.path("room").asText());
    PeerContext context = context(named("peers", "mallory"), suite(room));
    Topic topic = new Topic(room.path("topic").asText());
    KemKeys kemKeys = new KemKeys(context, suite(room));
    Membership membership = new Membership(context, topic, suite(room), kemKeys);
    Now now = new Now(vector.path("now").asLong(), 0);
    return opened(
        () -> {
          Frame.Members frame = (Frame.Members) frames(vector).get(0);
          try {
            Membership.Outcome outcome = membership.accept(frame.records().get(0), now);
            if (outcome == Membership.Outcome.OTHER_SUITE) {
              throw new NotOpened("suite", null);
            }
            return outcome;
          } catch (Refused e) {
            throw new NotOpened(recordReason(e.reason()), e);
          }
        });
  }

  private static String recordReason(String message) {
    if (message.contains("is not signed by it")) {
      return "signature";
    } else if (message.contains("none of its suite")) {
      return "shape";
    } else if (message.contains("has expired") || message.contains("from the future")) {
      return "time";
    }
    return message;
  }

  // Segments

  /** The plaintext of the segment of this vector, with the chain key that it or the segment has. */
  byte[] segment(JsonNode vector) throws NotOpened {
    return opened(
        () -> {
          byte[] encoded = bytes(vector, "segment");
          Segment segment =
              ((Frame.Sealed) FrameCodec.decode(PageRules.join(PageRules.u8(8), encoded)))
                  .segment();
          byte[] hash = SegmentSealing.hash(segment);
          if (!SegmentSealing.isSigned(crypto, segment, hash)) {
            throw new NotOpened("signature", null);
          }
          SegmentKey key = keyOf(segment, vector);
          return SegmentSealing.open(segment, key);
        });
  }

  private SegmentKey keyOf(Segment segment, JsonNode vector) throws NotOpened {
    JsonNode room = named("rooms", vector.path("room").asText());
    SegmentHeader header = segment.header();
    PeerId author = segment.author();
    Feed feed = new Feed(author, author, new KeyBudget(), 0);
    if (vector.has("chainKey")) {
      int epoch = vector.path("epoch").asInt();
      int step = vector.path("step").asInt(0);
      long sequence = vector.path("sequence").asLong();
      ChainKey chain = ChainKey.of(bytes(vector, "chainKey"));
      feed.keys.offer(author, new KeyEntry(author, epoch, step, sequence, chain));
    }
    unwrap(feed, segment, room, named("peers", vector.path("reader").asText("bob")));
    if (feed.keys.isEmpty()) {
      throw new NotOpened("no slot", null);
    }
    SegmentKey key = feed.keys.keyFor(header);
    if (key == null) {
      boolean far = header.step() - vector.path("step").asInt(0) > FeedKeys.MAX_JUMP;
      throw new NotOpened(far ? "jump" : "commitment", null);
    }
    return key;
  }

  private void unwrap(Feed feed, Segment segment, JsonNode room, JsonNode reader) throws NotOpened {
    PeerContext context = context(reader, suite(room));
    KemKeys kemKeys = new KemKeys(context, suite(room));
    kemKeys.fresh(new Now(SealingVectors.MADE_AT, 0));
    Topic topic = new Topic(room.path("topic").asText());
    PreSharedKey psk = psk(room.path("name").asText());
    Keeping keeping = new Keeping(context, topic, author -> Standing.ANONYMOUS);
    try {
      new Unsealing(topic, suite(room), kemKeys, keeping, psk).unwrap(feed, segment);
    } catch (Refused e) {
      String reason = e.reason().contains("not here") ? "suite" : "shape";
      throw new NotOpened(reason, e);
    }
    if (suite(room) == SealingSuite.PER_RECIPIENT && feed.keys.isEmpty()) {
      sayWhy(
          KeyWraps.ofSegment(topic, feed.author, segment.header().epoch(), psk), kemKeys, segment);
    }
  }

  /** A slot that does not open counts as none. Why it does not: */
  private static void sayWhy(KeyWraps slots, KemKeys kemKeys, Segment segment) throws NotOpened {
    try {
      kemKeys.unwrap(slots, segment.wraps());
    } catch (CryptoException e) {
      throw new NotOpened(reasonOf(String.valueOf(e.getMessage())), e);
    }
  }

  // Deposits and plaintexts

  /** The chain key that is deposited for the reader of this vector. */
  byte[] deposit(JsonNode vector) throws NotOpened {
    return opened(
        () -> {
          KeyDeposit deposit = ((Frame.Deposited) frames(vector).get(0)).deposit();
          if (!DepositSealing.isSigned(crypto, deposit)) {
            throw new NotOpened("signature", null);
          }
          KemKey recipient =
              kem(named("identities", vector.path("reader").asText()), KemSuite.X_WING);
          ChainKey key = DepositSealing.open(deposit, recipient, psk(vector.path("room").asText()));
          if (key == null) {
            throw new NotOpened("no slot", null);
          }
          return key.exposeForGrant();
        });
  }

  /** Reads a segment's plaintext with all messages that are whole; returns how many items. */
  int plaintext(byte[] plaintext) throws NotOpened {
    return opened(
        () -> {
          List<SegmentContent.Item> items = SegmentContent.read(plaintext);
          for (SegmentContent.Item item : items) {
            if (item instanceof SegmentContent.Item.Whole whole) {
              MessageCodec.decode(plaintext, whole.offset(), whole.length());
            }
          }
          return items.size();
        });
  }

  /** Opens a vector of any kind; it should not. */
  void open(JsonNode vector) throws NotOpened {
    String kind = vector.path("kind").asText();
    switch (kind) {
      case "record" -> record(vector);
      case "grant" -> grant(vector);
      case "rekey" -> rekey(vector);
      case "segment" -> segment(vector);
      case "deposit" -> deposit(vector);
      case "plaintext" -> plaintext(bytes(vector, "plaintext"));
      default -> throw new AssertionError("a vector of unknown kind " + kind);
    }
  }
}
