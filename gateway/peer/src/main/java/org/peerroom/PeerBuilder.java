package org.peerroom;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.Identity;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.internal.KeptReceipts;
import org.peerroom.internal.LocalPeer;
import org.peerroom.internal.PeerSettings;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Describes a peer before it starts. Not thread-safe; each method returns this builder. */
public final class PeerBuilder {

  private @Nullable PeerAddress listen;
  private final List<PeerAddress> advertise = new ArrayList<>();
  private final List<PeerAddress> bootstrap = new ArrayList<>();
  private Duration publishTimeout = Duration.ofSeconds(30);
  private Duration closeTimeout = Duration.ofSeconds(10);
  private @Nullable Identity identity;
  private Duration identityLife = Duration.ofHours(24);
  private TrustedAuthorities trust = TrustedAuthorities.NONE;
  private @Nullable Path trustFile;
  private @Nullable Path data;

  PeerBuilder() {}

  /**
   * Accepts links at this {@code HOST:PORT}; port 0 takes a free one. Without this the peer only
   * dials, and works fully through those it reaches.
   *
   * @throws IllegalArgumentException if the text is not an address
   */
  public PeerBuilder listen(String hostAndPort) {
    listen = PeerAddress.parse(hostAndPort);
    return this;
  }

  /**
   * Tells other members to dial this address instead of the one listened on: for a peer behind a
   * port mapping. May be called up to 8 times.
   *
   * @throws IllegalArgumentException if the text is not an address or there are more than 8
   */
  public PeerBuilder advertise(String hostAndPort) {
    if (advertise.size() == 8) {
      throw new IllegalArgumentException("a peer advertises at most 8 addresses");
    }
    advertise.add(PeerAddress.parse(hostAndPort));
    return this;
  }

  /**
   * Dials this {@code HOST:PORT} or {@code PEERID@HOST:PORT} and keeps dialling while there is no
   * link. May be called several times; any one that answers is enough.
   *
   * @throws IllegalArgumentException if the text is not an address
   */
  public PeerBuilder bootstrap(String address) {
    bootstrap.add(PeerAddress.parse(address));
    return this;
  }

  /**
   * How long a publish may wait for what it asked for; default 30 seconds.
   *
   * @throws IllegalArgumentException if it is not between 1 millisecond and 1 day
   */
  public PeerBuilder publishTimeout(Duration timeout) {
    publishTimeout = checked(timeout, "publish timeout");
    return this;
  }

  /**
   * How long {@link Peer#close()} waits for linked members to hold what was published; default 10
   * seconds.
   *
   * @throws IllegalArgumentException if it is not between 1 millisecond and 1 day
   */
  public PeerBuilder closeTimeout(Duration timeout) {
    closeTimeout = checked(timeout, "close timeout");
    return this;
  }

  /**
   * Speaks as this identity; without one the peer is anonymous. See {@link Peer#reveal(Identity)}.
   */
  public PeerBuilder identity(Identity value) {
    identity = value;
    return this;
  }

  /**
   * How long the identity vouches for this peer's throw-away key before it must do so again, which
   * happens by itself; default 24 hours. Who takes a peer's memory can speak in its name for at
   * most that long.
   *
   * @throws IllegalArgumentException if it is not between 1 minute and 24 hours
   */
  public PeerBuilder identityLife(Duration life) {
    if (life.compareTo(Duration.ofMinutes(1)) < 0 || life.compareTo(Duration.ofHours(24)) > 0) {
      throw new IllegalArgumentException(
          "an identity vouches for a peer from 1 minute to 24 hours, not " + life);
    }
    identityLife = life;
    return this;
  }

  /** Trusts these authorities; without any, every other peer is anonymous to this one. */
  public PeerBuilder trust(TrustedAuthorities authorities) {
    trust = authorities;
    trustFile = null;
    return this;
  }

  /**
   * Trusts the authorities of this file, and reads it again within 10 seconds when it has changed.
   * A changed file that can't be read leaves the last good list in force and is told as {@link
   * PeerEvent.TrustProblem}.
   */
  public PeerBuilder trustFile(Path file) {
    trustFile = file;
    return this;
  }

  /**
   * Keeps rooms in this folder, which is made if it is not there: what a receipt was given for is
   * not lost by a crash. One peer at a time; each room but those joined {@linkplain
   * RoomConfig#inMemory() in memory}. What is secret of it is encrypted under the identity's key;
   * of a peer without an identity under a key in that very folder. Default: nothing is written.
   */
  public PeerBuilder data(Path folder) {
    data = folder;
    return this;
  }

  /**
   * The receipts that are kept in the folder named by {@link #data}, of all its rooms, written by
   * the identity named by {@link #identity} or by a peer without one. Lazy, reads the disk on a
   * worker thread; starts no peer, changes nothing, and works while a peer uses the folder. Their
   * signatures are not verified anew. Ends with {@link StorageException} if the folder can't be
   * read or belongs to another identity.
   *
   * @throws IllegalStateException if no folder was named
   */
  public Flux<SignedReceipt> keptReceipts() {
    if (data == null) {
      throw new IllegalStateException("name the folder first: data(folder)");
    }
    return KeptReceipts.of(data, identity);
  }

  private static Duration checked(Duration timeout, String what) {
    if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "a " + what + " is from 1 millisecond to 1 day, not " + timeout);
    }
    return timeout;
  }

  /**
   * Starts a peer. Lazy: each subscription starts one more, with keys of its own. Emits it when it
   * listens (if asked to) and has begun to dial; does not wait for a link. Ends with {@link
   * PeerStartException} if it can't listen, with {@link org.peerroom.identity.IdentityException} if
   * the file of trusted authorities can't be read, with {@link NotAdmittedException} if the
   * identity has no certificates that are valid now, with {@link CryptoProviderException} if no
   * provider runs here that may do its cryptography.
   */
  public Mono<Peer> start() {
    PeerSettings settings =
        new PeerSettings(
            listen,
            List.copyOf(advertise),
            List.copyOf(bootstrap),
            publishTimeout,
            closeTimeout,
            identity,
            identityLife,
            trust,
            trustFile,
            data);
    return LocalPeer.start(settings);
  }
}
