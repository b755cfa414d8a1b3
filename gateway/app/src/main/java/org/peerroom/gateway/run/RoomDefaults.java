package org.peerroom.gateway.run;

import java.time.Duration;
import org.apache.camel.Component;
import org.peerroom.RoomPolicy;
import org.peerroom.camel.RoomComponent;

/**
 * Lets a publish wait as long as its message is retained. Until then the message may still arrive,
 * and publishing it once more would make two of it; after that it is gone and publishing again is
 * right.
 */
final class RoomDefaults {

  private RoomDefaults() {}

  static void apply(Component component) {
    Duration retention = RoomPolicy.DEFAULT.retention();
    ((RoomComponent) component).setPublishTimeout(retention);
  }
}
