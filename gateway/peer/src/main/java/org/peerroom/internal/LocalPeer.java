package org.peerroom.internal;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.peerroom.NotAdmittedException;
import org.peerroom.Peer;
import org.peerroom.PeerAddress;
import org.peerroom.PeerEvent;
import org.peerroom.PeerId;
import org.peerroom.Room;
import org.peerroom.RoomClosedException;
import org.peerroom.RoomConfig;
import org.peerroom.RoomConflictException;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.internal.crypto.CipherWarmUp;
import org.peerroom.internal.crypto.LinkCertificate;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.net.TcpTransport;
import org.peerroom.internal.net.Transport;
import org.peerroom.internal.protocol.Now;
import org.peerroom.internal.protocol.PeerKeys;
import org.peerroom.internal.protocol.PeerMachine;
import org.peerroom.internal.protocol.RoomMachine;
import org.peerroom.internal.wire.Topic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * A peer that runs in this process: drives the protocol on one thread, the peer's loop. What
 * arrives from links and from the application is queued to that thread; what the protocol wants
 * done is carried out on it.
 */
public final class LocalPeer implements Peer {

  private static final Logger LOG = LoggerFactory.getLogger(LocalPeer.class);
  private static final long MAX_WAIT_MILLIS = 1_000;

  private final PeerSettings settings;
  private final String cryptography;
  private final PeerMachine machine;
  private final PeerKeys keys;
  private final PeerStore store;
  private final Transport transport;
  private final PeerLoop loop;
  private final IdentityKeeper keeper;
  private final @Nullable TrustFile trustFile;
  private final TrustedAuthorities trusted;
  private final EventStream<PeerEvent> events = new EventStream<>();
  private final PeerLinks links;
  private final Map<Topic, LocalRoom> rooms = new LinkedHashMap<>();
  private final PeerOutputs outputs;
  private final Map<LocalRoom, Leaving> leaving = new LinkedHashMap<>();
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private volatile @Nullable PeerAddress listening;
  private boolean closing;
  private boolean machineClosed;
  private volatile Disposable watching = Disposables.disposed();

  /** Reads the file of trusted authorities, and so may block. */
  private LocalPeer(PeerSettings settings, PublicKeyCrypto crypto, PeerStore store) {
    this.settings = settings;
    this.store = store;
    this.cryptography = crypto.description();
    Path file = settings.trustFile();
    this.trustFile = file == null ? null : new TrustFile(file);
    this.trusted = trustFile == null ? settings.trust() : trustFile.load();
    SecureEntropy entropy = new SecureEntropy();
    this.keys = PeerKeys.generate(crypto, entropy);
    this.machine = new PeerMachine(keys, crypto, entropy);
    this.keeper = new IdentityKeeper(keys.id(), settings.identityLife());
    this.loop = new PeerLoop("peerroom-" + keys.id().shortHex(), this::turn);
    this.links = new PeerLinks(loop, machine, this::now);
    this.transport = new TcpTransport(LinkCertificate.create(keys.signing()), crypto, links);
    this.outputs = new PeerOutputs(machine, rooms, links, events, this::dial);
  }

  private record Leaving(long deadlineTick, Sinks.Empty<Void> done) {}

  /** See {@link org.peerroom.PeerBuilder#start()}. */
  public static Mono<Peer> start(PeerSettings settings) {
    return Mono.fromCallable(
            () -> {
              CipherWarmUp.begin();
              PublicKeyCrypto crypto = ProviderCrypto.create();
              PeerStore store = PeerStore.open(settings, crypto);
              try {
                return new LocalPeer(settings, crypto, store);
              } catch (RuntimeException e) {
                store.close().subscribe();
                throw e;
              }
            })
        .subscribeOn(Schedulers.boundedElastic())
        .flatMap(LocalPeer::begin);
  }

  private Mono<Peer> begin() {
    loop.start();
    PeerAddress listen = settings.listen();
    Mono<List<PeerAddress>> reachable =
        listen == null
            ? Mono.just(List.of())
            : transport
                .listen(listen)
                .doOnNext(bound -> listening = bound)
                .map(ListenAddresses::reachable);
    return reachable
        .map(bound -> settings.advertise().isEmpty() ? bound : settings.advertise())
        .flatMap(
            own ->
                this.<Peer>onLoop(
                    sink -> {
                      begin(own);
                      sink.success(this);
                    }))
        .onErrorResume(
            e ->
                transport
                    .close()
                    .onErrorComplete()
                    .then(store.close())
                    .onErrorComplete()
                    .doFinally(signal -> loop.execute(this::giveUp))
                    .then(Mono.error(e)));
  }

  /** It could not start. */
  private void giveUp() {
    closing = true;
    machineClosed = true;
    links.close();
    finishClosing();
  }

  private void begin(List<PeerAddress> own) {
    Now now = now();
    machine.trust(trusted, now);
    Identity identity = settings.identity();
    if (identity != null) {
      speakAs(identity, now);
    }
    machine.start(own, settings.bootstrap(), now);
    LOG.info("peer {} works with {}", id().shortHex(), cryptography);
    if (trustFile != null) {
      watching =
          trustFile.watch(
              changed -> loop.execute(() -> trustNow(changed)),
              problem -> loop.execute(() -> events.tell(new PeerEvent.TrustProblem(problem))));
    }
  }

  @Override
  public Mono<Void> reveal(Identity identity) {
    return whileOpen(() -> speakAs(identity, now()));
  }

  private void speakAs(Identity identity, Now now) {
    machine.reveal(keeper.speakAs(identity, now), now);
    machine.receiveFor(identity.exposeRecipientSeed(), now);
  }

  @Override
  public Mono<Void> trust(TrustedAuthorities authorities) {
    return whileOpen(() -> trustNow(authorities));
  }

  private void trustNow(TrustedAuthorities authorities) {
    machine.trust(authorities, now());
    rooms.values().forEach(LocalRoom::membersChanged);
  }

  @Override
  public Mono<Void> revoke(Revocation revocation) {
    return whileOpen(
        () -> {
          String refusal = machine.revoke(revocation, now());
          if (refusal != null) {
            throw new NotAdmittedException(refusal);
          }
        });
  }

  /** Shows this peer's identity in a room that was joined anonymously. */
  Mono<Void> reveal(LocalRoom room) {
    return whileOpen(
        () -> {
          if (rooms.get(room.machine().topic()) != room) {
            throw new RoomClosedException("room '" + room.name() + "' has been left");
          }
          if (!keeper.speaks()) {
            throw new NotAdmittedException(
                "room '" + room.name() + "': this peer has no identity to show; give it one first");
          }
          room.revealed(now());
        });
  }

  private Mono<Void> whileOpen(Runnable task) {
    return onLoop(
        sink -> {
          if (closing) {
            throw new RoomClosedException("the peer is closed: start another one");
          }
          task.run();
          sink.success();
        });
  }

  @Override
  public PeerId id() {
    return keys.id();
  }

  @Override
  public String cryptography() {
    return cryptography;
  }

  @Override
  public Optional<PeerAddress> listenAddress() {
    return Optional.ofNullable(listening);
  }

  @Override
  public Set<PeerId> linkedPeers() {
    return links.linkedPeers();
  }

  @Override
  public Flux<PeerEvent> events() {
    return events.asFlux();
  }

  @Override
  public Mono<Room> join(RoomConfig config) {
    return Mono.fromCallable(() -> store.prepare(config, LocalRoom.keysOf(config)))
        .subscribeOn(Schedulers.boundedElastic())
        .flatMap(prepared -> onLoop(sink -> join(config, prepared, sink)));
  }

  private void join(RoomConfig config, PeerStore.Prepared prepared, MonoSink<Room> sink) {
    Topic topic = Topic.of(prepared.keys.topic());
    try {
      sink.success(joined(config, prepared));
    } finally {
      prepared.destroy();
      if (prepared.persistent && !rooms.containsKey(topic)) {
        store.left(topic, prepared.store);
      }
    }
  }

  private Room joined(RoomConfig config, PeerStore.Prepared prepared) {
    RoomKeys roomKeys = prepared.keys;
    LocalRoom known = rooms.get(Topic.of(roomKeys.topic()));
    if (known != null || closing) {
      roomKeys.destroy();
    }
    if (closing) {
      throw new RoomClosedException(
          "room '" + config.name() + "' can't be joined: the peer is closed");
    }
    if (known == null && store.keeps(config) == prepared.persistent) {
      return newlyJoined(config, prepared);
    }
    if (known == null || leaving.containsKey(known)) {
      roomKeys.destroy();
      throw new RoomClosedException(
          "room '" + config.name() + "' is being left; join it again when that is done");
    }
    String difference = known.differenceTo(config);
    if (difference != null) {
      throw new RoomConflictException("room '" + config.name() + "' " + difference);
    }
    return known;
  }

  private Room newlyJoined(RoomConfig config, PeerStore.Prepared prepared) {
    Now now = now();
    RoomPolicy policy = config.policy();
    boolean anonymous = config.isAnonymous();
    String refusal = machine.whyNotAdmitted(config.name(), policy, anonymous, now);
    if (refusal != null) {
      prepared.keys.destroy();
      throw LocalRoom.notAdmitted(config, refusal);
    }
    RoomMachine room = machine.join(config.name(), prepared.keys, policy, anonymous, now);
    if (prepared.persistent) {
      room.persistence().begin(prepared.restored(), now);
    }
    LocalRoom joined =
        new LocalRoom(this, room, anonymous, settings.publishTimeout().toMillis(), prepared);
    rooms.put(room.topic(), joined);
    return joined;
  }

  Mono<Void> leave(LocalRoom room) {
    return Mono.defer(
        () -> {
          Sinks.Empty<Void> done = Sinks.empty();
          loop.execute(() -> beginLeaving(room, done));
          return done.asMono();
        });
  }

  private void beginLeaving(LocalRoom room, Sinks.Empty<Void> done) {
    Leaving already = leaving.get(room);
    if (already != null) {
      already.done.asMono().subscribe(v -> {}, e -> {}, done::tryEmitEmpty);
    } else if (!rooms.containsKey(room.machine().topic())) {
      done.tryEmitEmpty();
    } else {
      room.closing();
      leaving.put(room, new Leaving(tickMillis() + settings.closeTimeout().toMillis(), done));
    }
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          loop.execute(
              () -> {
                if (!closing) {
                  closing = true;
                  List.copyOf(rooms.values()).forEach(room -> beginLeaving(room, Sinks.empty()));
                }
              });
          return closed.asMono();
        });
  }

  /** From any thread: runs this on the loop, with a turn behind it. */
  void execute(Runnable task) {
    loop.execute(task);
  }

  /** On the loop: acknowledgements of this room are due with the next outputs. */
  void touched(LocalRoom room) {
    machine.touched(room.machine());
  }

  long tickMillis() {
    return System.nanoTime() / 1_000_000;
  }

  Now now() {
    return new Now(System.currentTimeMillis(), tickMillis());
  }

  /** What it throws goes to whoever asked. */
  private <T> Mono<T> onLoop(Consumer<MonoSink<T>> task) {
    return Mono.create(
        sink ->
            loop.execute(
                () -> {
                  try {
                    task.accept(sink);
                  } catch (RuntimeException e) {
                    sink.error(e);
                  }
                }));
  }

  /** One turn of the loop; returns how many milliseconds may pass until the next. */
  private long turn() {
    if (machineClosed) {
      return MAX_WAIT_MILLIS;
    }
    Now now = now();
    if (machine.nextTick() <= now.tickMillis()) {
      machine.advance(now);
    }
    tendIdentity(now);
    boolean more = false;
    for (LocalRoom room : rooms.values()) {
      room.tend(now);
      more |= room.drainPublishes(now);
    }
    outputs.carryOutAll(now);
    finishLeaving(now);
    if (more) {
      return 0;
    }
    long next = Math.min(machine.nextTick(), keeper.nextTick());
    for (LocalRoom room : rooms.values()) {
      next = Math.min(next, room.nextTick());
    }
    long longest = leaving.isEmpty() ? MAX_WAIT_MILLIS : 20;
    return Math.max(1, Math.min(longest, next - tickMillis()));
  }

  private void tendIdentity(Now now) {
    if (keeper.nextTick() > now.tickMillis()) {
      return;
    }
    try {
      SignatureChain renewed = keeper.renewed(now);
      if (renewed != null) {
        machine.reveal(renewed, now);
      }
    } catch (NotAdmittedException e) {
      tellProblem(e.getMessage());
    }
    tellProblem(keeper.problem(now));
  }

  private void tellProblem(@Nullable String problem) {
    if (problem != null) {
      events.tell(new PeerEvent.IdentityProblem(problem));
    }
  }

  private void dial(PeerAddress address) {
    transport
        .dial(address)
        .subscribe(
            v -> {},
            e -> {
              String reason = e.getMessage() == null ? e.toString() : e.getMessage();
              loop.execute(() -> machine.dialFailed(address, reason, now()));
            });
  }

  private void finishLeaving(Now now) {
    for (Map.Entry<LocalRoom, Leaving> entry : List.copyOf(leaving.entrySet())) {
      LocalRoom room = entry.getKey();
      if (room.settled() || now.tickMillis() >= entry.getValue().deadlineTick) {
        leaving.remove(room);
        room.lastCall(now);
        rooms.remove(room.machine().topic());
        machine.leave(room.machine().topic(), now);
        room.end();
        store.left(room.machine().topic(), room.store());
        outputs.carryOutAll(now);
        entry.getValue().done.tryEmitEmpty();
      }
    }
    if (closing && leaving.isEmpty() && !machineClosed) {
      machineClosed = true;
      watching.dispose();
      machine.close(now);
      outputs.carryOutAll(now);
      links.close();
      transport
          .close()
          .onErrorResume(e -> Mono.empty())
          .then(store.close())
          .onErrorResume(e -> Mono.empty())
          .doFinally(signal -> loop.execute(this::finishClosing))
          .subscribe();
    }
  }

  private void finishClosing() {
    events.complete();
    machine.destroy();
    loop.stop();
    closed.tryEmitEmpty();
    LOG.debug("peer {} is closed", id().shortHex());
  }
}
