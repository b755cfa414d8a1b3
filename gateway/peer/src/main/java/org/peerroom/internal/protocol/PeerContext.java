package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.wire.Frame;

/**
 * What the state machines of one peer share: keys, randomness, the links that are up, and the
 * outputs of this turn.
 */
final class PeerContext {

  /** How many bytes of segments go to a link before it must say that it can take more. */
  private static final int LINK_BUDGET = 1 << 20;

  final PeerKeys self;
  final PublicKeyCrypto crypto;
  final Entropy entropy;
  private final Map<Long, LinkState> links = new HashMap<>();
  private final Map<PeerId, Long> linkOf = new HashMap<>();
  private List<PeerAddress> addresses = List.of();
  private List<Output> outputs = new ArrayList<>();

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

  void addresses(List<PeerAddress> own) {
    addresses = List.copyOf(own);
  }

  /** Where this peer can be dialled. */
  List<PeerAddress> addresses() {
    return addresses;
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
    if (frame instanceof Frame.Sealed sealed) {
      state.budget -= sealed.segment().size();
    }
    outputs.add(new Output.Send(link, frame));
  }

  /** Whether segments may be sent to this link now. */
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
