package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerEvent;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.internal.crypto.LastKeys;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Topic;

/**
 * One peer as a pure state machine: links, rooms and timers. Inputs are its methods, each with the
 * time; what is to be done comes out of {@link #drain()}. Not thread-safe: belongs to the one
 * thread that drives it.
 */
public final class PeerMachine {

  /** The version of the protocol that is spoken here. */
  public static final int VERSION = 4;

  private static final long PING_AFTER_MILLIS = 10_000;
  private static final long DEAD_AFTER_MILLIS = 25_000;
  private static final long HELLO_WITHIN_MILLIS = 10_000;
  private static final long MAINTENANCE_MILLIS = 1_000;
  private static final int MAX_INVALID = 32;
  private static final int MAX_LINKS = 1_024;

  private final PeerContext context;
  private final Dialling dialling;
  private final Map<Long, LinkRecord> links = new LinkedHashMap<>();
  private final Map<Topic, RoomMachine> rooms = new LinkedHashMap<>();
  private final Set<RoomMachine> touched = new LinkedHashSet<>();
  private long maintenanceTick;
  private long refusedFrames;
  private long lastHello;
  private int firstServed;

  /** Which of this peer's own chains was told to be revoked. */
  private @Nullable SignatureChain revokedChain;

  public PeerMachine(PeerKeys keys, PublicKeyCrypto crypto, Entropy entropy) {
    this.context = new PeerContext(keys, crypto, entropy);
    this.dialling = new Dialling(context);
  }

  private static final class LinkRecord {
    final PeerId peer;
    final boolean dialled;
    final String address;
    final long upTick;
    final long ownNumber;
    long remoteNumber;
    boolean hello;
    boolean told;
    boolean closing;
    int invalid;
    long lastHeardTick;

    LinkRecord(PeerId peer, boolean dialled, String address, long upTick, long ownNumber) {
      this.peer = peer;
      this.dialled = dialled;
      this.address = address;
      this.upTick = upTick;
      this.ownNumber = ownNumber;
      this.lastHeardTick = upTick;
    }

    /** The number of this link by the side that dialled it. */
    long number() {
      return dialled ? ownNumber : remoteNumber;
    }
  }

  public PeerId id() {
    return context.self.id();
  }

  /** How many frames have been refused so far. */
  public long refusedFrames() {
    return refusedFrames;
  }

  /** The peers with a link that is up and on which both sides have said hello. */
  public Set<PeerId> linkedPeers() {
    Set<PeerId> peers = new LinkedHashSet<>();
    links.forEach(
        (number, link) -> {
          if (isReady(number, link)) {
            peers.add(link.peer);
          }
        });
    return Set.copyOf(peers);
  }

  /** Begins: where this peer can be dialled, and whom to dial. */
  public void start(List<PeerAddress> own, List<PeerAddress> bootstrap, Now now) {
    context.at(now);
    context.addresses(own);
    maintenanceTick = now.tickMillis() + MAINTENANCE_MILLIS;
    dialling.bootstrap(bootstrap, now);
    dialling.advance(now);
  }

  /** Joins a room, or gives the one that has been joined with the same keys. */
  public RoomMachine join(
      String name, RoomKeys keys, RoomPolicy policy, boolean anonymous, Now now) {
    context.at(now);
    RoomMachine room = rooms.get(Topic.of(keys.topic()));
    if (room == null) {
      room = new RoomMachine(context, name, keys, policy, anonymous, now);
      rooms.put(room.topic(), room);
    }
    return room;
  }

  /**
   * Why this peer would not be admitted to a room under this policy, as it sees it itself; null if
   * it would.
   */
  public @Nullable String whyNotAdmitted(
      String room, RoomPolicy policy, boolean anonymous, Now now) {
    context.at(now);
    Admissions admissions = new Admissions(context, room, policy.admission());
    admissions.own(anonymous ? null : context.chain(), now);
    return admissions.own().admitted() ? null : admissions.own().reason();
  }

  /**
   * Speaks from now on as who this chain vouches for, in all rooms that were not joined
   * anonymously: the members are told.
   */
  public void reveal(SignatureChain chain, Now now) {
    context.at(now);
    context.chain(chain);
    rooms.values().forEach(room -> room.identityChanged(now));
  }

  /**
   * Runs under an identity from now on: opens what is deposited for it.
   *
   * @param recipientSeed the seed of the identity's private X-Wing key, wiped here; null to forget
   *     the one before
   */
  public void receiveFor(byte @Nullable [] recipientSeed, Now now) {
    context.at(now);
    context.receiveFor(recipientSeed);
    rooms.values().forEach(room -> room.deposits().openAll());
  }

  /** Believes these authorities from now on and no others. */
  public void trust(TrustedAuthorities authorities, Now now) {
    context.at(now);
    context.trust.authorities(authorities);
    rooms.values().forEach(room -> room.recheck(now));
    cutLinks();
  }

  /**
   * Takes a revocation in, and tells the members of all rooms.
   *
   * @return why it does not count here; null if it does
   */
  public @Nullable String revoke(Revocation revocation, Now now) {
    context.at(now);
    try {
      context.trust.revoke(revocation, now);
    } catch (Refused e) {
      return e.reason();
    }
    actOnRevocations(null, now);
    return null;
  }

  private void actOnRevocations(@Nullable PeerId from, Now now) {
    List<Revocation> fresh = context.trust.takeFresh();
    if (!fresh.isEmpty()) {
      rooms.values().forEach(room -> room.recheck(now));
      rooms.values().forEach(room -> room.spread(fresh, from));
      fresh.forEach(one -> context.emit(new Output.PeerTold(new PeerEvent.Revoked(one))));
      tellOwnRevocation();
    }
    cutLinks();
  }

  private void tellOwnRevocation() {
    SignatureChain own = context.chain();
    if (own != null && !Objects.equals(own, revokedChain) && context.trust.isRevoked(own)) {
      revokedChain = own;
      String reason = "what vouches for this peer was revoked: no member takes anything from it";
      context.emit(new Output.PeerTold(new PeerEvent.IdentityProblem(reason)));
    }
  }

  private void cutLinks() {
    context
        .takeCuts()
        .forEach(
            (peer, reason) -> {
              Long link = context.linkTo(peer);
              if (link != null) {
                close(link, reason);
              }
            });
  }

  /** Leaves a room: tells the members and forgets its keys. */
  public void leave(Topic topic, Now now) {
    context.at(now);
    RoomMachine room = rooms.remove(topic);
    if (room != null) {
      touched.remove(room);
      room.leave(now);
    }
  }

  /**
   * A link is up.
   *
   * @param link a number that is never used again
   * @param dialled the address as {@link Output.Dial} named it; null if the other side dialled
   */
  public void linkUp(
      long link, PeerId peer, String remoteAddress, @Nullable PeerAddress dialled, Now now) {
    context.at(now);
    boolean tooMany = links.size() >= MAX_LINKS;
    if (dialled != null && tooMany) {
      dialling.failed(dialled, "there are too many links", now);
    } else {
      dialling.opened(dialled, peer);
    }
    if (tooMany || peer.equals(id())) {
      context.emit(new Output.Close(link, tooMany ? "too many links" : "it is this very peer"));
      return;
    }
    context.opened(peer);
    long number = ++lastHello;
    links.put(link, new LinkRecord(peer, dialled != null, remoteAddress, now.tickMillis(), number));
    context.emit(new Output.Send(link, new Frame.Hello(VERSION, number)));
  }

  /** A link is gone. */
  public void linkDown(long link, String reason, Now now) {
    context.at(now);
    LinkRecord record = links.remove(link);
    if (record == null) {
      return;
    }
    boolean wasReady = isReady(link, record);
    context.closed(record.peer);
    context.linkGone(link);
    rooms.values().forEach(room -> room.linkDown(link, now));
    if (record.told && wasReady) {
      context.emit(new Output.PeerTold(new PeerEvent.LinkDown(record.peer, reason)));
    }
    dialling.closed(record.peer, now);
  }

  /** A dial did not lead to a link. */
  public void dialFailed(PeerAddress address, String reason, Now now) {
    context.at(now);
    dialling.failed(address, reason, now);
  }

  /** A link can take more, and everything it was given before is on its way. */
  public void writable(long link, Now now) {
    context.at(now);
    context.writable(link);
    List<RoomMachine> all = List.copyOf(rooms.values());
    for (int i = 0; i < all.size(); i++) {
      all.get((firstServed + i) % all.size()).writable(link);
    }
    firstServed = all.isEmpty() ? 0 : (firstServed + 1) % all.size();
  }

  /** A frame arrived. */
  public void frame(long link, Frame frame, Now now) {
    context.at(now);
    LinkRecord record = links.get(link);
    if (record == null || record.closing) {
      return;
    }
    record.lastHeardTick = now.tickMillis();
    if (frame instanceof Frame.Hello hello) {
      onHello(link, record, hello, now);
    } else if (!isReady(link, record)) {
      if (!record.hello) {
        close(link, "it did not say hello first");
      }
    } else if (frame instanceof Frame.Ping ping) {
      if (context.hasBudget(link)) {
        context.send(link, new Frame.Pong(ping.nonce()));
      }
    } else if (!(frame instanceof Frame.Pong) && !(frame instanceof Frame.Bye)) {
      toRoom(link, record, frame, now);
    }
  }

  private boolean isReady(long link, LinkRecord record) {
    Long current = context.linkTo(record.peer);
    return current != null && current == link;
  }

  private void onHello(long link, LinkRecord record, Frame.Hello hello, Now now) {
    if (record.hello) {
      return;
    }
    record.hello = true;
    record.remoteNumber = hello.number();
    if (hello.version() != VERSION) {
      close(
          link, "it speaks version " + hello.version() + " of the protocol, this peer " + VERSION);
      return;
    }
    String banned = context.trust.whyBanned(record.peer);
    if (banned != null) {
      close(link, banned);
      return;
    }
    Long other = context.linkTo(record.peer);
    LinkRecord before = other == null ? null : links.get(other);
    if (other != null && before != null) {
      if (!replaces(record, before)) {
        close(link, "there is another link between these peers");
        return;
      }
      rooms.values().forEach(room -> room.linkDown(other, now));
      context.linkGone(other);
      close(other, "there is another link between these peers");
    }
    context.linkReady(link, record.peer);
    dialling.ready(record.peer);
    record.told = true;
    if (before == null) {
      context.emit(
          new Output.PeerTold(new PeerEvent.LinkUp(record.peer, record.address, record.dialled)));
    }
    rooms.values().forEach(room -> room.linkReady(link, now));
  }

  /**
   * Which of two links between the same peers stays, decided alike on both sides: the one that the
   * smaller id dialled; of two that the same side dialled the one that it says is newer, because
   * who dials again has lost the older one.
   */
  private boolean replaces(LinkRecord newer, LinkRecord older) {
    if (newer.dialled == older.dialled) {
      return newer.number() > older.number();
    }
    boolean selfIsSmaller = id().compareTo(newer.peer) < 0;
    return newer.dialled == selfIsSmaller;
  }

  private void close(long link, String reason) {
    LinkRecord record = links.get(link);
    if (record != null && !record.closing) {
      record.closing = true;
      context.emit(new Output.Send(link, new Frame.Bye(reason)));
    }
    context.emit(new Output.Close(link, reason));
  }

  private void toRoom(long link, LinkRecord record, Frame frame, Now now) {
    RoomMachine room = frame instanceof Frame.InRoom said ? rooms.get(said.topic()) : null;
    if (room == null) {
      return;
    }
    touched.add(room);
    try {
      room.frame(link, record.peer, frame, now);
    } catch (Refused e) {
      refused(link, record, room, e);
    }
    actOnRevocations(record.peer, now);
    if (frame instanceof Frame.Members members) {
      for (var member : members.records()) {
        if (!member.left() && room.isMember(member.peer())) {
          dialling.member(member.peer(), member.addresses(), now);
        }
      }
    }
  }

  private void refused(long link, LinkRecord record, RoomMachine room, Refused e) {
    refusedFrames++;
    room.refused(record.peer, e.reason());
    if (e.blame() && ++record.invalid >= MAX_INVALID) {
      close(link, "it sent too much that is not valid");
    }
  }

  /** Time has passed. */
  public void advance(Now now) {
    context.at(now);
    for (RoomMachine room : rooms.values()) {
      if (room.nextTick() <= now.tickMillis()) {
        room.advance(now);
        touched.add(room);
      }
    }
    if (now.tickMillis() >= maintenanceTick) {
      maintenanceTick = now.tickMillis() + MAINTENANCE_MILLIS;
      maintainLinks(now);
      context.trust.expire(now);
      LastKeys.forget();
      dialling.retain(peer -> rooms.values().stream().anyMatch(room -> room.isMember(peer)));
    }
    cutLinks();
    dialling.advance(now);
  }

  private void maintainLinks(Now now) {
    for (Map.Entry<Long, LinkRecord> entry : new ArrayList<>(links.entrySet())) {
      LinkRecord record = entry.getValue();
      long quiet = now.tickMillis() - record.lastHeardTick;
      if (!record.hello && now.tickMillis() - record.upTick > HELLO_WITHIN_MILLIS) {
        close(entry.getKey(), "it did not say hello");
      } else if (quiet > DEAD_AFTER_MILLIS) {
        close(entry.getKey(), "nothing was heard of it for " + quiet / 1000 + " seconds");
      } else if (quiet > PING_AFTER_MILLIS) {
        context.send(entry.getKey(), new Frame.Ping(context.entropy.nextInt(Integer.MAX_VALUE)));
      }
      record.invalid = Math.max(0, record.invalid - 1);
    }
  }

  /** The tick at which {@link #advance} must be called again at the latest. */
  public long nextTick() {
    long next = Math.min(maintenanceTick, dialling.nextTick());
    for (RoomMachine room : rooms.values()) {
      next = Math.min(next, room.nextTick());
    }
    return next;
  }

  /** Everything that is to be done because of the inputs since the last call, in order. */
  public List<Output> drain() {
    touched.forEach(RoomMachine::flush);
    touched.clear();
    return context.drain();
  }

  /** A room was used directly: its acknowledgements go out with the next {@link #drain()}. */
  public void touched(RoomMachine room) {
    if (rooms.containsKey(room.topic())) {
      touched.add(room);
    }
  }

  /**
   * Leaves all rooms and wipes the keys; the links are to be closed by whoever drives this machine.
   */
  public void close(Now now) {
    context.at(now);
    for (Topic topic : List.copyOf(rooms.keySet())) {
      leave(topic, now);
    }
  }

  /** Wipes the keys of this peer. Nothing may be called afterwards. */
  public void destroy() {
    context.self.destroy();
    context.receiveFor(null);
  }
}
