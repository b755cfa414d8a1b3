package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;
import org.peerroom.identity.SignatureChain;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Topic;

/**
 * What the state machines of one peer share: keys, randomness, the time of this turn, the links
 * that are up, and the outputs of this turn.
 */
final class PeerContext {

  /** How many bytes go to a link before it must say that it can take more. */
  private static final int LINK_BUDGET = 1 << 20;

  final PeerKeys self;
  final PublicKeyCrypto crypto;
  final Entropy entropy;
  final Trust trust = new Trust();
  private final Map<Long, LinkState> links = new HashMap<>();
  private final Map<PeerId, Long> linkOf = new HashMap<>();
  private final Map<PeerId, Integer> open = new HashMap<>();
  private final Map<Topic, Continuation> left = new HashMap<>();
  private List<PeerAddress> addresses = List.of();
  private List<Output> outputs = new ArrayList<>();
  private Now now = new Now(0, 0);
  private long lastSerial;

  /** What vouches for this peer; null while it is anonymous. */
  private @Nullable SignatureChain chain;

  /** Opens what is deposited for the identity that this peer runs under; null without one. */
  private @Nullable KemKey recipientKey;

  /** The links to be closed, and why. */
  private final Map<PeerId, String> cuts = new LinkedHashMap<>();

  PeerContext(PeerKeys self, PublicKeyCrypto crypto, Entropy entropy) {
    this.self = self;
    this.crypto = crypto;
    this.entropy = entropy;
  }

  private static final class LinkState {
    final PeerId peer;
    int budget = LINK_BUDGET;

    LinkState(PeerId peer) {
      this.peer = peer;
    }
  }

  /**
   * Where this peer's feed in a room that it has left goes on if it joins again: a feed that began
   * anew would contradict what the members hold of it.
   *
   * @param next the number of the next segment
   * @param headHash the hash of the segment before it; null if there is none
   * @param epoch the last sender key
   */
  @SuppressWarnings("ArrayRecordComponent") // a public hash, compared nowhere
  record Continuation(long next, byte @Nullable [] headHash, int epoch) {}

  void leaves(Topic topic, Continuation continuation) {
    left.put(topic, continuation);
  }

  @Nullable Continuation continuation(Topic topic) {
    return left.get(topic);
  }

  /** A turn begins. */
  void at(Now time) {
    now = time;
    trust.at(time);
  }

  /** What vouches for this peer; null while it is anonymous. */
  @Nullable SignatureChain chain() {
    return chain;
  }

  void chain(@Nullable SignatureChain vouching) {
    chain = vouching;
  }

  /** Opens what is deposited for the identity that this peer runs under; null without one. */
  @Nullable KemKey recipientKey() {
    return recipientKey;
  }

  /** Takes the private key of this seed, which is wiped, instead of the one before. */
  void receiveFor(byte @Nullable [] recipientSeed) {
    if (recipientKey != null) {
      recipientKey.destroy();
    }
    recipientKey = recipientSeed == null ? null : crypto.kemKey(KemSuite.X_WING, recipientSeed);
    if (recipientSeed != null) {
      Arrays.fill(recipientSeed, (byte) 0);
    }
  }

  /** The link to this peer is to be closed when the current input has been dealt with. */
  void cut(PeerId peer, String reason) {
    cuts.put(peer, reason);
  }

  /** Takes the links that are to be closed. */
  Map<PeerId, String> takeCuts() {
    if (cuts.isEmpty()) {
      return Map.of();
    }
    Map<PeerId, String> taken = new LinkedHashMap<>(cuts);
    cuts.clear();
    return taken;
  }

  /** When this turn began. */
  Now now() {
    return now;
  }

  /** A number higher than all before, also after a clock was set back. */
  long nextSerial() {
    lastSerial = Math.max(lastSerial + 1, now.wallMillis());
    return lastSerial;
  }

  void addresses(List<PeerAddress> own) {
    addresses = List.copyOf(own);
  }

  /** Where this peer can be dialled. */
  List<PeerAddress> addresses() {
    return addresses;
  }

  /** A connection to this peer exists, though it may not have said hello. */
  void opened(PeerId peer) {
    open.merge(peer, 1, Integer::sum);
  }

  void closed(PeerId peer) {
    open.computeIfPresent(peer, (p, count) -> count == 1 ? null : count - 1);
  }

  boolean isOpen(PeerId peer) {
    return open.containsKey(peer);
  }

  void linkReady(long link, PeerId peer) {
    links.put(link, new LinkState(peer));
    linkOf.put(peer, link);
  }

  void linkGone(long link) {
    LinkState state = links.remove(link);
    if (state != null) {
      linkOf.remove(state.peer, link);
    }
  }

  /** The link to this peer, if it is up and both sides have said hello. */
  @Nullable Long linkTo(PeerId peer) {
    return linkOf.get(peer);
  }

  /** The links that are up, in no particular but a reproducible order. */
  List<Long> readyLinks() {
    return links.keySet().stream().sorted().toList();
  }

  void send(long link, Frame frame) {
    LinkState state = links.get(link);
    if (state == null) {
      return;
    }
    state.budget -= roughSize(frame);
    outputs.add(new Output.Send(link, frame));
  }

  private static int roughSize(Frame frame) {
    if (frame instanceof Frame.Sealed sealed) {
      return sealed.segment().size();
    } else if (frame instanceof Frame.Grant grant) {
      return 256 + grant.sealed().length + grant.encapsulation().length;
    } else if (frame instanceof Frame.Rekey rekey) {
      return 128 + rekey.slots().length;
    } else if (frame instanceof Frame.Deposited deposited) {
      return deposited.deposit().size();
    } else if (frame instanceof Frame.Receipt receipt) {
      return 128 + receipt.statement().length();
    } else if (frame instanceof Frame.ForkProof proof) {
      return proof.one().size() + proof.two().size();
    } else if (frame instanceof Frame.Have have) {
      return 64 + 64 * have.feeds().size();
    } else if (frame instanceof Frame.Members members) {
      int size = 64;
      for (var record : members.records()) {
        size += 256 + record.kemKey().length;
      }
      return size;
    }
    return 128;
  }

  /**
   * Whether more may be sent to this link now. What a remote can bring about without end goes out
   * only then, so that a remote that does not read cannot fill a queue here.
   */
  boolean hasBudget(long link) {
    LinkState state = links.get(link);
    return state != null && state.budget > 0;
  }

  void writable(long link) {
    LinkState state = links.get(link);
    if (state != null) {
      state.budget = LINK_BUDGET;
    }
  }

  void emit(Output output) {
    outputs.add(output);
  }

  List<Output> drain() {
    List<Output> all = outputs;
    outputs = new ArrayList<>();
    return all;
  }
}
