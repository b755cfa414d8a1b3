package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.SubscribeOptions;
import org.peerroom.Subscription;

/**
 * A subscription that acknowledges: each message goes to one of its consumers and, unless that one
 * says that it has dealt with it, to one again. The messages of one author are delivered in order,
 * to one consumer at a time.
 *
 * <p>Keeps the places of what is not acknowledged, at most {@link Subscription#maxInFlight} that
 * are with consumers and as many duplicates that wait for one of these, not their content: what is
 * delivered again is read again.
 *
 * <p>Belongs to the thread that drives its room.
 */
public final class RoomSubscription extends FeedReader {

  private final RoomMachine room;
  private final Reading reading;
  private final SubscriptionMemory memory;
  private final Duplicates duplicates;
  private final Map<PeerId, Lane> lanes = new LinkedHashMap<>();
  private final LaneTurns turns = new LaneTurns();
  private final Set<SubscriptionConsumer> consumers = new LinkedHashSet<>();
  private Subscription settings;
  private int inFlight;
  private long serial;

  RoomSubscription(RoomMachine room, Subscription settings) {
    this.room = room;
    this.settings = settings;
    this.memory = new SubscriptionMemory(settings.name());
    this.duplicates = new Duplicates(memory.seen());
    this.reading = new Reading(room, new SubscribeOptions(settings.start(), settings.echo()));
    memory.settings(settings);
    for (Feed feed : room.replica().feeds()) {
      Lane lane = lane(feed);
      if (settings.start() == SubscribeOptions.Start.LIVE || room.policy().isLiveOnly()) {
        memory.changed(lane);
      }
      turns.add(lane);
    }
  }

  private Lane lane(Feed feed) {
    return lanes.computeIfAbsent(
        feed.author, a -> new Lane(a, FeedPosition.at(reading.next(feed)), now().wallMillis()));
  }

  private Now now() {
    return room.now();
  }

  /** As it was subscribed to last. */
  public Subscription settings() {
    return settings;
  }

  /** Someone subscribes to it, perhaps with other settings: these hold from now on. */
  public void adjust(Subscription latest) {
    settings = latest;
    reading.echo(latest.echo());
    memory.settings(latest);
    room.replica().feeds().forEach(this::changed);
  }

  /** Goes on where it was, as it was kept. */
  void restore(Lane lane) {
    Lane before = lanes.put(lane.author, lane);
    if (before != null) {
      turns.remove(before);
    }
    reading.moveTo(lane.author, lane.frontier);
    turns.add(lane);
  }

  /** Gives up what is kept of it. */
  void giveUp() {
    memory.forgetAll(List.copyOf(lanes.keySet()));
  }

  SubscriptionMemory memory() {
    return memory;
  }

  /** How many messages are with consumers. */
  public int inFlight() {
    return inFlight;
  }

  /** How many messages were not delivered because one with the same key had been. */
  public long passedOver() {
    return duplicates.passedOver();
  }

  /** Adds one who takes messages. */
  public SubscriptionConsumer attach() {
    SubscriptionConsumer consumer = new SubscriptionConsumer();
    consumers.add(consumer);
    return consumer;
  }

  /** A consumer is gone: what it has not acknowledged is for others, at once. */
  public void detach(SubscriptionConsumer consumer, Now now) {
    room.at(now);
    consumers.remove(consumer);
    Lane current = consumer.current;
    consumer.current = null;
    for (Pending pending : List.copyOf(consumer.inFlight)) {
      release(pending);
      pending.dueTick = Pending.AT_ONCE;
      pending.lane.waiting.put(pending.at, pending);
      rewind(pending.lane);
      turns.add(pending.lane);
    }
    if (current != null) {
      rewind(current);
      turns.add(current);
    }
  }

  /** Whether nobody takes messages now. */
  public boolean isIdle() {
    return consumers.isEmpty();
  }

  /**
   * The next messages for this consumer, at most this many and, but for the first, not more than
   * this many bytes of payload; empty if there is nothing for it now.
   */
  public List<Delivered> take(SubscriptionConsumer consumer, int max, long maxBytes, Now now) {
    room.at(now);
    List<Delivered> taken = new ArrayList<>();
    long bytes = 0;
    while (taken.size() < max && bytes < maxBytes && inFlight < settings.maxInFlight()) {
      Lane lane = turns.take(consumer);
      if (lane == null) {
        break;
      }
      Delivered delivered = deliver(lane, consumer);
      consumer.current = delivered == null || lane.ready.isEmpty() ? null : lane;
      if (delivered != null) {
        bytes += Math.max(0, delivered.message().size());
        taken.add(delivered);
        if (consumer.current == null) {
          turns.add(lane);
        }
      }
      progressed(lane);
    }
    return taken;
  }

  /** Delivers the next message of a lane; null if there is none now. */
  private @Nullable Delivered deliver(Lane lane, SubscriptionConsumer consumer) {
    Feed feed = room.replica().get(lane.author);
    if (feed == null || !reading.reads(feed)) {
      return null;
    }
    while (true) {
      Map.Entry<FeedPosition, Pending> again = lane.waiting.firstEntry();
      if (again != null) {
        Pending pending = again.getValue();
        Opened opened = pending.dueTick > now().tickMillis() ? null : reread(feed, pending);
        if (opened != null) {
          Delivered delivered = deliverAgain(pending, opened, consumer);
          if (delivered != null) {
            return delivered;
          }
        } else if (!pending.done) {
          rewind(lane);
          return null;
        }
        continue;
      }
      if (lane.ready.isEmpty() && !open(feed, lane)) {
        return null;
      }
      Opened first = lane.ready.peek();
      if (first == null) {
        continue;
      }
      if (isDuplicate(first) && duplicates.heldCount() >= settings.maxInFlight()) {
        rewind(lane);
        turns.addWhenLessIsHeld(lane);
        return null;
      }
      lane.ready.remove();
      lane.frontier = first.next();
      Delivered delivered = deliverFirst(lane, first, consumer);
      if (delivered != null) {
        return delivered;
      }
    }
  }

  private boolean isDuplicate(Opened opened) {
    return opened.message().key().isPresent()
        && duplicates.isInHand(MessageKey.of(opened.message()));
  }

  /** Opens the next segment; false if none can be opened now. */
  private boolean open(Feed feed, Lane lane) {
    List<Opened> opened = reading.openNext(feed);
    lane.ready.addAll(opened == null ? List.of() : opened);
    Opened first = lane.ready.peek();
    FeedPosition frontier = first == null ? reading.frontier(feed) : first.at();
    if (!frontier.equals(lane.frontier)) {
      lane.frontier = frontier;
      memory.changed(lane);
    }
    return opened != null;
  }

  private @Nullable Delivered deliverFirst(
      Lane lane, Opened opened, SubscriptionConsumer consumer) {
    Pending pending = new Pending(lane, opened.at());
    pending.read(opened);
    lane.pending.put(pending.at, pending);
    return deliverUnlessDuplicate(pending, opened, consumer);
  }

  private @Nullable Delivered deliverAgain(
      Pending pending, Opened opened, SubscriptionConsumer consumer) {
    pending.lane.waiting.remove(pending.at);
    turns.undelay(pending);
    if (pending.known) {
      return hand(pending, opened, consumer);
    }
    pending.read(opened);
    return deliverUnlessDuplicate(pending, opened, consumer);
  }

  private @Nullable Delivered deliverUnlessDuplicate(
      Pending pending, Opened opened, SubscriptionConsumer consumer) {
    if (duplicates.passesOver(pending.key, now().wallMillis())) {
      dealtWith(pending);
      return null;
    }
    if (duplicates.isInHand(pending.key)) {
      duplicates.hold(pending);
      return null;
    }
    duplicates.take(pending);
    return hand(pending, opened, consumer);
  }

  private Delivered hand(Pending pending, Opened opened, SubscriptionConsumer consumer) {
    pending.consumer = consumer;
    pending.attempts++;
    pending.serial = ++serial;
    consumer.inFlight.add(pending);
    pending.lane.holder = consumer;
    pending.lane.inFlight++;
    pending.lane.streams += pending.streamed ? 1 : 0;
    inFlight++;
    return new Delivered(pending, opened.message());
  }

  /** A consumer has it no longer. */
  private void release(Pending pending) {
    SubscriptionConsumer consumer = pending.consumer;
    if (consumer != null) {
      pending.consumer = null;
      consumer.inFlight.remove(pending);
      inFlight--;
      Lane lane = pending.lane;
      lane.inFlight--;
      lane.streams -= pending.streamed ? 1 : 0;
      if (lane.inFlight == 0) {
        lane.holder = null;
      }
    }
  }

  /** Reads a message again; null if it can't be read now, or is lost and was given up. */
  private @Nullable Opened reread(Feed feed, Pending pending) {
    Rereading again = Rereading.of(room, feed, pending.at);
    if (again.lost()) {
      giveUp(pending);
    }
    return again.opened();
  }

  private void giveUp(Pending pending) {
    long lost = pending.at.sequence();
    if (!pending.held && pending.lane.toldLost != lost) {
      pending.lane.toldLost = lost;
      room.tell(new RoomEvent.Gap(pending.lane.author, lost, lost));
    }
    Pending instead = duplicates.givenUp(pending);
    if (instead != null) {
      instead.dueTick = Pending.AT_ONCE;
      instead.lane.waiting.put(instead.at, instead);
      rewind(instead.lane);
      turns.add(instead.lane);
    }
    done(pending);
  }

  /** It is not to be delivered any more. */
  private void done(Pending pending) {
    Lane lane = pending.lane;
    pending.done = true;
    release(pending);
    turns.undelay(pending);
    lane.waiting.remove(pending.at);
    lane.pending.remove(pending.at);
    lane.touchedMillis = now().wallMillis();
    memory.changed(lane);
    turns.add(lane);
    turns.lessIsHeld();
  }

  private void dealtWith(Pending pending) {
    done(pending);
    if (pending.receiptWanted) {
      room.receipts().processed(pending.id(), now());
    }
    progressed(pending.lane);
  }

  /**
   * A consumer has dealt with a message.
   *
   * @return false if it has been delivered again since: then this counts for nothing
   */
  public boolean acknowledge(Delivered delivered, Now now) {
    room.at(now);
    return acknowledge(delivered);
  }

  private boolean acknowledge(Delivered delivered) {
    if (!delivered.pending.done && !delivered.stale()) {
      acknowledge(delivered.pending);
    }
    return delivered.pending.done;
  }

  /** As {@link #acknowledge}, for what the same consumer was delivered before it too. */
  public boolean acknowledgeUpTo(Delivered delivered, SubscriptionConsumer by, Now now) {
    room.at(now);
    for (Pending pending : List.copyOf(by.inFlight)) {
      if (pending.serial > delivered.serial()) {
        break;
      }
      acknowledge(pending);
    }
    return acknowledge(delivered);
  }

  private void acknowledge(Pending pending) {
    for (Pending duplicate : duplicates.dealtWith(pending, now().wallMillis())) {
      dealtWith(duplicate);
    }
    dealtWith(pending);
  }

  /**
   * A consumer has not dealt with a message: it is delivered again.
   *
   * @param delayMillis after this long; negative for the subscription's own delay
   */
  public void refuse(Delivered delivered, long delayMillis, Now now) {
    room.at(now);
    Pending pending = delivered.pending;
    if (pending.consumer == null || delivered.stale()) {
      return;
    }
    release(pending);
    pending.delay(delayMillis, settings.redeliverAfter().toMillis(), now);
    pending.lane.waiting.put(pending.at, pending);
    turns.delay(pending);
    rewind(pending.lane);
  }

  /** Forgets what was opened and not delivered: it is opened again when its turn comes. */
  private void rewind(Lane lane) {
    lane.ready.clear();
    reading.moveTo(lane.author, lane.frontier);
  }

  private void progressed(Lane lane) {
    Feed feed = room.replica().get(lane.author);
    if (feed != null) {
      long consumed = consumed(feed);
      if (consumed != lane.consumed) {
        lane.consumed = consumed;
        room.consumedLocally(lane.author);
      }
    }
  }

  @Override
  long consumed(Feed feed) {
    Lane lane = lanes.get(feed.author);
    // Who reads a stream may come to what lies behind it only when that is complete.
    boolean streams = lane != null && lane.streams > 0;
    return within(feed, lane, streams ? feed.next() : reading.next(feed));
  }

  /**
   * The first segment of this feed that may still be wanted: as {@link #consumed}, but large
   * messages count as not read until all parts are there.
   */
  long heldFrom(Feed feed) {
    Lane lane = lanes.get(feed.author);
    return within(feed, lane, lane == null ? reading.next(feed) : lane.frontier.sequence());
  }

  private long within(Feed feed, @Nullable Lane lane, long next) {
    if (!reading.reads(feed)) {
      return feed.next();
    }
    long from = next;
    if (lane != null && lane.streams == 0 && !lane.ready.isEmpty()) {
      from = lane.frontier.sequence();
    }
    if (lane != null) {
      from = Math.min(from, lane.firstPending());
    }
    return Math.min(Math.max(from, feed.first()), feed.next());
  }

  @Override
  void changed(Feed feed) {
    if (reading.reads(feed)) {
      turns.add(lane(feed));
    }
  }

  @Override
  void passOver(Feed feed) {
    Lane lane = lanes.get(feed.author);
    if (lane != null && lane.ready.isEmpty()) {
      reading.passOver(feed);
      lane.frontier = reading.frontier(feed);
    }
  }

  @Override
  boolean hasMissed(Feed feed) {
    return !isIdle() && reading.reads(feed) && reading.hasMissed(feed);
  }

  @Override
  void forget(PeerId author) {
    Lane lane = lanes.get(author);
    reading.forget(author);
    if (lane != null) {
      lane.ready.clear();
      List.copyOf(lane.pending.values()).stream()
          .filter(pending -> pending.consumer == null)
          .forEach(this::giveUp);
      turns.remove(lane);
      reading.moveTo(author, lane.frontier);
    }
  }

  @Override
  long nextTick() {
    return turns.nextTick();
  }

  @Override
  boolean advance() {
    return turns.advance(now().tickMillis());
  }

  @Override
  void housekeeping() {
    memory.seen().forgetExpired(now().wallMillis());
    long retention = room.policy().retention().toMillis() + 2 * Membership.MAX_SKEW_MILLIS;
    long over = now().wallMillis() - retention;
    int tooMany = lanes.size() - 2 * Replica.MAX_FEEDS;
    for (Iterator<Lane> i = lanes.values().iterator(); i.hasNext(); ) {
      Lane lane = i.next();
      boolean gone = room.replica().get(lane.author) == null;
      if (gone && lane.inFlight == 0 && (lane.touchedMillis < over || tooMany-- > 0)) {
        i.remove();
        List.copyOf(lane.pending.values()).forEach(this::giveUp);
        turns.remove(lane);
        reading.forget(lane.author);
        memory.forget(lane.author);
      }
    }
  }
}
