package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.Subscription;
import org.peerroom.internal.wire.WireException;
import org.peerroom.internal.wire.WireReader;

/**
 * Whoever reads a room here: subscribers of the moment, and named subscriptions, which stay when
 * nobody subscribes to them. Belongs to the thread that drives its room.
 */
public final class Readers {

  private final RoomMachine room;
  private final List<FeedReader> all = new ArrayList<>();
  private final Map<String, RoomSubscription> named = new LinkedHashMap<>();
  private final List<Kept> leftOver = new ArrayList<>();

  Readers(RoomMachine room) {
    this.room = room;
  }

  <R extends FeedReader> R add(R reader) {
    all.add(reader);
    return reader;
  }

  /** Forgets a reader. */
  public void remove(FeedReader reader) {
    if (all.remove(reader)) {
      room.replica().feeds().forEach(feed -> room.consumedLocally(feed.author));
    }
  }

  /**
   * The subscription of this name, which goes on where it was, with the settings that are given
   * now; a new one if there is none, or if none is named.
   */
  public RoomSubscription subscribe(Subscription settings, Now now) {
    room.at(now);
    String name = settings.name();
    RoomSubscription known = name == null ? null : named.get(name);
    if (known != null) {
      known.adjust(settings);
      return known;
    }
    RoomSubscription subscription = add(new RoomSubscription(room, settings));
    if (name != null) {
      named.put(name, subscription);
    }
    return subscription;
  }

  /** Forgets a named subscription and what is kept of it; null if there is none. */
  public @Nullable RoomSubscription forget(String name) {
    RoomSubscription subscription = named.remove(name);
    if (subscription != null) {
      subscription.giveUp();
      leftOver.addAll(subscription.memory().takeChanges());
      remove(subscription);
    }
    return subscription;
  }

  /** Takes what is to be kept of the named subscriptions since the last call, in this order. */
  public List<Kept> takeChanges() {
    List<Kept> changes = new ArrayList<>(leftOver);
    leftOver.clear();
    named.values().forEach(subscription -> changes.addAll(subscription.memory().takeChanges()));
    return changes;
  }

  /**
   * A named subscription goes on where it was: takes one {@link Kept} that was kept of it, in any
   * order, before anyone subscribes. It is there from now on, and holds what it has not
   * acknowledged.
   *
   * @throws WireException if it is not what was kept; then it says what is wrong with it
   */
  public void restore(Kept kept, Now now) throws WireException {
    room.at(now);
    byte[] value = kept.value();
    if (value == null) {
      return;
    }
    SubscriptionMemory.Name name = SubscriptionMemory.Name.read(kept.name());
    RoomSubscription subscription = known(name.subscription());
    if (kept.seen()) {
      WireReader in = new WireReader(value);
      subscription.memory().seen().restore(name.key(), in.u63());
    } else if (name.rest().length == 0) {
      subscription.adjust(SubscriptionMemory.readSettings(name.subscription(), value));
    } else {
      subscription.restore(Lane.decode(name.author(), value));
    }
  }

  private RoomSubscription known(String name) throws WireException {
    RoomSubscription known = named.get(name);
    if (known != null) {
      return known;
    }
    try {
      RoomSubscription fresh = add(new RoomSubscription(room, Subscription.named(name)));
      named.put(name, fresh);
      return fresh;
    } catch (IllegalArgumentException e) {
      throw new WireException("a subscription is kept by a name that none has");
    }
  }

  /** The names of the subscriptions that are there, whether or not anyone subscribes to them. */
  public List<String> names() {
    return List.copyOf(named.keySet());
  }

  /** There may be something new to read of this feed; whether there is anyone who could. */
  boolean changed(Feed feed) {
    all.forEach(reader -> reader.changed(feed));
    return !all.isEmpty();
  }

  /** See {@link FeedReader#passOver}. */
  void passOver(Feed feed) {
    all.forEach(reader -> reader.passOver(feed));
  }

  void forget(PeerId author) {
    all.forEach(reader -> reader.forget(author));
  }

  /** One more than the newest segment of this feed that nobody here waits for. */
  long consumed(Feed feed) {
    long consumed = feed.next();
    for (FeedReader reader : all) {
      consumed = Math.min(consumed, reader.consumed(feed));
    }
    return consumed;
  }

  /**
   * The oldest segment of this feed that a named subscription has not acknowledged; no number is
   * higher if there are none.
   */
  long heldFrom(Feed feed) {
    long from = Long.MAX_VALUE;
    for (RoomSubscription subscription : named.values()) {
      from = Math.min(from, subscription.heldFrom(feed));
    }
    return from;
  }

  void housekeeping() {
    for (FeedReader reader : all) {
      room.replica().feeds().stream().filter(reader::hasMissed).forEach(room::readable);
      reader.housekeeping();
    }
  }

  /** Does what is due; whether there may be something to read now. */
  boolean advance() {
    boolean due = false;
    for (FeedReader reader : all) {
      due |= reader.advance();
    }
    return due;
  }

  long nextTick() {
    long next = Long.MAX_VALUE;
    for (FeedReader reader : all) {
      next = Math.min(next, reader.nextTick());
    }
    return next;
  }
}
