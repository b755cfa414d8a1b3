package org.peerroom.internal.protocol;

import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame;

/** Takes in what neighbours say in one room, and hands it to whom it concerns. */
final class RoomFrames {

  private final RoomMachine room;
  private final SegmentIntake intake;
  private final Replication replication;
  private final Publishing publishing;
  private final KeyExchange keyExchange;
  private final Members members;

  RoomFrames(
      RoomMachine room,
      SegmentIntake intake,
      Replication replication,
      Publishing publishing,
      KeyExchange keyExchange,
      Members members) {
    this.room = room;
    this.intake = intake;
    this.replication = replication;
    this.publishing = publishing;
    this.keyExchange = keyExchange;
    this.members = members;
  }

  void take(long link, PeerId remote, Frame frame, Now now) throws Refused {
    if (frame instanceof Frame.Members records) {
      members.onRecords(link, remote, records, now);
      return;
    }
    Neighbour neighbour = replication.neighbour(link);
    if (neighbour == null) {
      throw Refused.untimely("it is not a member of this room");
    }
    if (frame instanceof Frame.Sealed sealed) {
      intake.take(neighbour, sealed.segment(), now);
    } else if (frame instanceof Frame.Have have) {
      onHave(neighbour, have, now);
    } else if (frame instanceof Frame.Want want) {
      if (!room.admissions().of(remote).replicate()) {
        throw Refused.untimely("it asks for what it may not read");
      }
      room.forks().tell(neighbour);
      replication.onWant(neighbour, want, now);
    } else if (frame instanceof Frame.Unwant unwant) {
      replication.onUnwant(neighbour, unwant);
    } else if (frame instanceof Frame.Grant grant) {
      keyExchange.onGrant(remote, grant, members, now);
    } else if (frame instanceof Frame.Rekey rekey) {
      keyExchange.onRekey(remote, rekey, members, now);
    } else if (frame instanceof Frame.Deposited deposited) {
      room.deposits().take(deposited.deposit());
    } else if (frame instanceof Frame.ForkProof proof) {
      room.forks().take(neighbour, proof);
    } else if (frame instanceof Frame.KeyRequest request) {
      keyExchange.onRequest(request, members, now);
    } else if (frame instanceof Frame.OfReceipts about) {
      room.receipts().take(remote, about, now);
    }
  }

  private void onHave(Neighbour neighbour, Frame.Have have, Now now) {
    room.forks().tell(neighbour);
    for (Frame.FeedState unknown : replication.onHave(neighbour, have, now)) {
      // Replicas that asked for the empty feeds of those who are gone would never forget any.
      if (unknown.first() < unknown.next() || room.isMember(unknown.author())) {
        room.keyMissing(unknown.author(), neighbour, now);
      }
    }
    for (Frame.FeedState state : have.feeds()) {
      boolean counts = !room.admissions().certified() || keyExchange.isAdmitted(neighbour.peer);
      Feed feed = room.replica().get(state.author());
      if (feed != null && counts) {
        feed.heldElsewhere(state.next());
      }
      if (state.author().equals(room.self()) && counts) {
        publishing.holds(neighbour.peer, state);
        room.receipts().holds(neighbour.peer, state.next());
      }
    }
  }
}
