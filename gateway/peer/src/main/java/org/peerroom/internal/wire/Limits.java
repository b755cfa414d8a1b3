package org.peerroom.internal.wire;

/** Every limit on the size of what a remote sends. */
public final class Limits {

  /** The largest frame in bytes, without its length prefix. */
  public static final int MAX_FRAME = 256 * 1024;

  /**
   * The plaintext of a segment is closed when it reaches this many bytes: the batch size under
   * load.
   */
  public static final int SEGMENT_TARGET = 64 * 1024;

  /** The largest plaintext of a segment in bytes, padding included. */
  public static final int MAX_SEGMENT_PLAINTEXT = 72 * 1024;

  /** The largest number of messages in one segment. */
  public static final int MAX_SEGMENT_MESSAGES = 1024;

  /** The largest number of member records in one frame. */
  public static final int MAX_MEMBERS_IN_FRAME = 64;

  /**
   * The largest number of feeds in one have-vector frame: read, they take three times the bytes
   * they have on the wire.
   */
  public static final int MAX_FEEDS_IN_FRAME = 512;

  /** The largest number of members of a room that seals for each recipient. */
  public static final int MAX_RECIPIENTS = 512;

  /** The largest size of the keys wrapped in one segment, in bytes: 88 for each recipient. */
  public static final int MAX_WRAPS = MAX_RECIPIENTS * 88;

  /** The largest number of durable recipients of a room. */
  public static final int MAX_DURABLE = 32;

  /** The largest number of members in one rekey frame. */
  public static final int MAX_REKEY_SLOTS = 4_096;

  /** The largest sealed part of a grant in bytes. */
  public static final int MAX_GRANT = 96 * 1024;

  /** The largest key encapsulation in bytes. */
  public static final int MAX_ENCAPSULATION = 2048;

  /** The largest public key for key encapsulation in bytes. */
  public static final int MAX_KEM_KEY = 2048;

  /** The size of what stands for a public key for key encapsulation, in bytes. */
  public static final int KEM_KEY_ID = 8;

  /** The largest number of addresses in a member record. */
  public static final int MAX_ADDRESSES = 8;

  /** The largest size of a short text (an address, a reason) in bytes of UTF-8. */
  public static final int MAX_TEXT = 512;

  /** The largest chain of certificates in bytes. */
  public static final int MAX_CHAIN = 8 * 1024;

  /** The largest revocation in bytes, with the chain of whoever revokes. */
  public static final int MAX_REVOCATION = 8 * 1024;

  /** The largest receipt, without a chain, in characters of ASCII. */
  public static final int MAX_RECEIPT = 4 * 1024;

  private Limits() {}
}
