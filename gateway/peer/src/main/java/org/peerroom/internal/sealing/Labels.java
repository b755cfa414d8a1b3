package org.peerroom.internal.sealing;

/**
 * What each signed or authenticated thing is labelled with, so that none can be taken for another.
 */
final class Labels {

  static final String SEGMENT = "peerroom/1 segment";
  static final String GRANT = "peerroom/1 grant";
  static final String PAIRWISE = "peerroom/1 pairwise";
  static final String REKEY = "peerroom/1 rekey";
  static final String SEGMENT_WRAP = "peerroom/1 segment wrap";
  static final String DEPOSIT = "peerroom/1 deposit";
  static final String DEPOSIT_SLOT = "peerroom/1 deposit slot";
  static final String DEPOSIT_WRAP = "peerroom/1 deposit wrap";
  static final String KEM_KEY = "peerroom/1 kem key";

  private Labels() {}
}
