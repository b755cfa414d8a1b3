package org.peerroom.internal.protocol;

/**
 * Bounds how many sender keys a peer holds for one room, so that authors who begin ever new ones
 * can't fill its memory. At the bound a feed still gets its fair share; above that a newer key
 * takes the place of the oldest of the same feed, which is then not passed on any more.
 */
final class KeyBudget {

  /** The largest number of keys that may be held before feeds are limited to their share. */
  static final int MAX_HELD = 131_072;

  /** What each feed may hold in any case. */
  static final int SHARE = MAX_HELD / Replica.MAX_FEEDS;

  private int held;

  /** Whether one more key may be held of a feed of which there are so many already. */
  boolean admits(int ofFeed) {
    return held < MAX_HELD || ofFeed < SHARE;
  }

  void taken() {
    held++;
  }

  void released(int count) {
    held -= count;
  }

  /** How many keys are held. */
  int held() {
    return held;
  }
}
