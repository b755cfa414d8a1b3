package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.sealing.Pair;
import org.peerroom.internal.sealing.PairwiseReceiver;
import org.peerroom.internal.sealing.PairwiseSender;
import org.peerroom.internal.sealing.RekeySlots;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.MemberRecord;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireException;

/**
 * The pairwise keys of this peer with each other member, and what is sealed and opened with them.
 * Each ordered pair sets a key up when it first has to say something, and again when one side has
 * lost it; what is said after that costs one small AEAD. The keys move forward soon after they were
 * used, on both sides.
 */
final class Grants {

  /** A peer may set up a new pairwise key at most this often. */
  private static final long MIN_SETUP_MILLIS = 500;

  /** This peer itself does so only this often, so that no delay on the way makes it too often. */
  private static final long OWN_SETUP_MILLIS = 2_000;

  /** After so many steps a receiver that has lost the key gets a new one. */
  private static final int MAX_GENERATION = PairwiseReceiver.MAX_AHEAD / 2;

  /** How often keys that were used to seal move forward. */
  private static final long SENT_STEP_MILLIS = 5_000;

  /** When keys that were used to open do, unless they have followed the sender before. */
  private static final long OPENED_STEP_MILLIS = 60_000;

  private final PeerContext shared;
  private final PeerKeys self;
  private final Topic topic;
  private final KemKeys kemKeys;
  private final @Nullable PreSharedKey psk;
  private final Map<PeerId, Outgoing> outgoing = new HashMap<>();
  private final Map<PeerId, Incoming> incoming = new HashMap<>();
  private final Set<Outgoing> sealedWith = new LinkedHashSet<>();
  private final Map<Incoming, Long> openedWith = new LinkedHashMap<>();
  private long sentStepTick;

  Grants(PeerContext shared, Topic topic, KemKeys kemKeys, @Nullable PreSharedKey psk) {
    this.shared = shared;
    this.self = shared.self;
    this.topic = topic;
    this.kemKeys = kemKeys;
    this.psk = psk;
    this.sentStepTick = shared.now().tickMillis();
  }

  private static final class Outgoing {
    final PairwiseSender sender;
    final long sinceTick;

    Outgoing(PairwiseSender sender, long sinceTick) {
      this.sender = sender;
      this.sinceTick = sinceTick;
    }
  }

  private static final class Incoming {
    final PairwiseReceiver receiver;
    final long sinceTick;
    int openedGeneration = -1;

    Incoming(PairwiseReceiver receiver, long sinceTick) {
      this.receiver = receiver;
      this.sinceTick = sinceTick;
    }
  }

  /**
   * Seals this for this member.
   *
   * @param introduce whether the member may not have the pairwise key yet; always so for the first
   *     grant
   * @param direct whether it goes over the link to that member, which then vouches for this peer
   * @throws Refused if the member's public key is of no use
   */
  Grant seal(MemberRecord member, GrantContent content, boolean introduce, boolean direct, int hops)
      throws Refused {
    Outgoing out = outgoing.get(member.peer());
    boolean first = out == null;
    if (out == null || (introduce && isOutdated(out, member))) {
      forgetOutgoing(member.peer());
      out = setUp(member);
      outgoing.put(member.peer(), out);
    }
    byte[] plaintext = content.encode();
    sealedWith.add(out);
    Grant grant =
        out.sender.seal(plaintext, first || introduce, direct ? null : self.signing(), hops);
    Arrays.fill(plaintext, (byte) 0);
    return grant;
  }

  /** Whether a receiver that has lost the key could not be given it again as it is. */
  private boolean isOutdated(Outgoing out, MemberRecord member) {
    boolean outdated =
        !out.sender.isFor(member.kemKey()) || out.sender.generation() > MAX_GENERATION;
    return outdated && shared.now().tickMillis() - out.sinceTick >= OWN_SETUP_MILLIS;
  }

  private Outgoing setUp(MemberRecord member) throws Refused {
    Pair pair = new Pair(topic, self.id(), member.peer(), shared.nextSerial());
    try {
      PairwiseSender sender =
          PairwiseSender.setUp(shared.crypto, kemKeys.suite(), pair, member.kemKey(), psk);
      return new Outgoing(sender, shared.now().tickMillis());
    } catch (CryptoException | IllegalArgumentException e) {
      throw Refused.invalid(
          "the key of member " + member.peer().shortHex() + " is of no use: " + e.getMessage());
    }
  }

  /**
   * Seals a new sender key for all of these members that have a pairwise key.
   *
   * @return one slot for each
   */
  byte[] rekey(int epoch, long sequence, ChainKey senderKey, Collection<PeerId> members) {
    List<PairwiseSender> senders = new ArrayList<>(members.size());
    for (PeerId member : members) {
      Outgoing out = outgoing.get(member);
      if (out != null) {
        senders.add(out.sender);
        sealedWith.add(out);
      }
    }
    return RekeySlots.seal(topic, self.id(), epoch, sequence, senderKey, senders);
  }

  /**
   * Opens a grant that is addressed to this peer.
   *
   * @param direct whether it came over the link of the peer that it names as its sender
   * @throws Refused if it is forged, replayed, for another room or peer, or made without the room's
   *     secret
   */
  GrantContent open(Grant grant, boolean direct, Now now) throws Refused {
    String whose = "a grant of " + grant.from().shortHex();
    Incoming known = incoming.get(grant.from());
    boolean replaces = known == null || grant.setup() > known.receiver.setup();
    Incoming in = replaces || known == null ? accept(grant, direct, known, now) : known;
    if (!replaces && seen(grant)) {
      throw Refused.untimely(whose + " was seen before");
    }
    byte[] plaintext;
    try {
      plaintext = in.receiver.open(grant);
    } catch (CryptoException e) {
      if (replaces) {
        in.receiver.destroy();
      }
      throw Refused.untimely(whose + " does not open: it was altered, or the room secret differs");
    }
    if (replaces) {
      forgetIncoming(grant.from());
      incoming.put(grant.from(), in);
    }
    opened(in, now);
    try {
      return GrantContent.decode(plaintext);
    } catch (WireException e) {
      throw Refused.untimely(whose + " can't be read: " + e.getMessage());
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /** Whether this grant, or one that was set up later, has been opened before. */
  boolean seen(Grant grant) {
    Incoming in = incoming.get(grant.from());
    return in != null
        && (grant.setup() < in.receiver.setup()
            || (grant.setup() == in.receiver.setup() && in.receiver.saw(grant.counter())));
  }

  private Incoming accept(Grant grant, boolean direct, @Nullable Incoming before, Now now)
      throws Refused {
    String whose = "a grant of " + grant.from().shortHex();
    if (grant.encapsulation().length == 0) {
      throw Refused.untimely(whose + " came before its pairwise key");
    }
    if (before != null && now.tickMillis() - before.sinceTick < MIN_SETUP_MILLIS) {
      throw Refused.untimely("peer " + grant.from().shortHex() + " sets up keys too often");
    }
    if (!direct && !PairwiseReceiver.isSigned(shared.crypto, grant)) {
      throw Refused.untimely("the signature of " + whose + " is wrong");
    }
    KemKey kem = kemKeys.find(grant.kemKey());
    if (kem == null) {
      throw Refused.untimely(whose + " is to a key that this peer has not, or not any more");
    }
    try {
      return new Incoming(PairwiseReceiver.accept(grant, kem, psk), now.tickMillis());
    } catch (CryptoException e) {
      throw Refused.untimely(whose + " is not for this peer's key: " + e.getMessage());
    }
  }

  /**
   * Opens the slot for this peer in a rekey.
   *
   * @throws Refused if it does not open: it is forged, or the pairwise key was lost
   */
  KeyEntry open(Frame.Rekey rekey, int slot, Now now) throws Refused {
    String whose = "a new sender key of " + rekey.from().shortHex();
    Incoming in = incoming.get(rekey.from());
    if (in == null) {
      throw Refused.untimely(whose + " came before its pairwise key");
    }
    byte[] opened;
    try {
      opened = in.receiver.open(rekey, slot);
    } catch (CryptoException e) {
      throw Refused.untimely(whose + " does not open: " + e.getMessage());
    }
    opened(in, now);
    ChainKey key = ChainKey.of(opened);
    Arrays.fill(opened, (byte) 0);
    return new KeyEntry(rekey.from(), rekey.epoch(), 0, rekey.sequence(), key);
  }

  /**
   * The key moves forward some time after it has opened something first: what is replayed must not
   * hold it back.
   */
  private void opened(Incoming in, Now now) {
    if (in.openedGeneration != in.receiver.generation()) {
      in.openedGeneration = in.receiver.generation();
      openedWith.put(in, now.tickMillis());
    }
  }

  /** Moves keys forward that were used a while ago, and wipes those that nobody may use. */
  void advance(Now now) {
    kemKeys.expire(now);
    if (now.tickMillis() - sentStepTick >= SENT_STEP_MILLIS) {
      sentStepTick = now.tickMillis();
      sealedWith.forEach(out -> out.sender.step());
      sealedWith.clear();
    }
    openedWith
        .entrySet()
        .removeIf(
            opened -> {
              boolean due = now.tickMillis() - opened.getValue() >= OPENED_STEP_MILLIS;
              if (due) {
                opened.getKey().receiver.step();
              }
              return due;
            });
  }

  /** Forgets the pairwise keys with a peer that is gone. */
  void forget(PeerId peer) {
    forgetOutgoing(peer);
    forgetIncoming(peer);
  }

  private void forgetOutgoing(PeerId peer) {
    Outgoing out = outgoing.remove(peer);
    if (out != null) {
      out.sender.destroy();
      sealedWith.remove(out);
    }
  }

  private void forgetIncoming(PeerId peer) {
    Incoming in = incoming.remove(peer);
    if (in != null) {
      in.receiver.destroy();
      openedWith.remove(in);
    }
  }

  /** Wipes all pairwise keys. */
  void destroy() {
    outgoing.values().forEach(out -> out.sender.destroy());
    incoming.values().forEach(in -> in.receiver.destroy());
    outgoing.clear();
    incoming.clear();
    sealedWith.clear();
    openedWith.clear();
    kemKeys.destroy();
  }
}
