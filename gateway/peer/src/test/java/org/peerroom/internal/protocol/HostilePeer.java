package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.OutgoingMessage;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.sealing.SegmentPlace;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.MemberRecord;
import org.peerroom.internal.wire.MessageCodec;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireWriter;
import org.peerroom.simulator.Endpoint;
import org.peerroom.simulator.SimulatedPeer;
import org.peerroom.simulator.Simulation;

/**
 * Speaks frames by hand: can do all that a member can, has all keys that a member has, and does
 * what it likes with them.
 */
final class HostilePeer implements Endpoint {

  final PeerKeys keys;
  final PeerContext context;
  final Topic topic;
  final KemKeys kemKeys;
  final Membership membership;
  final Grants grants;

  /** What it says vouches for it. */
  byte @Nullable [] chain;

  /** The key that it says it writes under. */
  byte @Nullable [] writtenUnder;

  /** The policy that it says it applies. */
  RoomPolicy policy;

  final List<Frame> heard = new ArrayList<>();
  final Map<PeerId, Long> links = new HashMap<>();

  /** The members of whom it heard a record. */
  final Map<PeerId, MemberRecord> records = new HashMap<>();

  private final Simulation world;
  private final byte[] chainSecret;
  private boolean hello = true;
  private long downs;

  /** A peer that knows the topic, and the room's secret where it is given. */
  HostilePeer(Simulation world, Topic topic, @Nullable PreSharedKey psk) {
    this(world, topic, psk, RoomPolicy.DEFAULT, world.crypto());
  }

  /** As such a peer, in a room of this policy and with this cryptography. */
  HostilePeer(
      Simulation world,
      Topic topic,
      @Nullable PreSharedKey psk,
      RoomPolicy policy,
      PublicKeyCrypto crypto) {
    this.world = world;
    this.topic = topic;
    this.policy = policy;
    this.keys = PeerKeys.generate(crypto, world.random());
    this.context = new PeerContext(keys, crypto, world.random());
    SealingSuite suite = policy.suite();
    this.kemKeys = new KemKeys(context, suite);
    this.membership = new Membership(context, topic, suite, kemKeys);
    this.grants = new Grants(context, topic, kemKeys, psk);
    this.chainSecret = world.random().next(32);
    world.network().attach(this, null);
  }

  @Override
  public PeerId id() {
    return keys.id();
  }

  Now now() {
    return world.peers().get(0).now();
  }

  /** From now on says no hello when a link comes up. */
  HostilePeer silent() {
    hello = false;
    return this;
  }

  /** Links with this peer. */
  HostilePeer link(SimulatedPeer to) {
    PeerAddress address = to.address();
    if (address != null) {
      world.network().dial(this, address);
    }
    world.run(java.time.Duration.ofSeconds(1));
    return this;
  }

  boolean isLinked(SimulatedPeer to) {
    return links.containsKey(to.id());
  }

  /** How many links were closed. */
  long downs() {
    return downs;
  }

  void send(SimulatedPeer to, Frame frame) {
    Long link = links.get(to.id());
    if (link != null) {
      world.network().send(link, frame);
    }
  }

  /** Says that it is a member. */
  void announce(SimulatedPeer to) {
    send(to, new Frame.Members(topic, List.of(record())));
    world.run(java.time.Duration.ofSeconds(1));
  }

  /** Its own record, right in every way. */
  MemberRecord record() {
    context.at(now());
    return membership.own(List.of(), false, now());
  }

  /** Is a member in good standing: announced, and its sender key granted. */
  HostilePeer belong(SimulatedPeer to) throws Refused {
    link(to);
    announce(to);
    send(to, grant(to.id(), List.of(key(0, 0, 0))));
    world.run(java.time.Duration.ofSeconds(1));
    return this;
  }

  /** A grant of these keys, right in every way. */
  Frame.Grant grant(PeerId to, List<KeyEntry> entries) throws Refused {
    return grant(to, introduction().keys(entries));
  }

  /** A grant that says this, right in every other way. */
  Frame.Grant grant(PeerId to, GrantContent content) throws Refused {
    MemberRecord member = records.get(to);
    if (member == null) {
      throw new IllegalStateException("it has not heard of " + to.shortHex());
    }
    return grants.seal(member, content, true, false, 3);
  }

  /** What an honest peer says of itself first. */
  GrantContent introduction() {
    return new GrantContent().introduce(PolicyStatement.of(policy), true).chain(chain);
  }

  /** Its own sender key at a step. */
  KeyEntry key(int epoch, int step, long sequence) {
    return new KeyEntry(id(), epoch, step, sequence, chain(step));
  }

  ChainKey chain(int step) {
    ChainKey at = ChainKey.of(chainSecret);
    for (int i = 0; i < step; i++) {
      at = at.next();
    }
    return at;
  }

  /** A segment of its own feed in its first epoch, right in every way. */
  Segment segment(long sequence, int step, byte[] previous, String text) {
    return seal(id(), sequence, step, previous, text, chain(step), keys.signing());
  }

  /** A segment with this content, whoever is said to have written it. */
  Segment seal(
      PeerId author,
      long sequence,
      int step,
      byte[] previous,
      String text,
      ChainKey chain,
      SigningKey signing) {
    Now now = now();
    byte[] body = MessageCodec.encode(OutgoingMessage.of(text), now.wallMillis());
    WireWriter plaintext = SegmentContent.messages(writtenUnder, List.of(body));
    return seal(place(author, sequence, step, previous), plaintext, chain, signing);
  }

  private SegmentPlace place(PeerId author, long sequence, int step, byte[] previous) {
    long wall = now().wallMillis();
    return new SegmentPlace(topic, author, sequence, previous, wall, wall + 600_000, 0, step);
  }

  private static Segment seal(
      SegmentPlace place, WireWriter plaintext, ChainKey chain, SigningKey signing) {
    return SegmentSealing.seal(place, chain, SegmentSealing.NO_WRAPS, plaintext, signing).segment();
  }

  /** A segment of its own feed that brings its key along, as it is said here. */
  Segment wrapped(long sequence, int epoch, byte[] previous, byte[] wraps, String text) {
    Now now = now();
    byte[] body = MessageCodec.encode(OutgoingMessage.of(text), now.wallMillis());
    WireWriter plaintext = SegmentContent.messages(writtenUnder, List.of(body));
    SegmentPlace place =
        new SegmentPlace(
            topic,
            id(),
            sequence,
            previous,
            now.wallMillis(),
            now.wallMillis() + 600_000,
            epoch,
            0);
    return SegmentSealing.seal(place, chain(0), wraps, plaintext, keys.signing()).segment();
  }

  /** A segment of its own feed whose content is no messages. */
  Segment garbage(long sequence, int step, byte[] previous) {
    WireWriter nonsense = new WireWriter(256).raw(new byte[] {77, 1, 2, 3}).zeros(124);
    SegmentPlace place = place(id(), sequence, step, previous);
    return seal(place, nonsense, chain(step), keys.signing());
  }

  static byte[] hash(Segment segment) {
    return SegmentSealing.hash(segment);
  }

  @Override
  public void linkUp(
      long link, PeerId remote, String remoteAddress, @Nullable PeerAddress dialled) {
    links.put(remote, link);
    if (hello) {
      world.network().send(link, new Frame.Hello(PeerMachine.VERSION, link));
    }
  }

  @Override
  public void linkDown(long link, String reason) {
    downs++;
    links.values().remove(link);
  }

  @Override
  public void frame(long link, Frame frame) {
    heard.add(frame);
    if (frame instanceof Frame.Members members) {
      members.records().forEach(record -> records.put(record.peer(), record));
    } else if (frame instanceof Frame.Ping ping) {
      world.network().send(link, new Frame.Pong(ping.nonce()));
    }
  }

  @Override
  public void writable(long link) {
    // it never waits
  }

  @Override
  public void dialFailed(PeerAddress address, String reason) {
    throw new IllegalStateException(address + ": " + reason);
  }
}
