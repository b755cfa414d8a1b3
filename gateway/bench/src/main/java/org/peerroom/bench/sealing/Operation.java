package org.peerroom.bench.sealing;

import java.util.Locale;

/** What a figure is of, and of what the unit is that it is also given for. */
enum Operation {
  /** The author: from messages to the frames of their segments. Unit: a message. */
  SEAL,
  /** A member: from these frames to the messages, everything verified. Unit: a message. */
  OPEN,
  /** The author: a new sender key for all members, as frames. Unit: a member. */
  REKEY,
  /** The author, some time later: every pairwise key steps forward. Unit: a member. */
  REKEY_STEP,
  /** A member: its frame of a rekey decoded, its slot found and opened. */
  REKEY_OPEN,
  /** The author: key agreement with each member and an introduction. Unit: a member. */
  GRANT,
  /** The same, signed, as it goes over others. */
  GRANT_SIGNED,
  /** A member: such a grant decoded and opened. */
  GRANT_OPEN,
  /** The same, its signature verified. */
  GRANT_OPEN_SIGNED,
  /** The author: a sender key wrapped for durable recipients, signed. Unit: a recipient. */
  DEPOSIT,
  /** A durable recipient: the signature verified and its wrap opened. */
  DEPOSIT_OPEN,
  /** How fast this machine is: one raw signature. */
  CALIBRATE_ED25519_SIGN,
  /** One raw verification. */
  CALIBRATE_ED25519_VERIFY,
  /** One raw key agreement. */
  CALIBRATE_X25519,
  /** AES-256-GCM of 64 KiB by the JDK. */
  CALIBRATE_AES_GCM_64K,
  /** SHA-256 of 64 KiB by the JDK. */
  CALIBRATE_SHA256_64K;

  /** As it stands in the CSV. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
