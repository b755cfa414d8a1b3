package org.peerroom.internal.protocol;

/**
 * What each signed or authenticated thing is labelled with, so that none can be taken for another.
 */
final class Labels {

  static final String SEGMENT = "peerroom/1 segment";
  static final String MEMBER_RECORD = "peerroom/1 member record";
  static final String GRANT = "peerroom/1 grant";
  static final String PAIRWISE = "peerroom/1 pairwise";
  static final String SEGMENT_KEY = "peerroom/1 segment key";

  private Labels() {}
}
