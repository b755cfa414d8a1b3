package org.peerroom;

/** What a peer that joins a room can read of what was sent before. */
public enum History {
  /** Nothing: a new member gets keys from the moment on at which it is known. */
  NONE,
  /** Everything that is still retained: members pass on the keys of what they still hold. */
  RETAINED
}
