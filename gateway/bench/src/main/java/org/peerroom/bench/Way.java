package org.peerroom.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.peerroom.RoomPolicy;

/** The ways that are compared. */
enum Way {
  /** A room: segments sealed and signed for members, over links between peers. */
  ROOM("room"),
  /** The same room without the database: it keeps nothing but what is on its way. */
  LIVE("live-only room"),
  /** AES-256-GCM and Ed25519 for each message over plain TCP, signatures by BouncyCastle. */
  BY_HAND("by hand"),
  /** The same with the JDK's own Ed25519. */
  BY_HAND_JDK("by hand (JDK)"),
  /** Nothing but TLS 1.3: no author, no members, no replica. */
  TLS("bare TLS");

  private static final RoomPolicy LIVE_ONLY = RoomPolicy.DEFAULT.withRetention(Duration.ZERO);

  private final String label;

  Way(String label) {
    this.label = label;
  }

  /** For tables. */
  String label() {
    return label;
  }

  /** For command lines. */
  String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Way ofOption(String option) {
    for (Way way : values()) {
      if (way.option().equals(option)) {
        return way;
      }
    }
    throw new IllegalArgumentException("'" + option + "' is none of " + Arrays.toString(values()));
  }

  /** As {@link #option()}. */
  @Override
  public String toString() {
    return option();
  }

  Receiver receiver(SharedKeys keys, Tally tally) {
    return switch (this) {
      case ROOM -> RoomWay.receiver(RoomPolicy.DEFAULT, tally);
      case LIVE -> RoomWay.receiver(LIVE_ONLY, tally);
      case BY_HAND -> HandWay.receiver(keys, new BouncyCastleSignatures(), tally);
      case BY_HAND_JDK -> HandWay.receiver(keys, new JdkSignatures(), tally);
      case TLS -> TlsWay.receiver(tally);
    };
  }

  Sender sender(SharedKeys keys, String address, int concurrency) {
    return switch (this) {
      case ROOM -> RoomWay.sender(RoomPolicy.DEFAULT, address, concurrency);
      case LIVE -> RoomWay.sender(LIVE_ONLY, address, concurrency);
      case BY_HAND -> HandWay.sender(keys, new BouncyCastleSignatures(), address);
      case BY_HAND_JDK -> HandWay.sender(keys, new JdkSignatures(), address);
      case TLS -> TlsWay.sender(address);
    };
  }
}
