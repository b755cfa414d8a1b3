package org.peerroom.internal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.PeerStartException;
import org.peerroom.RoomConfig;
import org.peerroom.StorageException;
import org.peerroom.identity.Identity;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.protocol.Kept;
import org.peerroom.internal.protocol.Restored;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.store.DataFolder;
import org.peerroom.internal.store.RecoveredRoom;
import org.peerroom.internal.store.RoomStore;
import org.peerroom.internal.store.Shelf;
import org.peerroom.internal.store.StoreException;
import org.peerroom.internal.store.TransientRoomStore;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The data folder of a peer, if it has one. */
final class PeerStore {

  private final @Nullable DataFolder folder;
  private final PublicKeyCrypto crypto;

  /** The rooms that are joined, or about to be: what is kept of them is not read again. */
  private final Set<Topic> open = ConcurrentHashMap.newKeySet();

  private PeerStore(@Nullable DataFolder folder, PublicKeyCrypto crypto) {
    this.folder = folder;
    this.crypto = crypto;
  }

  /**
   * Opens what the settings name; blocks.
   *
   * @throws PeerStartException if the folder can't be used
   */
  static PeerStore open(PeerSettings settings, PublicKeyCrypto crypto) {
    Path data = settings.data();
    if (data == null) {
      return new PeerStore(null, crypto);
    }
    Identity identity = settings.identity();
    byte[] key = identity == null ? null : identity.exposeStoreKey();
    try {
      return new PeerStore(DataFolder.open(data, key), crypto);
    } catch (StoreException e) {
      throw new PeerStartException(String.valueOf(e.getMessage()), e);
    } finally {
      if (key != null) {
        Arrays.fill(key, (byte) 0);
      }
    }
  }

  /** A room that is about to be joined, and what was kept of it. */
  static final class Prepared {
    final RoomKeys keys;
    final boolean persistent;
    final RoomStore store;
    private final RecoveredRoom recovered;

    private Prepared(RoomKeys keys, boolean persistent, RoomStore store, RecoveredRoom recovered) {
      this.keys = keys;
      this.persistent = persistent;
      this.store = store;
      this.recovered = recovered;
    }

    List<String> damage() {
      return recovered.damage();
    }

    /** Says which receipts were found, by name and value. */
    void receipts(BiConsumer<byte[], byte[]> each) {
      recovered.forEach(Shelf.RECEIPT, each);
    }

    /** What is to be put back; holds keys. */
    Restored restored() {
      Restored restored = new Restored();
      recovered.forEach(
          Shelf.CHAIN,
          (name, value) ->
              restored.author(
                  PeerId.of(name), value[0] == 1, Arrays.copyOfRange(value, 1, value.length)));
      recovered.segments().forEach(restored::segment);
      recovered.forEach(
          Shelf.KEY,
          (name, value) -> {
            ByteBuffer place = ByteBuffer.wrap(name);
            byte[] author = new byte[PeerId.SIZE];
            place.get(author);
            restored.key(PeerId.of(author), place.getLong(), value);
          });
      recovered.forEach(Shelf.PROOF, (author, proof) -> restored.proof(proof));
      recovered.forEach(Shelf.DEPOSIT, (name, value) -> putBack(value, restored));
      return restored;
    }

    /** What was kept of named subscriptions. */
    void forEachKept(Consumer<Kept> each) {
      recovered.forEach(Shelf.SEEN, (name, value) -> each.accept(new Kept(true, name, value)));
      recovered.forEach(
          Shelf.SUBSCRIPTION, (name, value) -> each.accept(new Kept(false, name, value)));
    }

    private static void putBack(byte[] deposit, Restored restored) {
      try {
        restored.deposit(KeyDeposit.decode(deposit));
      } catch (WireException e) {
        // Encrypted and authenticated as it is, only another version can have written it.
      }
    }

    /** It is not joined, or has been: wipes what is secret. */
    void destroy() {
      recovered.destroy();
    }
  }

  /** A room was left, or was not joined: when all is written it may be joined again. */
  void left(Topic topic, RoomStore store) {
    store.commit(problem -> open.remove(topic));
  }

  /**
   * Finds what is kept of a room, unless it is joined already; blocks.
   *
   * @throws StorageException if it can't be read at all
   */
  Prepared prepare(RoomConfig config, RoomKeys keys) {
    if (folder == null || !keeps(config)) {
      return new Prepared(keys, false, new TransientRoomStore(), RecoveredRoom.empty());
    }
    Topic topic = Topic.of(keys.topic());
    if (!open.add(topic)) {
      return new Prepared(keys, false, new TransientRoomStore(), RecoveredRoom.empty());
    }
    try {
      RecoveredRoom recovered =
          folder.recover(topic, System.currentTimeMillis(), this::isSigned, SegmentSealing::hash);
      return new Prepared(keys, true, folder.room(topic), recovered);
    } catch (StoreException e) {
      open.remove(topic);
      keys.destroy();
      throw new StorageException("room '" + config.name() + "': " + e.getMessage(), e);
    }
  }

  private boolean isSigned(Segment segment) {
    return SegmentSealing.isSigned(crypto, segment, SegmentSealing.hash(segment));
  }

  /** Whether this room is to be on disk. */
  boolean keeps(RoomConfig config) {
    return folder != null && !config.isInMemory();
  }

  /** Lazy; completes when everything is written and the folder is free for others. */
  Mono<Void> close() {
    return Mono.<Void>fromRunnable(
            () -> {
              if (folder != null) {
                folder.close();
              }
            })
        .subscribeOn(Schedulers.boundedElastic());
  }
}
