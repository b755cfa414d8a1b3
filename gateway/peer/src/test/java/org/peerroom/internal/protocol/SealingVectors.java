package org.peerroom.internal.protocol;

import static org.peerroom.internal.protocol.VectorCast.array;
import static org.peerroom.internal.protocol.VectorCast.hex;
import static org.peerroom.internal.protocol.VectorCast.object;
import static org.peerroom.internal.protocol.VectorCast.seed;
import static org.peerroom.internal.protocol.VectorCast.utf8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.peerroom.Admission;
import org.peerroom.History;
import org.peerroom.OutgoingMessage;
import org.peerroom.PeerAddress;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.protocol.VectorCast.Actor;
import org.peerroom.internal.protocol.VectorCast.Place;
import org.peerroom.internal.protocol.VectorCast.Recipient;
import org.peerroom.internal.sealing.DepositSealing;
import org.peerroom.internal.sealing.KemKeyId;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.sealing.Pair;
import org.peerroom.internal.sealing.PairwiseSender;
import org.peerroom.internal.sealing.RekeySlots;
import org.peerroom.internal.sealing.SealedSegment;
import org.peerroom.internal.sealing.SegmentPlace;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.MemberRecord;
import org.peerroom.internal.wire.MessageCodec;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.WireWriter;

/**
 * Makes all that vectors/sealing.json shows, from the keys and encapsulations that it begins with.
 */
final class SealingVectors {

  static final long MADE_AT = 1_767_225_600_000L;
  static final long EXPIRES_AT = MADE_AT + 600_000;

  final ReplayedCrypto crypto;
  final VectorCast cast;
  final List<MemberRecord> records = new ArrayList<>();
  final Map<String, Frame.Grant> grants = new LinkedHashMap<>();
  final List<SealedSegment> segments = new ArrayList<>();
  final List<KeyDeposit> deposits = new ArrayList<>();
  final List<Frame.Rekey> rekeys = new ArrayList<>();

  private final byte[] chain;
  private final String chainDigest;
  private final Map<String, PairwiseSender> senders = new LinkedHashMap<>();
  private final List<ObjectNode> pairs = new ArrayList<>();
  private final List<ObjectNode> shownGrants = new ArrayList<>();
  private final List<ObjectNode> shownSegments = new ArrayList<>();

  /**
   * @param chain of the example in IDENTITY.md, which vouches for the author
   * @param chainDigest its digest, as that page shows it
   */
  SealingVectors(ReplayedCrypto crypto, String chain, String chainDigest) {
    this.crypto = crypto;
    this.cast = new VectorCast(crypto);
    this.chain = utf8(chain);
    this.chainDigest = chainDigest;
  }

  ObjectNode make() throws CryptoException {
    ObjectNode root = object();
    root.put("about", "What SEALING.md says, in examples; section 16 says how to read them.");
    root.putObject("encapsulations");
    root.set("rooms", array(cast.places().stream().map(Place::json).toList()));
    root.set("peers", array(cast.actors().stream().map(Actor::json).toList()));
    root.set("identities", array(cast.recipients().stream().map(Recipient::json).toList()));
    root.set("memberRecords", array(memberRecords()));
    makeGrants();
    root.set("pairs", array(pairs));
    root.set("grants", array(shownGrants));
    root.set("rekeys", array(List.of(rekey())));
    root.set("senderKey", senderKey());
    ordersSegments();
    tastingSegments();
    root.set("segments", array(shownSegments));
    root.set("deposits", array(deposits()));
    root.set("refused", array(new RefusedVectors(this).make()));
    ObjectNode encapsulations = root.putObject("encapsulations");
    crypto.used().forEach(encapsulations::put);
    return root;
  }

  // Members

  private List<ObjectNode> memberRecords() {
    List<PeerAddress> addresses =
        List.of(PeerAddress.of("192.0.2.10", 7400), PeerAddress.of("2001:db8::1", 7401));
    return List.of(
        record(cast.orders, cast.alice, addresses, false),
        record(cast.salon, cast.bob, List.of(), false),
        record(cast.tasting, cast.carol, List.of(), true));
  }

  private ObjectNode record(Place room, Actor of, List<PeerAddress> addresses, boolean left) {
    MemberRecord unsigned =
        new MemberRecord(
            room.topic,
            of.id,
            MADE_AT,
            MADE_AT + 120_000,
            left,
            room.suite.code(),
            of.kem(room.kem()).publicKey(),
            addresses,
            new byte[64]);
    MemberRecord record = signed(unsigned, of);
    records.add(record);
    ObjectNode node = object();
    node.put("room", room.name).put("of", of.name);
    node.put("sequence", record.sequence()).put("expires", record.expiresMillis());
    node.put("left", left).put("suite", record.suite());
    var hosts = node.putArray("addresses");
    addresses.forEach(a -> hosts.addObject().put("host", a.host()).put("port", a.port()));
    node.put("hash", hex(Digests.sha256(Labels.MEMBER_RECORD, record.signedBytes())));
    return node.put("frame", frame(new Frame.Members(room.topic, List.of(record))));
  }

  static MemberRecord signed(MemberRecord r, Actor by) {
    byte[] hash = Digests.sha256(Labels.MEMBER_RECORD, r.signedBytes());
    return new MemberRecord(
        r.topic(),
        r.peer(),
        r.sequence(),
        r.expiresMillis(),
        r.left(),
        r.suite(),
        r.kemKey(),
        r.addresses(),
        by.signing.sign(hash));
  }

  static String frame(Frame frame) {
    return hex(FrameCodec.encode(frame));
  }

  // Grants

  private void makeGrants() throws CryptoException {
    setUp("alice to bob", cast.orders, cast.bob, 0);
    setUp("alice to carol", cast.orders, cast.carol, 1);
    setUp("alice to dave", cast.orders, cast.dave, 2);
    setUp("alice to bob with a secret", cast.salon, cast.bob, 3);
    setUp("alice to bob under X25519", cast.tasting, cast.bob, 4);
    GrantContent introduction = introduction().keys(keys(0));
    grant("first", "alice to bob", introduction, true, false);
    grant("second", "alice to bob", new GrantContent().keys(keys(0)), false, false);
    sender("alice to bob").step();
    grant("moved on once", "alice to bob", new GrantContent().keys(keys(0)), false, false);
    sender("alice to bob").step();
    grant("set up again", "alice to bob", introduction().keys(keys(0)), true, true);
    grant("to carol", "alice to carol", introduction().keys(keys(0)), true, true);
    grant("to dave", "alice to dave", introduction().keys(keys(0)), true, true);
    grant("with a secret", "alice to bob with a secret", introduction(), true, false);
    grant("under X25519", "alice to bob under X25519", introduction(), true, false);
  }

  private PairwiseSender sender(String pair) {
    PairwiseSender sender = senders.get(pair);
    if (sender == null) {
      throw new IllegalArgumentException("no pair is called " + pair);
    }
    return sender;
  }

  private void setUp(String name, Place room, Actor to, long number) throws CryptoException {
    Pair pair = new Pair(room.topic, cast.alice.id, to.id, MADE_AT + number);
    byte[] publicKey = to.kem(room.kem()).publicKey();
    senders.put(name, PairwiseSender.setUp(crypto, room.kem(), pair, publicKey, room.psk));
    byte[] info =
        PageRules.hash(
            "peerroom/1 pairwise",
            room.topic.bytes(),
            cast.alice.id.bytes(),
            to.id.bytes(),
            PageRules.u64(pair.setup()));
    ObjectNode node = object().put("name", name).put("room", room.name);
    node.put("from", "alice").put("to", to.name).put("setup", pair.setup());
    byte[] key = agreement(node, room, to.kemSeed(room.kem()), publicKey, info);
    var generations = node.putArray("generations");
    for (int g = 0; g < 3; g++) {
      generations.add(hex(key));
      key = PageRules.expand(key, "peerroom/1 pairwise next", PageRules.NONE, 32);
    }
    pairs.add(node);
  }

  /** Shows a key agreement; returns its key, which the code does not show. */
  private byte[] agreement(
      ObjectNode node, Place room, byte[] seed, byte[] publicKey, byte[] info) {
    byte[] encapsulation = encapsulation(info);
    boolean xWing = encapsulation.length > 32;
    byte[] secret =
        xWing
            ? PageRules.xWingSecret(seed, encapsulation)
            : PageRules.x25519Secret(seed, publicKey, encapsulation);
    node.put("keyId", hex(KemKeyId.of(publicKey))).put("info", hex(info));
    node.put("encapsulation", hex(encapsulation)).put("kemSecret", hex(secret));
    return PageRules.export(xWing ? 0x647a : 0x20, secret, info, room.pskBytes());
  }

  private byte[] encapsulation(byte[] info) {
    String encapsulation = crypto.used().get(hex(info));
    if (encapsulation == null) {
      throw new AssertionError("the code uses another info than the page says");
    }
    return java.util.HexFormat.of().parseHex(encapsulation);
  }

  GrantContent introduction() {
    VerificationKey acme = VerificationKey.of(crypto.signingKey(seed(1)).publicKey());
    List<PolicyStatement.Recipient> durable = new ArrayList<>();
    for (Recipient one : List.of(cast.ann, cast.ben)) {
      VerificationKey key = VerificationKey.of(one.identityKey);
      durable.add(new PolicyStatement.Recipient(key, one.digest(), one.name));
    }
    durable.sort((a, b) -> a.key().compareTo(b.key()));
    PolicyStatement policy =
        new PolicyStatement(
            Admission.certifiedBy(List.of(acme)).withAttribute("org", List.of("Acme", "Köln")),
            History.RETAINED,
            600_000,
            16 << 20,
            cast.orders.suite,
            durable);
    return new GrantContent().introduce(policy, false).chain(chain);
  }

  List<KeyEntry> keys(int epoch) {
    return List.of(new KeyEntry(cast.alice.id, epoch, 0, epoch == 0 ? 0 : 4, chainKey(epoch)));
  }

  /** The sender key of an epoch in the room "orders", at its first step. */
  static ChainKey chainKey(int epoch) {
    return ChainKey.of(seed(0x51 + epoch));
  }

  private void grant(
      String name, String pair, GrantContent content, boolean introduce, boolean direct) {
    byte[] plaintext = content.encode();
    PairwiseSender sender = sender(pair);
    Frame.Grant grant = sender.seal(plaintext, introduce, direct ? null : cast.alice.signing, 3);
    grants.put(name, grant);
    byte[] context = context(grant);
    ObjectNode node = object().put("name", name).put("pair", pair);
    node.put("generation", grant.generation()).put("counter", grant.counter());
    node.put("overItsOwnLink", direct)
        .put("plaintext", hex(plaintext))
        .put("context", hex(context));
    if (grant.signature().length > 0) {
      node.put("hash", hex(PageRules.hash("peerroom/1 grant", context, grant.sealed())));
    }
    shownGrants.add(node.put("frame", frame(grant)));
    if (name.equals("first")) {
      node.put("chainDigest", chainDigest);
    }
  }

  static byte[] context(Frame.Grant g) {
    return PageRules.join(
        g.topic().bytes(),
        g.from().bytes(),
        g.to().bytes(),
        PageRules.u64(g.setup()),
        PageRules.u32(g.generation()),
        PageRules.u64(g.counter()),
        PageRules.block(g.kemKey()),
        PageRules.block(g.encapsulation()));
  }

  private ObjectNode rekey() {
    List<PairwiseSender> to =
        List.of(sender("alice to bob"), sender("alice to carol"), sender("alice to dave"));
    byte[] slots = RekeySlots.seal(cast.orders.topic, cast.alice.id, 1, 4, chainKey(1), to);
    Frame.Rekey rekey = new Frame.Rekey(cast.orders.topic, cast.alice.id, 1, 4, 3, slots);
    rekeys.add(rekey);
    ObjectNode node = object().put("room", "orders").put("from", "alice");
    node.put("epoch", 1).put("sequence", 4).put("chainKey", hex(seed(0x52)));
    byte[] place = PageRules.join(PageRules.u32(1), PageRules.u64(4));
    byte[] topic = cast.orders.topic.bytes();
    node.put("aad", hex(PageRules.hash("peerroom/1 rekey", topic, cast.alice.id.bytes(), place)));
    var shown = node.putArray("slots");
    shown.addObject().put("to", "bob").put("pair", "alice to bob").put("generation", 2);
    shown.addObject().put("to", "carol").put("pair", "alice to carol").put("generation", 0);
    shown.addObject().put("to", "dave").put("pair", "alice to dave").put("generation", 0);
    return node.put("frame", frame(rekey));
  }

  // Sender keys and segments

  private ObjectNode senderKey() {
    ObjectNode node = object().put("room", "orders").put("author", "alice");
    node.put("epoch", 0).put("sequence", 0);
    var steps = node.putArray("steps");
    ChainKey key = chainKey(0);
    for (int step = 0; step <= 2_000; step++) {
      if (step < 4 || step == 2_000) {
        byte[] chainKey = key.exposeForGrant();
        byte[] context = keyContext(cast.orders, 0, step);
        byte[] derived = PageRules.expand(chainKey, "peerroom/1 segment", context, 64);
        ObjectNode shown = steps.addObject().put("step", step).put("chainKey", hex(chainKey));
        shown.put("segmentKey", hex(derived).substring(0, 64));
        shown.put("commitment", hex(key.segmentKey(context).commitment()));
      }
      key = key.next();
    }
    return node;
  }

  byte[] keyContext(Place room, int epoch, int step) {
    return PageRules.join(
        room.topic.bytes(), cast.alice.id.bytes(), PageRules.u32(epoch), PageRules.u32(step));
  }

  private void ordersSegments() {
    byte[] espresso = body(OutgoingMessage.of("one espresso"), 0);
    segment(0, 0, SegmentContent.messages(null, List.of(espresso)), "one message");
    byte[] header =
        body(
            OutgoingMessage.of("two flat whites").withHeader("Table", "7").withKey("order 7 ☕"), 1);
    byte[] empty = body(OutgoingMessage.of(new byte[0]).withHeader("Größe", "☕"), 2);
    List<byte[]> bodies = List.of(espresso, header, empty);
    WireWriter under = SegmentContent.messages(cast.ann.identityKey, bodies);
    segment(0, 1, under, "three messages, written under Ann's identity");
    byte[] payload = new byte[SegmentContent.MAX_PART + 100];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (i % 251);
    }
    byte[] large = body(OutgoingMessage.of(payload), 3);
    segment(0, 2, SegmentContent.part(null, large, 0), "the first part of a large message");
    int rest = SegmentContent.MAX_PART;
    segment(0, 3, SegmentContent.part(null, large, rest), "the rest of it");
    byte[] after = body(OutgoingMessage.of("the next sender key"), 4);
    segment(1, 0, SegmentContent.messages(null, List.of(after)), "the first of the next epoch");
  }

  static byte[] body(OutgoingMessage message, int number) {
    return MessageCodec.encode(message, MADE_AT + number);
  }

  private void segment(int epoch, int step, WireWriter plaintext, String what) {
    ChainKey key = chainKey(epoch);
    for (int s = 0; s < step; s++) {
      key = key.next();
    }
    SegmentPlace place = place(cast.orders, segments.size(), epoch, step);
    show(place, key, SegmentSealing.NO_WRAPS, plaintext, what);
  }

  private SegmentPlace place(Place room, int sequence, int epoch, int step) {
    byte[] previous = sequence == 0 ? new byte[32] : segments.get(segments.size() - 1).hash();
    return new SegmentPlace(
        room.topic, cast.alice.id, sequence, previous, MADE_AT + sequence, EXPIRES_AT, epoch, step);
  }

  private ObjectNode show(
      SegmentPlace place, ChainKey key, byte[] wraps, WireWriter plaintext, String what) {
    SealedSegment sealed = SegmentSealing.seal(place, key, wraps, plaintext, cast.alice.signing);
    segments.add(sealed);
    String room = wraps.length == 0 ? "orders" : "tasting";
    ObjectNode node = object().put("what", what).put("room", room).put("author", "alice");
    node.put("sequence", place.sequence()).put("epoch", place.epoch()).put("step", place.step());
    node.put("created", place.createdMillis()).put("expires", place.expiresMillis());
    node.put("previous", hex(place.previous())).put("chainKey", hex(key.exposeForGrant()));
    byte[] encoded = sealed.segment().encoded();
    if (encoded.length > 60_000) {
      node.put("plaintextSha256", hex(PageRules.sha256(plaintext.toBytes())));
      node.put("header", hex(sealed.segment().headerBytes()));
      node.put("segmentSha256", hex(PageRules.sha256(encoded)));
      node.put("signature", hex(sealed.segment().signature()));
    } else {
      node.put("plaintext", hex(plaintext.toBytes())).put("segment", hex(encoded));
    }
    node.put("hash", hex(sealed.hash()));
    shownSegments.add(node);
    return node;
  }

  private void tastingSegments() {
    for (int epoch = 0; epoch < 2; epoch++) {
      ChainKey key = ChainKey.of(seed(0x61 + epoch));
      KeyWraps forEach =
          KeyWraps.ofSegment(cast.tasting.topic, cast.alice.id, epoch, cast.tasting.psk);
      List<byte[]> to = List.of(cast.bob.x25519.publicKey(), cast.carol.x25519.publicKey());
      byte[] wraps = forEach.seal(crypto, to, key);
      byte[] body = body(OutgoingMessage.of("cup " + epoch), epoch);
      SegmentPlace place = place(cast.tasting, epoch, epoch, 0);
      WireWriter content = SegmentContent.messages(null, List.of(body));
      ObjectNode node = show(place, key, wraps, content, "with its key for bob and carol");
      var shown = node.putArray("wraps");
      for (Actor one : List.of(cast.bob, cast.carol)) {
        wrap(
            shown.addObject(),
            cast.tasting,
            one.x25519Seed,
            one.x25519.publicKey(),
            epoch,
            one.name);
      }
    }
  }

  private void wrap(
      ObjectNode node, Place room, byte[] seed, byte[] publicKey, int epoch, String to) {
    String label = publicKey.length == 32 ? "peerroom/1 segment wrap" : "peerroom/1 deposit wrap";
    byte[] id = KemKeyId.of(publicKey);
    byte[] topic = room.topic.bytes();
    byte[] info = PageRules.hash(label, topic, cast.alice.id.bytes(), PageRules.u32(epoch), id);
    node.put("to", to);
    byte[] key = agreement(node, room, seed, publicKey, info);
    node.put("wrapKey", hex(key));
  }

  // Deposits

  private List<ObjectNode> deposits() {
    return List.of(
        deposit(cast.orders, 1, 4, 0x52, List.of(cast.ann, cast.ben)),
        deposit(cast.salon, 0, 0, 0x71, List.of(cast.ann)));
  }

  private ObjectNode deposit(
      Place room, int epoch, long sequence, int key, List<Recipient> recipients) {
    List<byte[]> to = recipients.stream().map(one -> one.key.publicKey()).toList();
    KeyDeposit deposit =
        DepositSealing.seal(
            crypto,
            room.topic,
            cast.alice.id,
            epoch,
            sequence,
            ChainKey.of(seed(key)),
            to,
            room.psk,
            cast.alice.signing);
    deposits.add(deposit);
    ObjectNode node = object().put("room", room.name).put("author", "alice");
    node.put("epoch", epoch).put("sequence", sequence).put("chainKey", hex(seed(key)));
    var shown = node.putArray("wraps");
    for (Recipient one : recipients) {
      wrap(shown.addObject(), room, one.seed, one.key.publicKey(), epoch, one.name);
    }
    node.put("hash", hex(Digests.sha256("peerroom/1 deposit", deposit.signedBytes())));
    return node.put("frame", frame(new Frame.Deposited(deposit)));
  }
}
