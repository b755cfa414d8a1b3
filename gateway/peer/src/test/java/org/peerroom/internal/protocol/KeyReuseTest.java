package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Encapsulation;
import org.peerroom.internal.crypto.ForwardingCrypto;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.MemberRecord;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireWriter;
import org.peerroom.simulator.SeededEntropy;
import org.peerroom.simulator.SimulatedCrypto;

/**
 * No key seals two things under one nonce, however often a peer begins a new key, leaves and comes
 * back, or is started again. Signatures and key agreement are simulated here; what is derived from
 * keys and sealed with them is not.
 */
class KeyReuseTest {

  private static final RoomPolicy POLICY = RoomPolicy.DEFAULT;

  private final SeededEntropy random = new SeededEntropy(3);
  private final Remembering crypto = new Remembering();
  private long tick = 5_000;

  private Now now() {
    return new Now(1_700_000_000_000L + tick, tick);
  }

  private static Topic topic(int number) {
    byte[] topic = new byte[32];
    topic[0] = (byte) number;
    return Topic.of(topic);
  }

  private PeerContext newProcess() {
    PeerContext context = new PeerContext(PeerKeys.generate(crypto, random), crypto, random);
    context.at(now());
    return context;
  }

  /** A set of numbers that are as good as random, without an object for each. */
  private static final class Numbers {
    private final long[] table = new long[1 << 22];
    private int size;

    /** Whether it was not there: by chance one in a hundred million runs says so wrongly. */
    boolean add(long number) {
      long wanted = number == 0 ? 1 : number;
      int at = (int) (wanted ^ wanted >>> 32) & (table.length - 1);
      while (table[at] != 0) {
        if (table[at] == wanted) {
          return false;
        }
        at = (at + 1) & (table.length - 1);
      }
      table[at] = wanted;
      size++;
      return true;
    }
  }

  /**
   * A segment key seals once, with a nonce of zeros, so that no two may be the same. Each is told
   * from the others by its commitment, which is derived together with it.
   */
  @Test
  void aMillionSegments_ofAuthorsThatComeAndGo_haveAKeyEach() {
    Numbers commitments = new Numbers();
    int sealed = 0;
    int seals = 1_000_000;
    for (int process = 0; sealed < seals; process++) {
      PeerContext context = newProcess();
      for (int visit = 0; visit < 20; visit++) {
        for (int room = 0; room < 5; room++) {
          sealed += visit(context, topic(room), commitments, 2_500);
        }
      }
      assertTrue(process < 5, "it takes too long");
    }
    assertEquals(sealed, commitments.size);
  }

  /** Joins a room, seals so many segments under changing keys, and leaves it again. */
  private int visit(PeerContext context, Topic topic, Numbers commitments, int segments) {
    Feed feed = new Feed(context.self.id(), context.self.id(), new KeyBudget(), tick);
    Author author = new Author(context, topic, POLICY, feed, List::of, null);
    PeerContext.Continuation before = context.continuation(topic);
    if (before != null) {
      author.continueFrom(before);
    }
    author.rekey(now());
    for (int i = 0; i < segments; i++) {
      if (random.nextInt(100) == 0) {
        author.rekeyBeforeNext(random.nextInt(2) == 0);
      }
      if (random.nextInt(1_000) == 0) {
        tick += random.between(1, 4_000_000);
      }
      if (author.rekeyIsDue(now())) {
        author.rekey(now());
      }
      WireWriter text = new WireWriter(16).i64(i).i64(i);
      Segment segment = author.seal(text, 1, now()).segment;
      byte[] commitment = segment.header().commitment();
      if (!commitments.add(ByteBuffer.wrap(commitment).getLong())) {
        throw new AssertionError("a key is used again for " + segment);
      }
      feed.removeFirst();
    }
    context.leaves(topic, author.continuation());
    author.destroy();
    return segments;
  }

  @Test
  void segmentsForEachRecipient_haveAKeyEach() {
    Numbers commitments = new Numbers();
    PeerContext context = newProcess();
    KemKeys kemKeys = new KemKeys(newProcess(), SealingSuite.PER_RECIPIENT);
    byte[] recipient = kemKeys.fresh(now());
    RoomPolicy policy = POLICY.withSuite(SealingSuite.PER_RECIPIENT);
    Set<String> wraps = new HashSet<>();
    for (int visit = 0; visit < 10; visit++) {
      Feed feed = new Feed(context.self.id(), context.self.id(), new KeyBudget(), tick);
      Author author = new Author(context, topic(1), policy, feed, () -> List.of(recipient), null);
      PeerContext.Continuation before = context.continuation(topic(1));
      if (before != null) {
        author.continueFrom(before);
      }
      author.rekey(now());
      for (int i = 0; i < 500; i++) {
        Segment segment = author.seal(new WireWriter(16).i64(1).i64(2), 1, now()).segment;
        assertTrue(commitments.add(ByteBuffer.wrap(segment.header().commitment()).getLong()));
        assertTrue(wraps.add(HexFormat.of().formatHex(segment.wraps())));
        assertEquals(0, segment.header().step());
        feed.removeFirst();
      }
      context.leaves(topic(1), author.continuation());
    }
    crypto.expectEachAgreedOnce();
  }

  /** One member that others seal for; it makes a new key for each of its records. */
  private final class Other {
    final PeerContext context = newProcess();
    final Membership membership;

    Other(Topic topic) {
      membership =
          new Membership(context, topic, POLICY.suite(), new KemKeys(context, POLICY.suite()));
    }

    MemberRecord record() {
      context.at(now());
      return membership.own(List.of(), false, now());
    }
  }

  /** Everything that one run of a peer seals under pairwise keys, and what may not be twice. */
  private final class Sealing {
    final Set<String> used = new HashSet<>();

    /** The pairwise key that is in use for each member, by its fingerprint. */
    final Map<PeerId, String> inUse = new HashMap<>();

    final Map<PeerId, Integer> generations = new HashMap<>();

    void add(Frame.Grant grant) {
      if (grant.encapsulation().length > 0) {
        String key = crypto.fingerprint(grant.encapsulation());
        if (!key.equals(inUse.put(grant.to(), key))) {
          generations.put(grant.to(), 0);
        }
      }
      String key = inUse.get(grant.to());
      assertNotNull(key, "a first grant that sets no key up");
      int before = generations.merge(grant.to(), grant.generation(), Math::max);
      assertEquals(before, grant.generation(), "an older generation is used again");
      String nonce = key + "/" + grant.generation() + "/note/" + grant.counter();
      assertTrue(used.add(nonce), () -> nonce + " is used again");
    }

    void add(int epoch, byte[] slots, Map<String, PeerId> byId) {
      for (int at = 0; at < slots.length; at += Frame.Rekey.SLOT_SIZE) {
        PeerId to = byId.get(HexFormat.of().formatHex(slots, at, at + 8));
        assertNotNull(to);
        int generation = ByteBuffer.wrap(slots).getShort(at + 8) & 0xffff;
        String nonce = inUse.get(to) + "/" + generation + "/rekey/" + epoch;
        assertTrue(used.add(nonce), () -> nonce + " is used again");
      }
    }
  }

  @Test
  void grantsAndRekeys_haveANonceEach_whateverBecomesOfTheKeys() throws Exception {
    Sealing sealing = new Sealing();
    int grants = 0;
    int rekeys = 0;
    for (int process = 0; process < 3; process++) {
      PeerContext context = newProcess();
      int epoch = 0;
      for (int visit = 0; visit < 4; visit++) {
        Topic topic = topic(visit % 2);
        List<Other> others = new ArrayList<>();
        Map<PeerId, MemberRecord> records = new HashMap<>();
        Map<String, PeerId> byId = new HashMap<>();
        for (int i = 0; i < 12; i++) {
          Other other = new Other(topic);
          others.add(other);
          MemberRecord record = other.record();
          records.put(record.peer(), record);
          byId.put(HexFormat.of().formatHex(record.peer().bytes(), 0, 8), record.peer());
        }
        context.at(now());
        Grants mine = new Grants(context, topic, new KemKeys(context, POLICY.suite()), null);
        for (int i = 0; i < 3_000; i++) {
          tick += random.between(0, 900);
          context.at(now());
          Other other = others.get(random.nextInt(others.size()));
          PeerId to = other.context.self.id();
          switch (random.nextInt(12)) {
            case 0 -> records.put(to, other.record());
            case 1 -> {
              mine.forget(to);
              sealing.inUse.remove(to);
              sealing.generations.remove(to);
            }
            case 2, 3 -> mine.advance(now());
            case 4, 5, 6 -> {
              ChainKey key = ChainKey.of(random.next(32));
              sealing.add(++epoch, mine.rekey(epoch, i, key, records.keySet()), byId);
              rekeys++;
            }
            default -> {
              MemberRecord record = records.get(to);
              assertNotNull(record);
              boolean introduce = random.chance(0.5);
              boolean direct = random.chance(0.5);
              sealing.add(mine.seal(record, new GrantContent(), introduce, direct, 3));
              grants++;
            }
          }
        }
        mine.destroy();
        sealing.inUse.clear();
        sealing.generations.clear();
      }
    }
    crypto.expectEachAgreedOnce();
    assertTrue(grants > 10_000 && rekeys > 5_000, grants + " grants, " + rekeys + " rekeys");
    long generations = sealing.used.stream().filter(nonce -> !nonce.contains("/0/")).count();
    assertTrue(generations > 1_000, "hardly any key has moved on: a weak test: " + generations);
  }

  /** The clock for grants stands still: nothing moves on, and nothing is sealed twice. */
  @Test
  void clockThatStandsStill_bringsNoNonceTwice() throws Exception {
    PeerContext context = newProcess();
    Other other = new Other(topic(1));
    MemberRecord record = other.record();
    Grants mine = new Grants(context, topic(1), new KemKeys(context, POLICY.suite()), null);
    Sealing sealing = new Sealing();
    for (int i = 0; i < 2_000; i++) {
      sealing.add(mine.seal(record, new GrantContent(), i % 3 == 0, true, 3));
      if (i % 10 == 0) {
        mine.forget(record.peer());
      }
    }
    crypto.expectEachAgreedOnce();
    assertTrue(Duration.ofMillis(tick).toSeconds() < 10);
  }

  /** Knows each pairwise key that is agreed on by something that only it gives. */
  private static final class Remembering extends ForwardingCrypto {
    private final Map<String, String> fingerprints = new HashMap<>();
    private final Set<String> all = new HashSet<>();
    private int agreed;

    Remembering() {
      super(new SimulatedCrypto());
    }

    String fingerprint(byte[] encapsulation) {
      String known = fingerprints.get(HexFormat.of().formatHex(encapsulation));
      assertNotNull(known, "an encapsulation that was never made");
      return known;
    }

    void expectEachAgreedOnce() {
      assertTrue(agreed > 0);
      assertEquals(agreed, all.size(), "one pairwise key was agreed on twice");
    }

    @Override
    public Encapsulation encapsulate(
        KemSuite suite, byte[] publicKey, byte[] info, @Nullable PreSharedKey psk)
        throws CryptoException {
      Encapsulation one = real.encapsulate(suite, publicKey, info, psk);
      byte[] mark = one.key().next().seal(Long.MAX_VALUE, new byte[0], new byte[16]);
      String fingerprint = HexFormat.of().formatHex(mark, 0, 16);
      fingerprints.put(HexFormat.of().formatHex(one.encapsulation()), fingerprint);
      all.add(fingerprint);
      agreed++;
      return one;
    }
  }

  @Test
  void remembering_tellsKeysApart() throws Exception {
    KemKey key = crypto.kemKey(KemSuite.X25519, new byte[32]);
    Encapsulation one = crypto.encapsulate(KemSuite.X25519, key.publicKey(), new byte[1], null);
    Encapsulation two = crypto.encapsulate(KemSuite.X25519, key.publicKey(), new byte[1], null);
    assertFalse(Arrays.equals(one.encapsulation(), two.encapsulation()));
    assertFalse(
        crypto.fingerprint(one.encapsulation()).equals(crypto.fingerprint(two.encapsulation())));
  }
}
