package org.peerroom.internal.protocol;

import static org.peerroom.internal.protocol.SealingVectors.frame;
import static org.peerroom.internal.protocol.VectorCast.hex;
import static org.peerroom.internal.protocol.VectorCast.object;
import static org.peerroom.internal.protocol.VectorCast.seed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.peerroom.OutgoingMessage;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.protocol.VectorCast.Actor;
import org.peerroom.internal.sealing.DepositSealing;
import org.peerroom.internal.sealing.KemKeyId;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.sealing.Pair;
import org.peerroom.internal.sealing.PairwiseSender;
import org.peerroom.internal.sealing.SegmentPlace;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.Frame.Rekey;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.MemberRecord;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.Topic;

/** What must not open, each with the reason why: what a dishonest peer makes of honest bytes. */
final class RefusedVectors {

  private static final byte[] NONE = {};

  private final SealingVectors made;
  private final VectorCast cast;
  private final List<ObjectNode> all = new ArrayList<>();

  RefusedVectors(SealingVectors made) {
    this.made = made;
    this.cast = made.cast;
  }

  List<ObjectNode> make() throws CryptoException {
    records();
    alteredGrants();
    untimelyGrants();
    rekeys();
    segments();
    placedElsewhere();
    wraps();
    deposits();
    plaintexts();
    return all;
  }

  private ObjectNode refused(String kind, String what, String reason) {
    ObjectNode node = object().put("kind", kind).put("what", what).put("reason", reason);
    all.add(node);
    return node;
  }

  static byte[] flipped(byte[] bytes, int at) {
    byte[] changed = bytes.clone();
    changed[at] ^= 1;
    return changed;
  }

  // Member records

  private void record(String what, String reason, MemberRecord record, long now) {
    refused("record", what, reason)
        .put("room", "orders")
        .put("now", now)
        .put("frame", frame(new Frame.Members(cast.orders.topic, List.of(record))));
  }

  private void records() {
    MemberRecord r = made.records.get(0);
    long now = SealingVectors.MADE_AT;
    record("another address", "signature", with(r, r.suite(), r.kemKey(), r.signature()), now);
    record("signed by another", "signature", SealingVectors.signed(r, cast.bob), now);
    byte[] small = cast.alice.x25519.publicKey();
    MemberRecord short32 = with(r, r.suite(), small, r.signature());
    record("a key of another suite", "shape", SealingVectors.signed(short32, cast.alice), now);
    MemberRecord other = with(r, 2, small, r.signature());
    record("of another suite", "suite", SealingVectors.signed(other, cast.alice), now);
    record("ended more than 120 s ago", "time", r, r.expiresMillis() + 120_000);
    record("ends in more than 240 s", "time", r, r.expiresMillis() - 240_001);
  }

  private static MemberRecord with(MemberRecord r, int suite, byte[] kemKey, byte[] signature) {
    return new MemberRecord(
        r.topic(),
        r.peer(),
        r.sequence(),
        r.expiresMillis(),
        r.left(),
        suite,
        kemKey,
        List.of(PeerAddress.of("192.0.2.66", 7400)),
        signature);
  }

  // Grants

  private ObjectNode grant(String what, String reason, Grant grant, Actor reader, boolean direct) {
    return refused("grant", what, reason)
        .put("room", grant.topic().equals(cast.salon.topic) ? cast.salon.name : "orders")
        .put("reader", reader.name)
        .put("overItsOwnLink", direct)
        .put("frame", frame(grant));
  }

  private Grant honest(String name) {
    Grant grant = made.grants.get(name);
    if (grant == null) {
      throw new IllegalArgumentException("no grant is called " + name);
    }
    return grant;
  }

  private static Grant routed(Grant g, Topic topic, PeerId from, PeerId to, byte[] kemKey) {
    return new Grant(
        topic,
        from,
        to,
        g.setup(),
        g.generation(),
        g.counter(),
        g.hops(),
        kemKey,
        g.encapsulation(),
        g.sealed(),
        g.signature());
  }

  private static Grant numbered(Grant g, long setup, int generation, long counter) {
    return new Grant(
        g.topic(),
        g.from(),
        g.to(),
        setup,
        generation,
        counter,
        g.hops(),
        g.kemKey(),
        g.encapsulation(),
        g.sealed(),
        g.signature());
  }

  private static Grant filled(Grant g, byte[] encapsulation, byte[] sealed, byte[] signature) {
    return new Grant(
        g.topic(),
        g.from(),
        g.to(),
        g.setup(),
        g.generation(),
        g.counter(),
        g.hops(),
        g.kemKey(),
        encapsulation,
        sealed,
        signature);
  }

  private void alteredGrants() {
    Grant g = honest("first");
    Topic topic = g.topic();
    PeerId from = g.from();
    PeerId to = g.to();
    byte[] enc = g.encapsulation();
    Grant altered = filled(g, enc, flipped(g.sealed(), 40), g.signature());
    grant("an altered bit, not over its own link", "signature", altered, cast.bob, false);
    grant("an altered bit, over its own link", "tag", altered, cast.bob, true);
    Grant bare = filled(g, enc, g.sealed(), NONE);
    grant("not signed, not over its own link", "signature", bare, cast.bob, false);
    Grant second = honest("second");
    Grant signed = filled(second, NONE, second.sealed(), g.signature());
    grant("signed without an encapsulation", "shape", signed, cast.bob, true);
    for (int at : new int[] {0, enc.length - 1}) {
      Grant other = filled(g, flipped(enc, at), g.sealed(), g.signature());
      grant("an altered encapsulation, at " + at, "tag", other, cast.bob, true);
    }
    Grant forCarol = routed(g, topic, from, cast.carol.id, g.kemKey());
    grant("for another peer", "kem key", forCarol, cast.carol, true);
    byte[] carolsKey = KemKeyId.of(cast.carol.xWing.publicKey());
    Grant named = routed(g, topic, from, cast.carol.id, carolsKey);
    grant("for another peer, naming its key", "tag", named, cast.carol, true);
    Grant elsewhere = routed(g, cast.tasting.topic, from, to, g.kemKey());
    grant("for another room", "tag", elsewhere, cast.bob, true);
    Grant mallorys = routed(g, topic, cast.mallory.id, to, g.kemKey());
    grant("in another peer's name", "signature", mallorys, cast.bob, false);
    grant("in another peer's name, over its link", "tag", mallorys, cast.bob, true);
    long setup = g.setup();
    grant("another setup", "tag", numbered(g, setup + 1, 0, 1), cast.bob, true);
    grant("another generation", "tag", numbered(g, setup, 1, 1), cast.bob, true);
    grant("another counter", "tag", numbered(g, setup, 0, 2), cast.bob, true);
    grant("65 generations ahead", "generation", numbered(g, setup, 65, 1), cast.bob, true);
  }

  private void untimelyGrants() throws CryptoException {
    Grant first = honest("first");
    grant("once more", "seen", first, cast.bob, false).putArray("before").add(frame(first));
    grant("of a generation that is forgotten", "generation", honest("second"), cast.bob, true)
        .putArray("before")
        .add(frame(honest("set up again")));
    Pair pair = new Pair(cast.salon.topic, cast.mallory.id, cast.bob.id, SealingVectors.MADE_AT);
    PairwiseSender outsider =
        PairwiseSender.setUp(made.crypto, KemSuite.X25519, pair, cast.bob.x25519.publicKey(), null);
    byte[] content = made.introduction().encode();
    Grant without = outsider.seal(content, true, cast.mallory.signing, 3);
    grant("without the room's secret", "tag", without, cast.bob, false);
  }

  // Rekeys

  private void rekey(String what, String reason, Rekey rekey, Actor reader, String before) {
    refused("rekey", what, reason)
        .put("room", "orders")
        .put("reader", reader.name)
        .put("frame", frame(rekey))
        .putArray("before")
        .add(frame(honest(before)));
  }

  private static Rekey with(Rekey r, int epoch, long sequence, byte[] slots) {
    return new Rekey(r.topic(), r.from(), epoch, sequence, r.hops(), slots);
  }

  private void rekeys() {
    Rekey r = made.rekeys.get(0);
    String before = "set up again";
    byte[] slots = r.slots();
    Rekey altered = with(r, 1, 4, flipped(slots, 20));
    rekey("an altered bit", "tag", altered, cast.bob, before);
    rekey("another epoch", "tag", with(r, 2, 4, slots), cast.bob, before);
    rekey("another sequence number", "tag", with(r, 1, 5, slots), cast.bob, before);
    byte[] next = slots.clone();
    next[9]++;
    rekey("another generation", "tag", with(r, 1, 4, next), cast.bob, before);
    byte[] far = slots.clone();
    far[9] = (byte) (far[9] + 65);
    rekey("65 generations ahead", "generation", with(r, 1, 4, far), cast.bob, before);
    rekey("no slot", "no slot", r, cast.mallory, before);
    byte[] moved = slots.clone();
    System.arraycopy(slots, Rekey.SLOT_SIZE + 8, moved, 8, Rekey.SLOT_SIZE - 8);
    moved[9] = 2;
    rekey("another member's slot", "tag", with(r, 1, 4, moved), cast.bob, before);
    rekey("the others' slots alone", "no slot", with(r, 1, 4, tail(slots)), cast.bob, before);
  }

  private static byte[] tail(byte[] slots) {
    return Arrays.copyOfRange(slots, Rekey.SLOT_SIZE, slots.length);
  }

  // Segments

  private ObjectNode segment(String what, String reason, byte[] encoded, int keyEpoch) {
    return refused("segment", what, reason)
        .put("room", "orders")
        .put("reader", "bob")
        .put("epoch", keyEpoch)
        .put("sequence", keyEpoch == 0 ? 0 : 4)
        .put("chainKey", hex(seed(0x51 + keyEpoch)))
        .put("segment", hex(encoded));
  }

  /** Signs a segment whose parts somebody has altered, by its author or another. */
  private static byte[] signed(SegmentHeader header, byte[] wraps, byte[] ciphertext, Actor by) {
    byte[] headerBytes = Segment.encodeHeader(header, wraps.length, ciphertext.length);
    byte[] hash = PageRules.hash("peerroom/1 segment", headerBytes, wraps, ciphertext);
    byte[] signature = by.signing.sign(hash);
    return Segment.assemble(header, headerBytes, wraps, ciphertext, signature).encoded();
  }

  private static byte[] ciphertext(Segment s) {
    return Arrays.copyOfRange(s.encoded(), s.ciphertextBegin(), s.ciphertextEnd());
  }

  private void segments() {
    Segment s = made.segments.get(1).segment();
    SegmentHeader h = s.header();
    byte[] sealed = ciphertext(s);
    int body = Segment.HEADER_SIZE + 5;
    segment("an altered bit of ciphertext", "signature", flipped(s.encoded(), body), 0);
    segment("an altered bit of header", "signature", flipped(s.encoded(), 100), 0);
    segment("an altered bit of signature", "signature", flipped(s.encoded(), s.size() - 3), 0);
    segment("signed by a member with the key", "signature", signed(h, NONE, sealed, cast.bob), 0);
    byte[] resigned = signed(h, NONE, flipped(sealed, 5), cast.alice);
    segment("an altered bit of ciphertext, signed again", "tag", resigned, 0);
    byte[] shorter = Arrays.copyOf(s.encoded(), s.size() - 1);
    segment("cut short", "shape", shorter, 0);
    byte[] older = s.encoded().clone();
    older[0] = 1;
    segment("of another version", "shape", older, 0);
    byte[] wrapped = signed(h, new byte[88], sealed, cast.alice);
    segment("with wraps in a room of another suite", "suite", wrapped, 0);
  }

  private void placedElsewhere() {
    Segment s = made.segments.get(1).segment();
    SegmentHeader h = s.header();
    byte[] sealed = ciphertext(s);
    again("another commitment", "commitment", s, x -> with(x, x.topic(), 0, 1, 0, true));
    again("another room", "commitment", s, x -> with(x, cast.salon.topic, 0, 1, 0, false));
    again("another epoch", "commitment", s, x -> with(x, x.topic(), 1, 1, 0, false))
        .put("epoch", 1)
        .put("sequence", 0);
    again("another step", "commitment", s, x -> with(x, x.topic(), 0, 2, 1, false));
    again("another time", "tag", s, x -> with(x, x.topic(), 0, 1, 0, false));
    SegmentHeader claimed =
        new SegmentHeader(
            h.topic(),
            cast.bob.id,
            h.sequence(),
            h.previous(),
            h.createdMillis(),
            h.expiresMillis(),
            h.epoch(),
            h.step(),
            h.commitment());
    byte[] stolen = signed(claimed, NONE, sealed, cast.bob);
    segment("in a member's own name", "commitment", stolen, 0).put("author", "bob");
    byte[] right = made.segments.get(4).segment().encoded();
    segment("with the key of the epoch before", "commitment", right, 0)
        .put("epoch", 1)
        .put("sequence", 4);
    ChainKey far = SealingVectors.chainKey(0);
    for (int step = 0; step < 2_001; step++) {
      far = far.next();
    }
    SegmentPlace place =
        new SegmentPlace(
            h.topic(),
            h.author(),
            2_001,
            new byte[32],
            h.createdMillis(),
            h.expiresMillis(),
            0,
            2_001);
    byte[] one = SealingVectors.body(OutgoingMessage.of("far"), 0);
    byte[] ahead =
        SegmentSealing.seal(
                place,
                far,
                SegmentSealing.NO_WRAPS,
                SegmentContent.messages(null, List.of(one)),
                cast.alice.signing)
            .segment()
            .encoded();
    segment("2,001 steps ahead", "jump", ahead, 0);
  }

  private ObjectNode again(
      String what, String reason, Segment s, UnaryOperator<SegmentHeader> change) {
    byte[] encoded = signed(change.apply(s.header()), NONE, ciphertext(s), cast.alice);
    return segment(what + ", signed again", reason, encoded, 0);
  }

  private static SegmentHeader with(
      SegmentHeader h, Topic topic, int epoch, int step, long later, boolean otherCommitment) {
    return new SegmentHeader(
        topic,
        h.author(),
        h.sequence() + later,
        h.previous(),
        h.createdMillis() + 1,
        h.expiresMillis(),
        epoch,
        step,
        otherCommitment ? flipped(h.commitment(), 0) : h.commitment());
  }

  // Wrapped keys

  private void wrapped(String what, String reason, byte[] segment, Actor reader) {
    refused("segment", what, reason)
        .put("room", "tasting")
        .put("reader", reader.name)
        .put("segment", hex(segment));
  }

  private void wraps() {
    Segment s = made.segments.get(made.segments.size() - 1).segment();
    SegmentHeader h = s.header();
    byte[] wraps = s.wraps();
    byte[] sealed = ciphertext(s);
    wrapped("no slot for this member", "no slot", s.encoded(), cast.dave);
    byte[] altered = signed(h, flipped(wraps, 60), sealed, cast.alice);
    wrapped("an altered slot, signed again", "tag", altered, cast.bob);
    byte[] swapped = wraps.clone();
    System.arraycopy(wraps, 0, swapped, 88, 8);
    System.arraycopy(wraps, 88, swapped, 0, 8);
    wrapped(
        "slots under each other's ids", "tag", signed(h, swapped, sealed, cast.alice), cast.bob);
    byte[] earlier = made.segments.get(made.segments.size() - 2).segment().wraps();
    wrapped("the slots of another epoch", "tag", signed(h, earlier, sealed, cast.alice), cast.bob);
    byte[] cut = Arrays.copyOf(wraps, 100);
    wrapped("half a slot", "shape", signed(h, cut, sealed, cast.alice), cast.bob);
    byte[] empty = Arrays.copyOf(Arrays.copyOf(wraps, 8), 88);
    wrapped("a slot of zeros", "kem key", signed(h, empty, sealed, cast.alice), cast.bob);
  }

  // Deposits

  private void deposit(String what, String reason, KeyDeposit deposit, String reader) {
    refused("deposit", what, reason)
        .put("room", deposit.topic().equals(cast.salon.topic) ? cast.salon.name : "orders")
        .put("reader", reader)
        .put("frame", frame(new Frame.Deposited(deposit)));
  }

  private KeyDeposit signed(KeyDeposit d, int epoch, byte[] wraps, Actor by) {
    KeyDeposit unsigned =
        new KeyDeposit(d.topic(), d.author(), epoch, d.sequence(), wraps, d.signature());
    byte[] hash = PageRules.hash("peerroom/1 deposit", unsigned.signedBytes());
    return new KeyDeposit(d.topic(), d.author(), epoch, d.sequence(), wraps, by.signing.sign(hash));
  }

  private void deposits() throws CryptoException {
    KeyDeposit d = made.deposits.get(0);
    KeyDeposit altered =
        new KeyDeposit(
            d.topic(),
            d.author(),
            d.epoch(),
            d.sequence(),
            flipped(d.wraps(), 1_160),
            d.signature());
    deposit("an altered slot", "signature", altered, "Ann");
    deposit("signed by another", "signature", signed(d, 1, d.wraps(), cast.bob), "Ann");
    KeyDeposit resigned = signed(d, 1, altered.wraps(), cast.alice);
    deposit("an altered slot, signed again", "tag", resigned, "Ann");
    deposit("another epoch, signed again", "no slot", signed(d, 2, d.wraps(), cast.alice), "Ann");
    deposit("no slot for this identity", "no slot", d, "Eve");
    byte[] half = Arrays.copyOf(d.wraps(), 1_000);
    deposit("half a slot", "shape", signed(d, 1, half, cast.alice), "Ann");
    KeyDeposit open =
        DepositSealing.seal(
            made.crypto,
            cast.salon.topic,
            cast.alice.id,
            1,
            1,
            ChainKey.of(seed(0x72)),
            List.of(cast.ann.key.publicKey()),
            null,
            cast.alice.signing);
    deposit("without the room's secret", "tag", open, "Ann");
    byte[] wrapsOfSegment =
        KeyWraps.ofSegment(cast.orders.topic, cast.alice.id, 1, null)
            .seal(made.crypto, List.of(cast.dave.x25519.publicKey()), ChainKey.of(seed(0x73)));
    deposit("wraps of a segment", "shape", signed(d, 1, wrapsOfSegment, cast.alice), "Ann");
  }

  // Plaintexts

  private void plaintext(String what, byte[]... parts) {
    refused("plaintext", what, "shape").put("plaintext", hex(PageRules.join(parts)));
  }

  private void plaintexts() {
    byte[] message = PageRules.join(PageRules.u64(1), PageRules.varint(0), PageRules.u8('x'));
    byte[] item = PageRules.join(PageRules.u8(1), PageRules.block(message));
    byte[] padding = new byte[40];
    plaintext("padding that is not zero", item, padding, PageRules.u8(1));
    plaintext("an item of unknown kind", PageRules.u8(9), PageRules.block(message), padding);
    plaintext("an identity that is not first", item, PageRules.u8(4), new byte[32], padding);
    plaintext("an item that is cut short", PageRules.u8(1), PageRules.varint(100), message);
    plaintext("a length not in its shortest form", PageRules.u8(1), new byte[] {(byte) 0x80, 0});
    byte[] header = PageRules.join(PageRules.block(PageRules.ascii("a")), PageRules.block(NONE));
    byte[] twice = PageRules.join(PageRules.u64(1), PageRules.varint(2), header, header);
    plaintext("a header twice", PageRules.u8(1), PageRules.block(twice), padding);
    byte[] blank = PageRules.join(PageRules.u64(1), PageRules.varint(1), new byte[] {0, 0});
    plaintext("a header without a name", PageRules.u8(1), PageRules.block(blank), padding);
    byte[] bad =
        PageRules.join(PageRules.u64(1), PageRules.varint(1), new byte[] {1, (byte) 0xff, 0});
    plaintext("a header that is not UTF-8", PageRules.u8(1), PageRules.block(bad), padding);
  }
}
