package org.peerroom.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.SubscribeOptions;
import org.peerroom.Subscription;
import org.peerroom.internal.wire.WireException;
import org.peerroom.internal.wire.WireReader;
import org.peerroom.internal.wire.WireWriter;

/**
 * What is to be kept of a subscription: nothing of one without a name. By the name and a zero: its
 * settings; with an author behind that: the place in that author's feed; with a message key behind
 * it: until when that is remembered.
 */
final class SubscriptionMemory {

  private static final int VERSION = 1;

  private final byte @Nullable [] prefix;
  private final SeenKeys seen;
  private final List<Kept> changes = new ArrayList<>();
  private final Set<Lane> changed = new LinkedHashSet<>();

  /**
   * @param name null for a subscription of which nothing is kept
   */
  SubscriptionMemory(@Nullable String name) {
    this.prefix = name == null ? null : prefix(name);
    this.seen = new SeenKeys(SeenKeys.MAX, this::remembered, this::forgotten);
  }

  private static byte[] prefix(String name) {
    return (name + '\0').getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  /** The keys that have been dealt with. */
  SeenKeys seen() {
    return seen;
  }

  private void remembered(MessageKey key, long expiresMillis) {
    if (prefix != null) {
      byte[] until = ByteBuffer.allocate(Long.BYTES).putLong(expiresMillis).array();
      changes.add(new Kept(true, joined(prefix, key.bytes()), until));
    }
  }

  private void forgotten(MessageKey key) {
    if (prefix != null) {
      changes.add(new Kept(true, joined(prefix, key.bytes()), null));
    }
  }

  void settings(Subscription settings) {
    if (prefix != null) {
      WireWriter out = new WireWriter(3).u8(VERSION);
      out.u8(settings.start() == SubscribeOptions.Start.LIVE ? 1 : 0).u8(settings.echo() ? 1 : 0);
      changes.add(new Kept(false, prefix, out.toBytes()));
    }
  }

  /** Something was acknowledged in this lane. */
  void changed(Lane lane) {
    if (prefix != null) {
      changed.add(lane);
    }
  }

  /** This author's feed is gone for good. */
  void forget(PeerId author) {
    if (prefix != null) {
      changed.removeIf(lane -> lane.author.equals(author));
      changes.add(new Kept(false, joined(prefix, author.bytes()), null));
    }
  }

  /** The subscription is given up. */
  void forgetAll(Iterable<PeerId> authors) {
    if (prefix != null) {
      authors.forEach(this::forget);
      seen.forgetAll();
      changes.add(new Kept(false, prefix, null));
    }
  }

  /**
   * Takes what is to be kept since the last call. Keys come before places: a crash between the two
   * then makes the message that was acknowledged a duplicate of itself, which is not delivered.
   */
  List<Kept> takeChanges() {
    if (prefix == null || (changes.isEmpty() && changed.isEmpty())) {
      return List.of();
    }
    List<Kept> taken = new ArrayList<>(changes);
    for (Lane lane : changed) {
      taken.add(new Kept(false, joined(prefix, lane.author.bytes()), lane.encode()));
    }
    changes.clear();
    changed.clear();
    return taken;
  }

  /**
   * Something that was kept.
   *
   * @param subscription the name of the subscription
   * @param rest what follows it: nothing, an author, or a message key
   */
  @SuppressWarnings("ArrayRecordComponent") // read at once
  record Name(String subscription, byte[] rest) {

    static Name read(byte[] name) throws WireException {
      for (int i = 0; i < name.length; i++) {
        if (name[i] == 0) {
          WireReader in = new WireReader(name);
          String subscription = in.utf8(i);
          return new Name(subscription, Arrays.copyOfRange(name, i + 1, name.length));
        }
      }
      throw new WireException("what is kept of a subscription has no name");
    }

    PeerId author() throws WireException {
      WireReader in = new WireReader(rest);
      PeerId author = in.peer();
      in.end();
      return author;
    }

    MessageKey key() throws WireException {
      if (rest.length != MessageKey.SIZE) {
        throw new WireException("a message key that was kept is not as long as one");
      }
      return MessageKey.read(rest, 0);
    }
  }

  /** Settings that were kept. */
  static Subscription readSettings(String name, byte[] value) throws WireException {
    WireReader in = new WireReader(value);
    int version = in.u8();
    if (version != VERSION) {
      throw new WireException("a subscription is kept in version " + version);
    }
    SubscribeOptions.Start start =
        in.flag() ? SubscribeOptions.Start.LIVE : SubscribeOptions.Start.OLDEST;
    boolean echo = in.flag();
    in.end();
    try {
      return Subscription.named(name).withStart(start).withEcho(echo);
    } catch (IllegalArgumentException e) {
      throw new WireException("a subscription is kept by a name that none has");
    }
  }
}
