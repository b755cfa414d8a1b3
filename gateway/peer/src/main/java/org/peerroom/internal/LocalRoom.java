package org.peerroom.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.Acks;
import org.peerroom.Delivery;
import org.peerroom.Member;
import org.peerroom.Message;
import org.peerroom.MessageTooLargeException;
import org.peerroom.NotAdmittedException;
import org.peerroom.OutgoingMessage;
import org.peerroom.PeerId;
import org.peerroom.Receipt;
import org.peerroom.Room;
import org.peerroom.RoomConfig;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.RoomSecret;
import org.peerroom.StorageException;
import org.peerroom.SubscribeOptions;
import org.peerroom.Subscription;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.protocol.Keep;
import org.peerroom.internal.protocol.Now;
import org.peerroom.internal.protocol.Output;
import org.peerroom.internal.protocol.RoomMachine;
import org.peerroom.internal.protocol.RoomReader;
import org.peerroom.internal.store.RoomStore;
import org.peerroom.internal.wire.MessageCodec;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/** A room as the application sees it, over the state machine that the peer's loop drives. */
final class LocalRoom implements Room, RoomKeeper.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(LocalRoom.class);
  private static final long TEND_MILLIS = 1_000;

  private final LocalPeer peer;
  private final RoomMachine machine;
  private final boolean joinedAnonymously;
  private final long publishTimeoutMillis;
  private final boolean persistent;
  private final AwaitedReceipts awaited;
  private final AwaitedReceipts awaitedStreams;
  private final PublishQueue publishing;
  private final RoomKeeper keeper;
  private final StreamQueue streaming;
  private final OpenPayloads payloads;
  private final RoomDeliveries deliveries;
  private final EventStream<RoomEvent> events = new EventStream<>();
  private final List<MessageSubscription> subscriptions = new ArrayList<>();
  private volatile Map<PeerId, Member> members = Map.of();
  private final Runnable afterOffer = this::afterOffer;
  private long tendTick;
  private boolean revealed;
  private boolean ended;

  /** On the loop. */
  LocalRoom(
      LocalPeer peer,
      RoomMachine machine,
      boolean joinedAnonymously,
      long publishTimeoutMillis,
      PeerStore.Prepared kept) {
    this.peer = peer;
    this.machine = machine;
    this.joinedAnonymously = joinedAnonymously;
    this.publishTimeoutMillis = publishTimeoutMillis;
    this.persistent = kept.persistent;
    this.awaited = new AwaitedReceipts(machine.name(), kept.persistent);
    this.awaitedStreams = new AwaitedReceipts(machine.name(), kept.persistent);
    this.publishing = new PublishQueue(machine.name(), awaited);
    this.keeper = new RoomKeeper(machine.name(), kept.store, peer::execute, this);
    kept.receipts(keeper.receipts()::found);
    kept.damage().forEach(this::tellStorageProblem);
    this.streaming = new StreamQueue(machine.name(), awaitedStreams);
    this.payloads = new OpenPayloads(peer, this);
    this.deliveries = new RoomDeliveries(this, peer, kept.store);
    deliveries.restore(kept).forEach(this::tellStorageProblem);
  }

  /** Takes long where there is a secret. */
  static RoomKeys keysOf(RoomConfig config) {
    RoomSecret secret = config.secret();
    if (secret == null) {
      return RoomKeys.derive(config.name(), null);
    }
    char[] passphrase = secret.exposePassphrase();
    try {
      return RoomKeys.derive(config.name(), passphrase);
    } finally {
      Arrays.fill(passphrase, '\0');
    }
  }

  /** This peer would not be admitted to this room, for this reason. */
  static NotAdmittedException notAdmitted(RoomConfig config, String refusal) {
    return new NotAdmittedException(
        "room '"
            + config.name()
            + "' admits only peers "
            + config.policy().admission()
            + ", and this one is none of them: "
            + refusal
            + "; give it an identity that one of them has signed, and trust that authority here too");
  }

  RoomMachine machine() {
    return machine;
  }

  @Override
  public String name() {
    return machine.name();
  }

  @Override
  public RoomPolicy policy() {
    return machine.policy();
  }

  @Override
  public Set<PeerId> members() {
    return members.keySet();
  }

  @Override
  public Optional<VerifiedIdentity> identityOf(PeerId member) {
    Member known = members.get(member);
    return known == null ? Optional.empty() : known.identity();
  }

  @Override
  public Mono<Void> reveal() {
    return peer.reveal(this);
  }

  @Override
  public Mono<Receipt> publish(OutgoingMessage message, Acks acks) {
    return Mono.create(sink -> publish(message, acks, sink));
  }

  private void publish(OutgoingMessage message, Acks acks, MonoSink<Receipt> sink) {
    Publisher<ByteBuffer> stream = message.stream();
    if (stream != null) {
      publish(message, stream, acks, sink);
      return;
    }
    int size = message.payload().length;
    if (size > policy().maxMessageSize()) {
      sink.error(
          new MessageTooLargeException(
              "room '"
                  + name()
                  + "': a message of "
                  + size
                  + " bytes is over the limit of "
                  + policy().maxMessageSize()
                  + " bytes; send less, or raise the room's largest message on both sides"));
      return;
    }
    byte[] body =
        MessageCodec.encode(message, System.currentTimeMillis(), acks instanceof Acks.Processed);
    long deadline = peer.tickMillis() + publishTimeoutMillis;
    PendingPublish publish = new PendingPublish(body, acks, deadline, sink);
    sink.onCancel(() -> publish.cancelled = true);
    if (publishing.offer(publish)) {
      peer.execute(afterOffer);
    }
  }

  private void publish(
      OutgoingMessage message, Publisher<ByteBuffer> stream, Acks acks, MonoSink<Receipt> sink) {
    byte[] head =
        MessageCodec.encode(message, System.currentTimeMillis(), acks instanceof Acks.Processed);
    ChunkSource source =
        new ChunkSource(
            stream, Schedulers.boundedElastic().createWorker(), () -> peer.execute(afterOffer));
    StreamedPublish publish =
        new StreamedPublish(
            ByteBuffer.wrap(head), source, acks, peer.tickMillis(), publishTimeoutMillis, sink);
    sink.onCancel(
        () -> {
          publish.cancelled = true;
          peer.execute(afterOffer);
        });
    if (streaming.offer(publish)) {
      peer.execute(afterOffer);
    }
  }

  /** On the loop: a turn follows that seals it, unless the room was left at that moment. */
  private void afterOffer() {
    if (ended) {
      publishing.abort();
      streaming.abort();
    }
  }

  @Override
  public Flux<Message> messages(SubscribeOptions options) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> subscriber) {
        MessageSubscription subscription =
            new MessageSubscription(
                LocalRoom.this, subscriber, Schedulers.boundedElastic().createWorker());
        subscriber.onSubscribe(subscription);
        peer.execute(() -> begin(subscription, options));
      }
    };
  }

  @Override
  public Flux<Delivery> deliveries(Subscription subscription) {
    return deliveries.deliveries(subscription);
  }

  @Override
  public Mono<Void> forget(String subscription) {
    return deliveries.forget(subscription);
  }

  private void begin(MessageSubscription subscription, SubscribeOptions options) {
    if (ended) {
      subscription.end();
      return;
    }
    NotAdmittedException refusal = whyNoReading();
    if (refusal != null) {
      subscription.fail(refusal);
    } else if (!subscription.isCancelled()) {
      subscriptions.add(subscription);
      subscription.begin(machine.reader(options));
      peer.touched(this);
    }
  }

  /** On the loop: why nobody may read here; null if one may. */
  @Nullable NotAdmittedException whyNoReading() {
    String refusal = machine.whyNoReading();
    return refusal == null
        ? null
        : new NotAdmittedException("room '" + name() + "' can't be read: " + refusal);
  }

  /** On the loop: whether this room has been left. */
  boolean isOver() {
    return ended;
  }

  /** From any thread. */
  void remove(MessageSubscription subscription) {
    peer.execute(
        () -> {
          subscriptions.remove(subscription);
          RoomReader reader = subscription.detach();
          if (reader != null && !ended) {
            machine.readers().remove(reader);
            peer.touched(this);
          }
        });
  }

  /** On the loop: whether someone reads a streamed payload, or may soon. */
  boolean readsPayloads() {
    return machine.streams().isOpen();
  }

  /** From any thread. */
  void refill(MessageSubscription subscription) {
    peer.execute(
        () -> {
          subscription.refill();
          peer.touched(this);
        });
  }

  @Override
  public Flux<RoomEvent> events() {
    return events.asFlux();
  }

  @Override
  public Mono<Void> leave() {
    return peer.leave(this);
  }

  /** On the loop: shows this peer's identity from now on. */
  void revealed(Now now) {
    machine.reveal(now);
    revealed = true;
  }

  /**
   * On the loop: why this room can't be joined again in this way; null if it can. Nobody is to
   * believe that it is unknown where it is not.
   */
  @Nullable String differenceTo(RoomConfig again) {
    if (!policy().equals(again.policy())) {
      return "has been joined with another policy: "
          + policy()
          + ", now "
          + again.policy()
          + "; use one policy for a room";
    }
    if (again.isAnonymous() && !joinedAnonymously) {
      return "has been joined, and not anonymously, so that its members may know this peer's"
          + " identity; join it anonymously with another peer";
    }
    boolean hidden = joinedAnonymously && !revealed;
    return hidden && !again.isAnonymous()
        ? "has been joined anonymously; reveal this peer's identity there, or join it anonymously"
        : null;
  }

  /** On the loop, about once a second. */
  void tend(Now now) {
    if (now.tickMillis() < tendTick) {
      return;
    }
    tendTick = now.tickMillis() + TEND_MILLIS;
    keeper.receipts().expire(now.wallMillis());
    // Identities end, and are renewed, without an event.
    membersChanged();
    tendReaders(now);
  }

  /** Says which readers are at work, however slowly. */
  private void tendReaders(Now now) {
    for (MessageSubscription subscription : subscriptions) {
      RoomReader reader = subscription.readerIfMoved();
      if (reader != null) {
        machine.stillReading(reader, now);
        peer.touched(this);
      }
    }
    deliveries.tend(now);
  }

  /** On the loop: seals what publishers have queued; true if there is more to seal at once. */
  boolean drainPublishes(Now now) {
    boolean more = publishing.drain(machine, now);
    return streaming.drain(machine, now) || more;
  }

  /** On the loop. */
  long nextTick() {
    return Math.min(publishing.nextTick(), streaming.nextTick());
  }

  /** Where this room is kept. */
  RoomStore store() {
    return keeper.store();
  }

  /** On the loop: something is to be kept, or kept no longer. */
  void keep(Keep keep) {
    keeper.keep(keep);
  }

  /** On the loop, when the outputs of a turn have been carried out. */
  void commit(Now now) {
    machine.persistence().behind(keeper.isBehind());
    List<Publication> sealed = new ArrayList<>(awaited.takeSealed());
    sealed.addAll(awaitedStreams.takeSealed());
    keeper.commit(sealed, now.tickMillis());
    deliveries.commit();
  }

  @Override
  public void synced(Map<PeerId, Long> next, List<Publication> sealed) {
    if (!ended) {
      next.forEach((author, upTo) -> machine.persistence().synced(author, upTo, peer.now()));
      peer.touched(this);
    }
    awaited.synced(sealed);
    awaitedStreams.synced(sealed);
  }

  @Override
  public void failed(List<Publication> sealed, StorageException why, boolean isNew) {
    awaited.notSynced(sealed, why);
    awaitedStreams.notSynced(sealed, why);
    if (isNew) {
      tellStorageProblem(why.getMessage());
    }
  }

  private void tellStorageProblem(@Nullable String problem) {
    LOG.warn("room '{}': {}", name(), problem);
    events.tell(new RoomEvent.StorageProblem(String.valueOf(problem)));
  }

  /** On the loop: readers may find something new. */
  void readable() {
    payloads.readable();
    subscriptions.forEach(MessageSubscription::refill);
    deliveries.readable();
  }

  /** On the loop. */
  void acknowledged(Output.Acknowledged output) {
    awaited.acknowledged(output);
    awaitedStreams.acknowledged(output);
  }

  /** On the loop. */
  void tell(RoomEvent event) {
    if (event instanceof RoomEvent.MemberJoined
        || event instanceof RoomEvent.MemberLeft
        || event instanceof RoomEvent.IdentityKnown) {
      membersChanged();
    }
    events.tell(event);
  }

  /** On the loop: takes a new snapshot of who is here. */
  void membersChanged() {
    Map<PeerId, Member> now = new HashMap<>();
    for (PeerId member : machine.members()) {
      now.put(member, new Member(member, machine.identityOf(member)));
    }
    members = Map.copyOf(now);
  }

  /** On the loop: nothing more is taken from publishers. */
  void closing() {
    publishing.close();
    streaming.close();
  }

  /** On the loop: whether nothing waits, and linked members hold what was published. */
  boolean settled() {
    return publishing.isIdle() && streaming.isIdle() && machine.settled();
  }

  /** On the loop, before the machine forgets the room. */
  void lastCall(Now now) {
    streaming.abort(machine, now);
    if (!persistent && machine.hasOwnSegments() && !machine.everReplicated()) {
      LOG.warn(
          "room '{}': closed with messages that no other peer ever said it holds; they are lost with this process",
          name());
    }
  }

  /** On the loop, when the machine has left the room. */
  void end() {
    ended = true;
    publishing.abort();
    streaming.abort();
    payloads.end();
    deliveries.end();
    subscriptions.forEach(
        subscription -> {
          subscription.detach();
          subscription.end();
        });
    subscriptions.clear();
    events.complete();
    members = Map.of();
  }
}
