package org.peerroom.identity;

/** What a chain is verified for. */
public enum Purpose {
  /** Only to know who it is: the chain may end in an identity or in a peer, and needs no role. */
  IDENTIFY,
  /** To take messages from the peer at its end. */
  PUBLISH,
  /** To let the peer at its end read. */
  SUBSCRIBE,
  /** To let the peer at its end carry traffic for others. */
  RELAY,
  /** To take certificates signed by the identity at its end. */
  CERTIFY
}
