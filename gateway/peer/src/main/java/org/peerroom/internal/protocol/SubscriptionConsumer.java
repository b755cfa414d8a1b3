package org.peerroom.internal.protocol;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One of those who share the messages of a {@link RoomSubscription}. */
public final class SubscriptionConsumer {

  /** What it was delivered and has not acknowledged, in the order of delivery. */
  final Set<Pending> inFlight = new LinkedHashSet<>();

  /** Where it has not taken all of what was opened; it goes on there first. */
  @Nullable Lane current;

  SubscriptionConsumer() {}

  /** How many messages it has that it has not acknowledged. */
  public int inFlight() {
    return inFlight.size();
  }
}
