package org.peerroom.internal.protocol;

import org.peerroom.PeerId;

/**
 * What makes a room persistent: its replica is kept on disk, counts for others as far as it is
 * there, and gives up nothing for the sake of its bound that may be needed still.
 */
public final class Persistence {

  private final PeerContext context;
  private final RoomMachine room;
  private final Keeping keeping;
  private final Readers readers;

  Persistence(PeerContext context, RoomMachine room, Keeping keeping, Readers readers) {
    this.context = context;
    this.room = room;
    this.keeping = keeping;
    this.readers = readers;
  }

  /**
   * Keeps this room from now on: tells what is to be {@link Keep kept}, and counts as held what is
   * said to be {@link #synced}.
   *
   * @param restored what was kept before; its keys are wiped
   */
  public void begin(Restored restored, Now now) {
    context.at(now);
    keeping.begin();
    room.replica().feeds().forEach(Feed::syncs);
    new Restoring(room.replica(), room.admissions(), now)
        .restore(restored)
        .forEach(feed -> room.replication().admitted(feed, now));
    for (byte[] proof : restored.proofs()) {
      try {
        room.forks().recover(proof);
      } catch (Refused e) {
        room.refused(room.self(), e.reason());
      }
    }
    restored.destroy();
    room.deposits().openAll();
  }

  /** Of this feed everything before this segment is on disk. */
  public void synced(PeerId of, long next, Now now) {
    context.at(now);
    Feed feed = room.replica().get(of);
    if (feed != null) {
      feed.synced(next);
      room.replication().synced(feed, now);
    }
  }

  /** Whether more is on its way to the disk than may be: nothing is taken meanwhile. */
  public void behind(boolean isBehind) {
    keeping.behind(isBehind);
  }

  /** Whether nothing more is taken: all that is held must stay until it expires or is read. */
  public boolean isFull() {
    return room.replica().isFull();
  }

  /**
   * The first segment of a feed that stays until it expires. What nobody else has yet is not given
   * up, nor what a named subscription has still to acknowledge.
   */
  long pinnedFrom(Feed feed) {
    if (!keeping.isOn()) {
      return Long.MAX_VALUE;
    }
    long from = feed.isOwn() ? feed.heldElsewhere() : Long.MAX_VALUE;
    return Math.min(from, readers.heldFrom(feed));
  }
}
