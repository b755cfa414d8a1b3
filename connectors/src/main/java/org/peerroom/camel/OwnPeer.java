package org.peerroom.camel;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.spi.ExecutorServiceManager;
import org.jspecify.annotations.Nullable;
import org.peerroom.NotAdmittedException;
import org.peerroom.Peer;
import org.peerroom.PeerAddress;
import org.peerroom.PeerBuilder;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;

/** The peer that a component starts by its options, and closes. */
final class OwnPeer {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final Peer peer;
  private final ExecutorServiceManager executors;
  private @Nullable ScheduledExecutorService thread;
  private volatile @Nullable IdentityKeeper keeper;

  private OwnPeer(Peer peer, ExecutorServiceManager executors) {
    this.peer = peer;
    this.executors = executors;
  }

  /**
   * Starts one.
   *
   * @throws IllegalArgumentException with one line that names the option that is wrong
   */
  static OwnPeer start(RoomComponent component) throws Exception {
    IdentityOptions who = new IdentityOptions(component);
    PeerBuilder builder = builder(component);
    who.configure(builder);
    if (who.trustFile() != null) {
      component.trustFile().authorities();
    }
    FileStamp stamp = who.stampOfIdentity();
    Identity identity = who.identityFile() == null ? null : who.loadIdentity();
    if (identity != null) {
      who.authorityClient(identity);
      builder.identity(identity);
    }
    RevocationFiles revocations = new RevocationFiles(who.revocations());
    List<Revocation> revoked = revocations.readAll();
    OwnPeer own =
        new OwnPeer(start(builder), component.getCamelContext().getExecutorServiceManager());
    if (identity == null && who.revocations().isEmpty()) {
      return own;
    }
    try {
      own.keep(new IdentityKeeper(who, identity, stamp, revocations, own.peer), revoked);
      return own;
    } catch (RuntimeException e) {
      own.stopKeeping();
      own.peer.close().subscribe();
      throw e;
    }
  }

  private static Peer start(PeerBuilder builder) throws Exception {
    try {
      return RoomComponent.await(builder.start().toFuture(), START_TIMEOUT, "starting the peer");
    } catch (NotAdmittedException e) {
      throw new IllegalArgumentException("option identity: " + e.getMessage(), e);
    }
  }

  private static PeerBuilder builder(RoomComponent component) {
    PeerBuilder builder = Peer.builder();
    configure("listen", component.getListen(), builder::listen);
    for (String address : listOf(component.getBootstrap())) {
      configure("bootstrap", address, builder::bootstrap);
    }
    for (String address : listOf(component.getAdvertise())) {
      configure("advertise", address, builder::advertise);
    }
    Path data = IdentityOptions.path("data", component.getData());
    if (data != null) {
      builder.data(data);
    }
    Duration publishTimeout = component.getPublishTimeout();
    if (publishTimeout != null) {
      builder.publishTimeout(publishTimeout);
    }
    Duration closeTimeout = component.getCloseTimeout();
    if (closeTimeout != null) {
      builder.closeTimeout(closeTimeout);
    }
    return builder;
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

  /** The addresses that a component is told to dial. */
  static Set<PeerAddress> bootstrapOf(RoomComponent component) {
    return listOf(component.getBootstrap()).stream()
        .filter(text -> !text.isBlank())
        .map(PeerAddress::parse)
        .collect(Collectors.toSet());
  }

  private void keep(IdentityKeeper started, List<Revocation> revoked) {
    keeper = started;
    thread = executors.newSingleThreadScheduledExecutor(this, "RoomIdentity");
    started.start(revoked, thread);
  }

  Peer peer() {
    return peer;
  }

  /** When the peer's own identity ends unless it is renewed; empty if it has none. */
  Optional<Instant> identityExpiry() {
    IdentityKeeper keeping = keeper;
    return keeping == null ? Optional.empty() : keeping.expiry();
  }

  /** Stops to renew and closes the peer. */
  void close(Duration limit) throws Exception {
    stopKeeping();
    RoomComponent.await(peer.close().toFuture(), limit, "closing the peer");
  }

  private void stopKeeping() {
    IdentityKeeper keeping = keeper;
    if (keeping != null) {
      keeping.close();
    }
    if (thread != null) {
      executors.shutdownNow(thread);
      thread = null;
    }
  }
}
