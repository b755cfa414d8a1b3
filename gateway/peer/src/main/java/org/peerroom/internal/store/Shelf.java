package org.peerroom.internal.store;

/** What kinds of documents are kept beside a room's segments, and how each is named. */
public enum Shelf {
  /**
   * What opens one segment and those behind it in its epoch: 32 bytes, by author (32 bytes) and
   * sequence number (8, big-endian). Goes when its segment goes.
   */
  KEY,
  /** Who vouches for an author, by author. Goes when the author's feed goes. */
  CHAIN,
  /** What an author has deposited for durable recipients, by author and epoch (4, big-endian). */
  DEPOSIT,
  /** Proof that an author has signed two different feeds, by author. */
  PROOF,
  /** The state of a named subscription, by its name. */
  SUBSCRIPTION,
  /** A message key that a subscription has seen, by subscription and key. */
  SEEN,
  /** A signed receipt, by message and signer. */
  RECEIPT
}
