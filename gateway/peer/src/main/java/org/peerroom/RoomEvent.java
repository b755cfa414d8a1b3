package org.peerroom;

/** Something that happened in a room, told to whoever listens to {@link Room#events()}. */
public sealed interface RoomEvent {

  /**
   * A peer became a member: it knows the room's name, proved the secret where there is one, has the
   * same policy, and is one of those whom the policy admits.
   */
  record MemberJoined(PeerId peer) implements RoomEvent {}

  /**
   * A member is gone; the sender key changes before the next segment.
   *
   * @param announced true if it said so, false if nothing was heard of it until its record expired
   */
  record MemberLeft(PeerId peer, boolean announced) implements RoomEvent {}

  /**
   * A member has shown an identity that it had not shown before, or one with another name or other
   * attributes. Renewed certificates of the same identity are not told.
   */
  record IdentityKnown(Member member) implements RoomEvent {}

  /**
   * A peer is in this room, but nothing is exchanged with it: the policy does not admit it, or its
   * chain of certificates is not valid. Told once for each peer and reason.
   *
   * @param reason which link of its chain failed and why, or what the policy asks for
   */
  record NotAdmitted(PeerId peer, String reason) implements RoomEvent {}

  /**
   * A peer is in this room with another policy; nothing is exchanged with it. Told once for each
   * peer and difference. Compare the settings of both sides: it says the same there.
   *
   * @param difference what differs, and the values on both sides
   */
  record PolicyDiffers(PeerId peer, String difference) implements RoomEvent {}

  /**
   * A member was removed because its certificates were revoked, have expired, or are no longer
   * trusted; the sender key changes before the next segment, and nothing more is taken from it.
   */
  record Expelled(Member member, String reason) implements RoomEvent {}

  /**
   * An author signed two different feeds, that is, said different things to different members, or
   * two processes write under its key. The proof was verified here and is passed on to every member
   * at once. Nothing more is taken from the author, by any member; what was taken before stays, and
   * may not be what others have. Told once for each author.
   *
   * @param author whose key signed both
   * @param sequence the first segment that is known to differ, or to follow one that does
   */
  record Forked(PeerId author, long sequence) implements RoomEvent {}

  /**
   * A subscription missed segments of a feed: the replica had given them up, or never got them.
   *
   * @param author whose feed
   * @param firstSequence the first missing segment
   * @param lastSequence the last missing segment
   */
  record Gap(PeerId author, long firstSequence, long lastSequence) implements RoomEvent {}

  /**
   * What this persistent room keeps on disk was found damaged, or can't be written at present. Told
   * once for each thing that is damaged and once for each time that writing begins to fail.
   *
   * @param problem what is wrong, where, and what was done
   */
  record StorageProblem(String problem) implements RoomEvent {}

  /**
   * Peers are linked, but for some seconds none of them is in this room: the name or the secret
   * differs, or nobody else has joined yet.
   *
   * @param linkedPeers how many peers are linked
   */
  record NobodyHere(int linkedPeers) implements RoomEvent {}

  /**
   * Something that a peer sent for this room was refused; told at most once a second for each peer.
   *
   * @param from the peer that sent it over its link; not always its author
   * @param reason what was wrong
   */
  record Refused(PeerId from, String reason) implements RoomEvent {}
}
