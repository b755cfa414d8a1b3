package org.peerroom.internal.protocol;

/**
 * What each signed or authenticated thing is labelled with, so that none can be taken for another.
 */
final class Labels {

  static final String MEMBER_RECORD = "peerroom/1 member record";
  static final String RECEIPT = "peerroom/1 receipt";

  /** Of no thing that is sent: what a subscription remembers of a message. */
  static final String MESSAGE_KEY = "peerroom/1 message key";

  private Labels() {}
}
