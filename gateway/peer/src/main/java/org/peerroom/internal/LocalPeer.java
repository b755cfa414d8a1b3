package org.peerroom.internal;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
import org.peerroom.internal.protocol.Output;
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
  private static final int MAX_ROUNDS = 8;

  private final PeerSettings settings;
  private final String cryptography;
  private final PeerMachine machine;
  private final PeerKeys keys;
  private final Transport transport;
  private final PeerLoop loop;
  private final IdentityKeeper keeper;
  private final @Nullable TrustFile trustFile;
  private final TrustedAuthorities trusted;
  private final EventStream<PeerEvent> events = new EventStream<>();
  private final PeerLinks links;
  private final Map<Topic, LocalRoom> rooms = new LinkedHashMap<>();
  private final Set<LocalRoom> toRead = new LinkedHashSet<>();
  private final Map<LocalRoom, Leaving> leaving = new LinkedHashMap<>();
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private volatile @Nullable PeerAddress listening;
  private boolean closing;
  private boolean machineClosed;
  private volatile Disposable watching = Disposables.disposed();

  /** Reads the file of trusted authorities, and so may block. */
  private LocalPeer(PeerSettings settings, PublicKeyCrypto crypto) {
    this.settings = settings;
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
  }

  private record Leaving(long deadlineTick, Sinks.Empty<Void> done) {}

  /** See {@link org.peerroom.PeerBuilder#start()}. */
  public static Mono<Peer> start(PeerSettings settings) {
    return Mono.fromCallable(
            () -> {
              CipherWarmUp.begin();
              return new LocalPeer(settings, ProviderCrypto.create());
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
    return Mono.fromCallable(() -> LocalRoom.keysOf(config))
        .subscribeOn(Schedulers.boundedElastic())
        .flatMap(roomKeys -> onLoop(sink -> join(config, roomKeys, sink)));
  }

  private void join(RoomConfig config, RoomKeys roomKeys, MonoSink<Room> sink) {
    if (closing) {
      roomKeys.destroy();
      sink.error(
          new RoomClosedException(
              "room '" + config.name() + "' can't be joined: the peer is closed"));
      return;
    }
    LocalRoom known = rooms.get(Topic.of(roomKeys.topic()));
    if (known == null) {
      Now now = now();
      String refusal =
          machine.whyNotAdmitted(config.name(), config.policy(), config.isAnonymous(), now);
      if (refusal != null) {
        roomKeys.destroy();
        sink.error(LocalRoom.notAdmitted(config, refusal));
        return;
      }
      RoomMachine room =
          machine.join(config.name(), roomKeys, config.policy(), config.isAnonymous(), now);
      known = new LocalRoom(this, room, config.isAnonymous(), settings.publishTimeout().toMillis());
      rooms.put(room.topic(), known);
    } else {
      roomKeys.destroy();
      if (leaving.containsKey(known)) {
        sink.error(
            new RoomClosedException(
                "room '" + config.name() + "' is being left; join it again when that is done"));
        return;
      }
      String difference = known.differenceTo(config);
      if (difference != null) {
        sink.error(new RoomConflictException("room '" + config.name() + "' " + difference));
        return;
      }
    }
    sink.success(known);
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

  private Now now() {
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
    carryOutAll(now);
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

  /**
   * Outputs lead to reading and to room on links, which lead to more outputs; a few rounds, then
   * the next turn.
   */
  private void carryOutAll(Now now) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      List<Output> outputs = machine.drain();
      outputs.forEach(this::carryOut);
      for (LocalRoom room : toRead) {
        room.readable();
        machine.touched(room.machine());
      }
      toRead.clear();
      links.topUp(now);
      if (outputs.isEmpty()) {
        break;
      }
    }
    links.flush();
  }

  private void carryOut(Output output) {
    if (output instanceof Output.Send send) {
      links.send(send);
    } else if (output instanceof Output.RoomReadable readable) {
      LocalRoom room = rooms.get(readable.topic());
      if (room != null) {
        toRead.add(room);
      }
    } else if (output instanceof Output.Replicated replicated) {
      LocalRoom room = rooms.get(replicated.topic());
      if (room != null) {
        room.replicated(replicated);
      }
    } else if (output instanceof Output.RoomTold told) {
      LocalRoom room = rooms.get(told.topic());
      if (room != null) {
        room.tell(told.event());
      }
    } else if (output instanceof Output.PeerTold told) {
      links.changed();
      events.tell(told.event());
    } else if (output instanceof Output.Dial dial) {
      dial(dial.address());
    } else if (output instanceof Output.Close close) {
      links.close(close);
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
        room.warnOfLoss();
        rooms.remove(room.machine().topic());
        machine.leave(room.machine().topic(), now);
        room.end();
        carryOutAll(now);
        entry.getValue().done.tryEmitEmpty();
      }
    }
    if (closing && leaving.isEmpty() && !machineClosed) {
      machineClosed = true;
      watching.dispose();
      machine.close(now);
      carryOutAll(now);
      links.close();
      transport
          .close()
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
