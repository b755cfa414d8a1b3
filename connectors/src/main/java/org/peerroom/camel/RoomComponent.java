package org.peerroom.camel;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.jspecify.annotations.Nullable;
import org.peerroom.Peer;
import org.peerroom.PeerAddress;
import org.peerroom.PeerBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

/**
 * The Camel component {@code room:}. Each instance is one peer: it starts with the component,
 * before any route, and is closed after all routes have stopped. A component that can't listen
 * fails the start of the context with one line.
 */
@Component("room")
public class RoomComponent extends HealthCheckComponent {

  private static final Logger LOG = LoggerFactory.getLogger(RoomComponent.class);

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration DEFAULT_PUBLISH_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /** What closing may take beyond what it waits for others. */
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

  private final RoomRegistry rooms = new RoomRegistry(this);

  @Metadata private @Nullable String listen;

  @Metadata(
      description =
          "The peers to dial, separated by commas, each HOST:PORT, or PEERID@HOST:PORT where the"
              + " peer that must answer is known. Any one that answers is enough; they are dialled"
              + " again for as long as there is no link.")
  private @Nullable String bootstrap;

  @Metadata(label = "advanced")
  private @Nullable String advertise;

  @Metadata(label = "producer", defaultValue = "30s", javaType = "java.time.Duration")
  private @Nullable Duration publishTimeout;

  @Metadata(label = "advanced", defaultValue = "10s", javaType = "java.time.Duration")
  private @Nullable Duration closeTimeout;

  @Metadata(label = "advanced", autowired = true)
  private @Nullable Peer peer;

  @Metadata private RoomConfiguration configuration = new RoomConfiguration();

  private volatile @Nullable Peer started;
  private volatile boolean owned;
  private @Nullable Disposable events;

  public RoomComponent() {}

  public RoomComponent(CamelContext context) {
    super(context);
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    RoomEndpoint endpoint = new RoomEndpoint(uri, this, remaining);
    setProperties(endpoint, parameters);
    endpoint.readSettings();
    return endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    Peer given = peer;
    owned = given == null;
    Peer running = given == null ? startPeer() : onlyGiven(given);
    PeerLog log = new PeerLog(owned ? bootstrapAddresses() : Set.of());
    events = running.events().subscribe(log::log);
    started = running;
    announce(running);
    log.seen(running);
  }

  private Peer startPeer() throws Exception {
    PeerBuilder builder = Peer.builder();
    configure("listen", listen, builder::listen);
    for (String address : listOf(bootstrap)) {
      configure("bootstrap", address, builder::bootstrap);
    }
    for (String address : listOf(advertise)) {
      configure("advertise", address, builder::advertise);
    }
    if (publishTimeout != null) {
      builder.publishTimeout(publishTimeout);
    }
    if (closeTimeout != null) {
      builder.closeTimeout(closeTimeout);
    }
    return await(builder.start().toFuture(), START_TIMEOUT, "starting the peer");
  }

  private Set<PeerAddress> bootstrapAddresses() {
    return listOf(bootstrap).stream()
        .filter(text -> !text.isBlank())
        .map(PeerAddress::parse)
        .collect(Collectors.toSet());
  }

  private Peer onlyGiven(Peer given) {
    if (listen != null || bootstrap != null || advertise != null) {
      throw new IllegalArgumentException(
          "the component has a ready peer and one to start: set either peer, or listen, bootstrap and advertise"
              + " (a single Peer in the registry is taken as peer unless autowiredEnabled=false)");
    }
    return given;
  }

  private static void configure(String option, @Nullable String value, Consumer<String> setter) {
    if (value == null || value.isBlank()) {
      return;
    }
    try {
      setter.accept(value.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("option " + option + ": " + e.getMessage(), e);
    }
  }

  private static List<String> listOf(@Nullable String commaSeparated) {
    return commaSeparated == null ? List.of() : Arrays.asList(commaSeparated.split(","));
  }

  private void announce(Peer running) {
    if (!owned) {
      LOG.info("using the given peer {}", running.id());
      return;
    }
    PeerAddress address = running.listenAddress().orElse(null);
    if (address != null) {
      LOG.info("listening on {} as {}", address.hostAndPort(), running.id());
    } else if (bootstrap != null && !bootstrap.isBlank()) {
      LOG.info("dialling {} as {}", bootstrap.strip(), running.id());
    } else {
      LOG.warn(
          "peer {} is alone: it neither listens nor dials; set camel.component.room.listen or"
              + " camel.component.room.bootstrap",
          running.id());
    }
  }

  @Override
  protected void doStop() throws Exception {
    rooms.clear();
    if (events != null) {
      events.dispose();
      events = null;
    }
    Peer running = started;
    started = null;
    if (running != null && owned) {
      Duration limit =
          (closeTimeout == null ? DEFAULT_CLOSE_TIMEOUT : closeTimeout).plus(CLOSE_GRACE);
      await(running.close().toFuture(), limit, "closing the peer");
    }
    super.doStop();
  }

  /**
   * Waits for what a peer does.
   *
   * @throws java.util.concurrent.TimeoutException if it takes longer than it may
   */
  static <T> T await(CompletableFuture<T> future, Duration limit, String what) throws Exception {
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new TimeoutException(what + " took longer than " + limit.toSeconds() + " seconds");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** The peer; starts the component if Camel has not done so yet. */
  Peer startedPeer() {
    Peer running = started;
    if (running == null && !isStopping() && !isShutdown()) {
      start();
      running = started;
    }
    if (running == null) {
      throw new IllegalStateException("the component room has been stopped");
    }
    return running;
  }

  /** The peer if it runs. */
  @Nullable Peer runningPeer() {
    return started;
  }

  /** Whether the component has started the peer itself, and will close it. */
  boolean ownsPeer() {
    return owned;
  }

  /** Whether this peer dials others by itself. */
  boolean dials() {
    return bootstrap != null && !bootstrap.isBlank();
  }

  /** How long a producer waits for a place. */
  Duration publishPatience() {
    return publishTimeout == null ? DEFAULT_PUBLISH_TIMEOUT : publishTimeout;
  }

  RoomRegistry rooms() {
    return rooms;
  }

  public @Nullable String getListen() {
    return listen;
  }

  /**
   * The address to accept links at, HOST:PORT; port 0 takes a free one. The address taken is
   * logged. Without it this peer only dials, and works fully through those it reaches.
   */
  public void setListen(@Nullable String listen) {
    this.listen = listen;
  }

  public @Nullable String getBootstrap() {
    return bootstrap;
  }

  /** The peers to dial, separated by commas: HOST:PORT or PEERID{@literal @}HOST:PORT. */
  public void setBootstrap(@Nullable String bootstrap) {
    this.bootstrap = bootstrap;
  }

  public @Nullable String getAdvertise() {
    return advertise;
  }

  /**
   * The addresses, HOST:PORT, separated by commas, at most 8, that other members are told to dial
   * instead of the one listened on: for a peer behind a port mapping.
   */
  public void setAdvertise(@Nullable String advertise) {
    this.advertise = advertise;
  }

  public @Nullable Duration getPublishTimeout() {
    return publishTimeout;
  }

  /** How long publishing may take until what acks asks for holds, from 1 millisecond to 1 day. */
  public void setPublishTimeout(@Nullable Duration publishTimeout) {
    this.publishTimeout = publishTimeout;
  }

  public @Nullable Duration getCloseTimeout() {
    return closeTimeout;
  }

  /**
   * How long stopping waits until linked members hold what this peer has published, from 1
   * millisecond to 1 day.
   */
  public void setCloseTimeout(@Nullable Duration closeTimeout) {
    this.closeTimeout = closeTimeout;
  }

  public @Nullable Peer getPeer() {
    return peer;
  }

  /**
   * A ready peer to use instead of starting one. The component does not close it, and leaves none
   * of the rooms it joins with it.
   */
  public void setPeer(@Nullable Peer peer) {
    this.peer = peer;
  }

  public RoomConfiguration getConfiguration() {
    return configuration;
  }

  /** What holds for every endpoint that does not say otherwise. */
  public void setConfiguration(RoomConfiguration configuration) {
    this.configuration = configuration;
  }
}
