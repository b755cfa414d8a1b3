package org.peerroom.camel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.peerroom.Peer;
import org.peerroom.Room;
import org.peerroom.RoomConfig;
import org.peerroom.RoomConflictException;
import org.peerroom.RoomSecret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rooms of one component. Endpoints that name the same room with the same secret share it and
 * agree on its policy: all of them are declared before the first one joins, since Camel makes the
 * endpoints of all routes before it starts any.
 *
 * <p>A room that nobody uses any more stays joined for as long as what it holds is retained, so
 * that a route can be replaced without losing what it published. One join at a time, and it blocks.
 */
final class RoomRegistry {

  private static final Logger LOG = LoggerFactory.getLogger(RoomComponent.class);

  /**
   * Rooms that nobody uses and that are not left yet: messages can make a route name ever new ones.
   */
  private static final int MAX_IDLE = 64;

  /** Joining stretches the secret, which takes long on a busy machine. */
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(60);

  private final RoomComponent component;
  private final List<Entry> entries = new ArrayList<>();
  private final LinkedHashSet<Entry> idle = new LinkedHashSet<>();
  private @Nullable ScheduledExecutorService scheduler;

  RoomRegistry(RoomComponent component) {
    this.component = component;
  }

  /** One room, by name and secret. */
  private static final class Entry {
    private final String name;
    private final @Nullable RoomSecret secret;
    private final Set<RoomEndpoint> endpoints = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable JoinedRoom joined;
    private @Nullable CompletableFuture<Void> leaving;
    private @Nullable ScheduledFuture<?> farewell;
    private int users;

    Entry(RoomConfig room) {
      this.name = room.name();
      this.secret = room.secret();
    }

    boolean is(RoomConfig room) {
      RoomSecret other = room.secret();
      return name.equals(room.name())
          && (secret == null ? other == null : other != null && secret.matches(other));
    }

    /** What all endpoints of the room say together. */
    PolicyOptions agreed() {
      PolicyOptions agreed = PolicyOptions.NONE;
      for (RoomEndpoint endpoint : endpoints) {
        agreed = endpoint.settings().policy().agreeWith(agreed, name);
      }
      return agreed;
    }
  }

  /**
   * Makes an endpoint known.
   *
   * @throws RoomConflictException if it says something else about its room than another endpoint,
   *     or than what holds already in the room that others use
   */
  synchronized void declare(RoomEndpoint endpoint) {
    RoomSettings settings = endpoint.settings();
    Entry entry = entryOf(settings.room());
    PolicyOptions agreed = settings.policy();
    for (RoomEndpoint other : entry.endpoints) {
      agreed = agreed.agreeWith(other.settings().policy(), entry.name);
    }
    RoomConfig config = configOf(settings, agreed);
    if (entry.users > 0 && entry.joined != null) {
      checkUnchanged(entry.joined, config);
    }
    entry.endpoints.add(endpoint);
  }

  /** Forgets an endpoint. */
  synchronized void withdraw(RoomEndpoint endpoint) {
    for (Entry entry : entries) {
      entry.endpoints.remove(endpoint);
    }
    purge();
  }

  /**
   * Joins the room of a declared endpoint, or shares it if it is joined; to be released once for
   * each call.
   */
  JoinedRoom acquire(RoomEndpoint endpoint) throws Exception {
    // Before the lock is taken: the component may have to start, and stopping takes both locks the
    // other way round.
    return acquire(endpoint, component.startedPeer());
  }

  private synchronized JoinedRoom acquire(RoomEndpoint endpoint, Peer peer) throws Exception {
    RoomSettings settings = endpoint.settings();
    Entry entry = entryOf(settings.room());
    RoomConfig config = configOf(settings, entry.agreed());
    stay(entry);
    JoinedRoom joined = entry.joined;
    if (joined != null && component.ownsPeer() && entry.users == 0 && !joined.isJoinedAs(config)) {
      leave(entry, joined);
      joined = null;
    }
    if (joined == null) {
      joined = join(entry, peer, config);
    } else {
      checkUnchanged(joined, config);
    }
    entry.users++;
    return joined;
  }

  private RoomConfig configOf(RoomSettings settings, PolicyOptions agreed) {
    PolicyOptions defaults = settings.policyDefaults();
    RoomConfig config =
        settings.room().withPolicy(agreed.toPolicy(defaults, component.trustFile()));
    if (agreed.isAnonymous(defaults)) {
      config = config.anonymous();
    }
    return agreed.isInMemory(defaults) ? config.inMemory() : config;
  }

  private JoinedRoom join(Entry entry, Peer peer, RoomConfig config) throws Exception {
    if (entry.leaving != null) {
      RoomComponent.await(entry.leaving, JOIN_TIMEOUT, "leaving room '" + entry.name + "'");
      entry.leaving = null;
    }
    Room room =
        RoomComponent.await(
            peer.join(config).toFuture(), JOIN_TIMEOUT, "joining room '" + entry.name + "'");
    JoinedRoom joined = new JoinedRoom(room, config, component.publishPatience());
    entry.joined = joined;
    return joined;
  }

  private static void checkUnchanged(JoinedRoom joined, RoomConfig config) {
    if (!joined.isJoinedAs(config)) {
      throw new RoomConflictException(
          "room '"
              + joined.room().name()
              + "' is in use with "
              + joined.terms()
              + " and can't change to "
              + JoinedRoom.terms(config)
              + " while it is; use the same suite, durable, history, retention, retentionBytes, maxMessageSize, admission, authorities,"
              + " attributes, anonymous and persistent, or restart its routes");
    }
  }

  /** Ends one use. The last one keeps the room for a while. */
  synchronized void release(JoinedRoom joined) {
    for (Entry entry : entries) {
      if (entry.joined == joined) {
        entry.users--;
        if (entry.users == 0) {
          lingers(entry, joined);
        }
        return;
      }
    }
  }

  private void lingers(Entry entry, JoinedRoom joined) {
    if (!component.ownsPeer() || component.getCamelContext().isStopping()) {
      // Whoever gave the peer may use the room too; and a context that stops closes the peer
      // itself.
      return;
    }
    idle.add(entry);
    if (idle.size() > MAX_IDLE) {
      Entry eldest = idle.iterator().next();
      if (eldest.joined != null) {
        leave(eldest, eldest.joined);
      }
    }
    if (idle.contains(entry)) {
      Duration retention = joined.room().policy().retention();
      entry.farewell =
          scheduler().schedule(() -> expire(entry), retention.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void expire(Entry entry) {
    if (idle.contains(entry) && entry.joined != null) {
      leave(entry, entry.joined);
    }
  }

  private void leave(Entry entry, JoinedRoom joined) {
    stay(entry);
    LOG.debug("leaving room '{}', which no route uses any more", entry.name);
    entry.joined = null;
    entry.leaving = joined.leave().toFuture();
    purge();
  }

  private void purge() {
    entries.removeIf(
        entry ->
            entry.endpoints.isEmpty()
                && entry.users == 0
                && entry.joined == null
                && (entry.leaving == null || entry.leaving.isDone()));
  }

  private void stay(Entry entry) {
    idle.remove(entry);
    if (entry.farewell != null) {
      entry.farewell.cancel(false);
      entry.farewell = null;
    }
  }

  private ScheduledExecutorService scheduler() {
    if (scheduler == null) {
      scheduler =
          component
              .getCamelContext()
              .getExecutorServiceManager()
              .newSingleThreadScheduledExecutor(component, "RoomRegistry");
    }
    return scheduler;
  }

  private Entry entryOf(RoomConfig room) {
    for (Entry entry : entries) {
      if (entry.is(room)) {
        return entry;
      }
    }
    purge();
    Entry entry = new Entry(room);
    entries.add(entry);
    return entry;
  }

  /**
   * Forgets all rooms; the peer that they are joined by is closed by the component, or is not the
   * component's.
   */
  synchronized void clear() {
    for (Entry entry : entries) {
      stay(entry);
      if (entry.joined != null) {
        entry.joined.forget();
        entry.joined = null;
      }
      entry.leaving = null;
      entry.users = 0;
    }
    purge();
    if (scheduler != null) {
      component.getCamelContext().getExecutorServiceManager().shutdownNow(scheduler);
      scheduler = null;
    }
  }
}
