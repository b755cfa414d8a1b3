package org.peerroom.internal.protocol;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.Encapsulation;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PairwiseKey;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.MemberRecord;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireException;
import org.peerroom.internal.wire.WireWriter;

/**
 * What one member seals for one other: sender keys, and what they must know of each other. Each
 * ordered pair of peers sets up a pairwise key once (HPKE, RFC 9180; in PSK mode where the room has
 * a secret, so that only holders of the secret can grant or be granted); each grant after that is
 * one small AEAD with a counter that only goes up.
 *
 * <p>HPKE's base and PSK modes do not say who the sender is: the sender's signature over the whole
 * first grant does.
 */
final class Grants {

  /** A peer may set up a new pairwise key at most this often. */
  private static final long MIN_SETUP_MILLIS = 500;

  private static final byte[] NONE = {};

  private final PeerContext shared;
  private final PeerKeys self;
  private final Topic topic;
  private final PublicKeyCrypto crypto;
  private final @Nullable PreSharedKey psk;
  private final Map<PeerId, Outgoing> outgoing = new HashMap<>();
  private final Map<PeerId, Incoming> incoming = new HashMap<>();

  Grants(PeerContext shared, Topic topic, @Nullable PreSharedKey psk) {
    this.shared = shared;
    this.self = shared.self;
    this.topic = topic;
    this.crypto = shared.crypto;
    this.psk = psk;
  }

  private static final class Outgoing {
    final long setup;
    final byte[] encapsulation;
    final PairwiseKey key;
    long counter;

    Outgoing(long setup, Encapsulation encapsulation) {
      this.setup = setup;
      this.encapsulation = encapsulation.encapsulation();
      this.key = encapsulation.key();
    }
  }

  private static final class Incoming {
    final long setup;
    final PairwiseKey key;
    final long sinceTick;
    private long newest;

    /** Which of the 64 counters up to the newest were seen: the lowest bit is the newest. */
    private long seen;

    Incoming(long setup, PairwiseKey key, long sinceTick) {
      this.setup = setup;
      this.key = key;
      this.sinceTick = sinceTick;
    }

    /** Grants may come by several ways and overtake each other a little. */
    boolean saw(long counter) {
      long age = newest - counter;
      return age >= 0 && (age >= Long.SIZE || (seen >>> age & 1) == 1);
    }

    void see(long counter) {
      if (counter > newest) {
        long ahead = counter - newest;
        seen = ahead >= Long.SIZE ? 1 : seen << ahead | 1;
        newest = counter;
      } else {
        seen |= 1L << (newest - counter);
      }
    }
  }

  /**
   * Seals this for this member.
   *
   * @param introduce whether the member may not have the pairwise key yet; always so for the first
   *     grant
   * @throws Refused if the member's public key is of no use
   */
  Grant seal(MemberRecord member, GrantContent content, boolean introduce, int hops)
      throws Refused {
    Outgoing out = outgoing.get(member.peer());
    boolean first = out == null;
    if (out == null) {
      out = setUp(member);
      outgoing.put(member.peer(), out);
    }
    byte[] encapsulation = first || introduce ? out.encapsulation : NONE;
    long counter = ++out.counter;
    byte[] plaintext = content.encode();
    byte[] context = context(self.id(), member.peer(), out.setup, counter, encapsulation);
    byte[] sealed = out.key.seal(counter, context, plaintext);
    Arrays.fill(plaintext, (byte) 0);
    byte[] signature =
        encapsulation.length == 0
            ? NONE
            : self.signing().sign(Digests.sha256(Labels.GRANT, context, sealed));
    return new Grant(
        topic,
        self.id(),
        member.peer(),
        out.setup,
        counter,
        hops,
        encapsulation,
        sealed,
        signature);
  }

  private Outgoing setUp(MemberRecord member) throws Refused {
    long setup = shared.nextSerial();
    try {
      KemSuite suite = KemSuite.ofCode(member.suite());
      byte[] info = info(self.id(), member.peer(), setup);
      return new Outgoing(setup, crypto.encapsulate(suite, member.kemKey(), info, psk));
    } catch (CryptoException | IllegalArgumentException e) {
      throw Refused.invalid(
          "the key of member " + member.peer().shortHex() + " is of no use: " + e.getMessage());
    }
  }

  /**
   * Opens a grant that is addressed to this peer.
   *
   * @throws Refused if it is forged, replayed, for another room or peer, or made without the room's
   *     secret
   */
  GrantContent open(Grant grant, Now now) throws Refused {
    byte[] context =
        context(grant.from(), self.id(), grant.setup(), grant.counter(), grant.encapsulation());
    Incoming known = incoming.get(grant.from());
    boolean replaces = known == null || grant.setup() > known.setup;
    Incoming in = replaces || known == null ? accept(grant, context, known, now) : known;
    if (!replaces && seen(grant)) {
      throw Refused.untimely("a grant of " + grant.from().shortHex() + " was seen before");
    }
    byte[] plaintext;
    try {
      plaintext = in.key.open(grant.counter(), context, grant.sealed());
    } catch (CryptoException e) {
      if (replaces) {
        in.key.destroy();
      }
      throw Refused.untimely(
          "a grant of "
              + grant.from().shortHex()
              + " does not open: it was altered, or the room secret differs");
    }
    if (replaces) {
      Incoming old = incoming.put(grant.from(), in);
      if (old != null) {
        old.key.destroy();
      }
    }
    in.see(grant.counter());
    try {
      return GrantContent.decode(plaintext);
    } catch (WireException e) {
      throw Refused.untimely(
          "a grant of " + grant.from().shortHex() + " can't be read: " + e.getMessage());
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /** Whether this grant, or one that was set up later, has been opened before. */
  boolean seen(Grant grant) {
    Incoming in = incoming.get(grant.from());
    return in != null
        && (grant.setup() < in.setup || (grant.setup() == in.setup && in.saw(grant.counter())));
  }

  private Incoming accept(Grant grant, byte[] context, @Nullable Incoming before, Now now)
      throws Refused {
    if (grant.encapsulation().length == 0) {
      throw Refused.untimely(
          "a grant of " + grant.from().shortHex() + " came before its pairwise key");
    }
    if (before != null && now.tickMillis() - before.sinceTick < MIN_SETUP_MILLIS) {
      throw Refused.untimely("peer " + grant.from().shortHex() + " sets up keys too often");
    }
    byte[] signed = Digests.sha256(Labels.GRANT, context, grant.sealed());
    if (!crypto.verify(grant.from().bytes(), signed, grant.signature())) {
      throw Refused.untimely(
          "the signature of a grant of " + grant.from().shortHex() + " is wrong");
    }
    try {
      byte[] info = info(grant.from(), self.id(), grant.setup());
      PairwiseKey key = self.kem().decapsulate(grant.encapsulation(), info, psk);
      return new Incoming(grant.setup(), key, now.tickMillis());
    } catch (CryptoException e) {
      throw Refused.untimely(
          "a grant of "
              + grant.from().shortHex()
              + " is not for this peer's key: "
              + e.getMessage());
    }
  }

  /** Forgets the pairwise keys with a peer that is gone. */
  void forget(PeerId peer) {
    Outgoing out = outgoing.remove(peer);
    if (out != null) {
      out.key.destroy();
    }
    Incoming in = incoming.remove(peer);
    if (in != null) {
      in.key.destroy();
    }
  }

  /** Wipes all pairwise keys. */
  void destroy() {
    outgoing.values().forEach(out -> out.key.destroy());
    incoming.values().forEach(in -> in.key.destroy());
    outgoing.clear();
    incoming.clear();
  }

  private byte[] info(PeerId from, PeerId to, long setup) {
    return Digests.sha256(
        Labels.PAIRWISE,
        topic.bytes(),
        from.bytes(),
        to.bytes(),
        new WireWriter(8).i64(setup).toBytes());
  }

  private byte[] context(PeerId from, PeerId to, long setup, long counter, byte[] encapsulation) {
    return new WireWriter(128 + encapsulation.length)
        .topic(topic)
        .peer(from)
        .peer(to)
        .i64(setup)
        .i64(counter)
        .block(encapsulation)
        .toBytes();
  }
}
