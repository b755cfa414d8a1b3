package org.peerroom;

/** Something that happened in a room, told to whoever listens to {@link Room#events()}. */
public sealed interface RoomEvent {

  /**
   * A peer became a member: it knows the room's name and, where there is one, proved the secret.
   */
  record MemberJoined(PeerId peer) implements RoomEvent {}

  /**
   * A member is gone; the sender key changes before the next segment.
   *
   * @param announced true if it said so, false if nothing was heard of it until its record expired
   */
  record MemberLeft(PeerId peer, boolean announced) implements RoomEvent {}

  /**
   * A subscription missed segments of a feed: the replica had given them up, or never got them.
   *
   * @param author whose feed
   * @param firstSequence the first missing segment
   * @param lastSequence the last missing segment
   */
  record Gap(PeerId author, long firstSequence, long lastSequence) implements RoomEvent {}

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
