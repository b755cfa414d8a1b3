package org.peerroom.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.jspecify.annotations.Nullable;
import org.peerroom.Peer;
import org.peerroom.PeerAddress;
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

  @Metadata private @Nullable String data;

  @Metadata(label = "security")
  private @Nullable String identity;

  @Metadata(label = "security", secret = true)
  private @Nullable String identityPassphrase;

  @Metadata(label = "security", defaultValue = "24h", javaType = "java.time.Duration")
  private @Nullable Duration identityLife;

  @Metadata(label = "security")
  private @Nullable String trust;

  @Metadata(label = "security")
  private @Nullable String authority;

  @Metadata(label = "security")
  private @Nullable String authorityCa;

  @Metadata(label = "security", defaultValue = "1m", javaType = "java.time.Duration")
  private @Nullable Duration authorityPoll;

  @Metadata(label = "security")
  private @Nullable String revocations;

  @Metadata(label = "producer", defaultValue = "30s", javaType = "java.time.Duration")
  private @Nullable Duration publishTimeout;

  @Metadata(label = "advanced", defaultValue = "10s", javaType = "java.time.Duration")
  private @Nullable Duration closeTimeout;

  @Metadata(label = "advanced", autowired = true)
  private @Nullable Peer peer;

  @Metadata private RoomConfiguration configuration = new RoomConfiguration();

  private volatile @Nullable Peer started;
  private volatile @Nullable OwnPeer own;
  private @Nullable Disposable events;
  private @Nullable TrustFile trustFile;

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
    Peer running;
    PeerLog log;
    if (given == null) {
      OwnPeer started = OwnPeer.start(this);
      own = started;
      running = started.peer();
      log = new PeerLog(OwnPeer.bootstrapOf(this));
    } else {
      running = onlyGiven(given);
      log = new PeerLog(Set.of());
    }
    events = running.events().subscribe(log::log);
    started = running;
    announce(running);
    log.seen(running);
  }

  private Peer onlyGiven(Peer given) {
    boolean described =
        Stream.of(
                listen,
                bootstrap,
                advertise,
                data,
                identity,
                identityPassphrase,
                identityLife,
                trust,
                authority,
                authorityCa,
                authorityPoll,
                revocations)
            .anyMatch(Objects::nonNull);
    if (described) {
      throw new IllegalArgumentException(
          "the component has a ready peer and one to start: set either peer, or listen, bootstrap, advertise,"
              + " data, identity, trust and what belongs to them"
              + " (a single Peer in the registry is taken as peer unless autowiredEnabled=false)");
    }
    return given;
  }

  private void announce(Peer running) {
    if (!ownsPeer()) {
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
    synchronized (this) {
      trustFile = null;
    }
    started = null;
    OwnPeer running = own;
    own = null;
    if (running != null) {
      Duration limit =
          (closeTimeout == null ? DEFAULT_CLOSE_TIMEOUT : closeTimeout).plus(CLOSE_GRACE);
      running.close(limit);
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
    return own != null;
  }

  /** Whether what is meant to be kept is written nowhere, since nobody said where. */
  boolean keepsNothing() {
    return peer == null && (data == null || data.isBlank());
  }

  /** Whether this peer dials others by itself. */
  boolean dials() {
    return bootstrap != null && !bootstrap.isBlank();
  }

  /** What the names of authorities mean in the options of endpoints. */
  synchronized TrustFile trustFile() {
    TrustFile file = trustFile;
    if (file == null) {
      file = new TrustFile(IdentityOptions.path("trust", trust));
      trustFile = file;
    }
    return file;
  }

  /** When the peer's own identity ends unless it is renewed; empty if it has none. */
  Optional<Instant> identityExpiry() {
    OwnPeer running = own;
    return running == null ? Optional.empty() : running.identityExpiry();
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

  public @Nullable String getData() {
    return data;
  }

  /**
   * The folder that rooms are kept in, which is made if it is not there: what was published with
   * acks=local is then on disk, and a subscription with a name goes on where it was after a
   * restart. One process at a time. Without it everything is in memory and ends with the process.
   */
  public void setData(@Nullable String data) {
    this.data = data;
  }

  public @Nullable String getIdentity() {
    return identity;
  }

  /**
   * The file of the identity that this peer speaks as: a long-term key and the certificates that
   * vouch for it. It is read again when it changes. Without it the peer is anonymous.
   */
  public void setIdentity(@Nullable String identity) {
    this.identity = identity;
  }

  public @Nullable String getIdentityPassphrase() {
    return identityPassphrase;
  }

  /** The passphrase of the identity's file, if it is protected by one. */
  public void setIdentityPassphrase(@Nullable String identityPassphrase) {
    this.identityPassphrase = identityPassphrase;
  }

  public @Nullable Duration getIdentityLife() {
    return identityLife;
  }

  /**
   * How long the identity vouches for the throw-away key of this peer before it does so again, by
   * itself; from 1 minute to 24 hours.
   */
  public void setIdentityLife(@Nullable Duration identityLife) {
    this.identityLife = identityLife;
  }

  public @Nullable String getTrust() {
    return trust;
  }

  /**
   * The file that names the authorities whose word counts here. It is read again when it changes.
   * Without it everyone else is anonymous to this peer.
   */
  public void setTrust(@Nullable String trust) {
    this.trust = trust;
  }

  public @Nullable String getAuthority() {
    return authority;
  }

  /**
   * The URL of the authority that renews the identity's certificates before they end, and is asked
   * again and again what it has revoked; the renewed identity is used at once and saved in its
   * file. Without it the one that the file names, if it names one.
   */
  public void setAuthority(@Nullable String authority) {
    this.authority = authority;
  }

  public @Nullable String getAuthorityCa() {
    return authorityCa;
  }

  /**
   * The file with the certificates, in PEM form, by which the authority is known for TLS, instead
   * of those that Java trusts.
   */
  public void setAuthorityCa(@Nullable String authorityCa) {
    this.authorityCa = authorityCa;
  }

  public @Nullable Duration getAuthorityPoll() {
    return authorityPoll;
  }

  /**
   * How long after an answer the authority is asked again what it has revoked, give or take a
   * fifth; from 1 second to 1 day. Only with a trust file, without which no revocation counts. What
   * it answers is told to the members of all rooms.
   */
  public void setAuthorityPoll(@Nullable Duration authorityPoll) {
    this.authorityPoll = authorityPoll;
  }

  public @Nullable String getRevocations() {
    return revocations;
  }

  /**
   * Files that hold a revocation each, and folders of such files, separated by commas. They are
   * taken in at the start and when they change, and told to the members of all rooms.
   */
  public void setRevocations(@Nullable String revocations) {
    this.revocations = revocations;
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
