package org.peerroom.internal.protocol;

import org.peerroom.Message;

/**
 * A message that was opened, and what else its subscription has to know of it.
 *
 * @param message what the application gets
 * @param receiptWanted whether its author wants it signed that it has been dealt with
 * @param next where its feed goes on behind it
 * @param expiresMillis when this replica forgets it, by this peer's wall clock
 */
record Opened(Message message, boolean receiptWanted, FeedPosition next, long expiresMillis) {

  /** Where it begins. */
  FeedPosition at() {
    return FeedPosition.before(message.id());
  }

  /** The same, as the last of its segment. */
  Opened asLast() {
    FeedPosition behind = FeedPosition.at(next.sequence() + 1);
    return new Opened(message, receiptWanted, behind, expiresMillis);
  }
}
