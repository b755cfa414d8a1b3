package org.peerroom.camel;

import java.util.OptionalLong;
import org.peerroom.Member;
import org.peerroom.RoomEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens in a room that someone who runs it should know, one readable line each, at a
 * bounded rate.
 */
final class RoomLog {

  private static final Logger LOG = LoggerFactory.getLogger(RoomComponent.class);
  private static final int SUBJECTS = 8;

  private final String room;
  private final LogThrottle throttle = new LogThrottle(PeerLog.WINDOW, SUBJECTS, System::nanoTime);
  private boolean alone;

  RoomLog(String room) {
    this.room = room;
  }

  synchronized void log(RoomEvent event) {
    if (event instanceof RoomEvent.NobodyHere nobody) {
      alone = true;
      if (throttle.permit("nobody", 1).isPresent()) {
        LOG.warn(
            "room '{}': nobody else is here, though {} peer(s) are linked: the room's name or its secret may differ on the"
                + " two sides, or nobody else has joined yet",
            room,
            nobody.linkedPeers());
      }
    } else if (event instanceof RoomEvent.MemberJoined joined) {
      if (alone) {
        alone = false;
        LOG.info("room '{}': met peer {}", room, joined.peer().shortHex());
      }
    } else if (event instanceof RoomEvent.Gap gap) {
      logGap(gap);
    } else {
      logStanding(event);
    }
  }

  /** Who is who, and who is kept out. */
  private void logStanding(RoomEvent event) {
    if (event instanceof RoomEvent.IdentityKnown known) {
      if (throttle.permit("known", 1).isPresent()) {
        LOG.info(
            "room '{}': peer {} is {}",
            room,
            known.member().peer().shortHex(),
            name(known.member()));
      }
    } else if (event instanceof RoomEvent.NotAdmitted refused) {
      OptionalLong held = throttle.permit("admission", 1);
      if (held.isPresent()) {
        LOG.warn(
            "room '{}': peer {} is not admitted: {}{}",
            room,
            refused.peer().shortHex(),
            refused.reason(),
            more(held.getAsLong()));
      }
    } else if (event instanceof RoomEvent.PolicyDiffers differs) {
      OptionalLong held = throttle.permit("policy", 1);
      if (held.isPresent()) {
        LOG.error(
            "room '{}': nothing is exchanged with peer {}, which has another policy: {}; set the same on both sides{}",
            room,
            differs.peer().shortHex(),
            differs.difference(),
            more(held.getAsLong()));
      }
    } else if (event instanceof RoomEvent.Expelled expelled) {
      OptionalLong held = throttle.permit("expelled", 1);
      if (held.isPresent()) {
        LOG.warn(
            "room '{}': expelled peer {}, {}: {}{}",
            room,
            expelled.member().peer().shortHex(),
            name(expelled.member()),
            expelled.reason(),
            more(held.getAsLong()));
      }
    } else if (event instanceof RoomEvent.Forked forked) {
      OptionalLong held = throttle.permit("forked", 1);
      if (held.isPresent()) {
        LOG.error(
            "room '{}': peer {} signed two different feeds, which part at segment {}: nothing more is taken from it, and"
                + " what it sent before may differ from what others got; the proof is kept and passed on{}",
            room,
            forked.author().shortHex(),
            forked.sequence(),
            more(held.getAsLong()));
      }
    } else if (event instanceof RoomEvent.Refused refused) {
      OptionalLong held = throttle.permit("refused", 1);
      if (held.isPresent()) {
        LOG.warn(
            "room '{}': refused what peer {} sent: {}{}",
            room,
            refused.from().shortHex(),
            refused.reason(),
            more(held.getAsLong()));
      }
    }
  }

  private static String name(Member member) {
    return member.isAnonymous() ? "anonymous" : member.toString();
  }

  /** How many lines there would have been since the last one. */
  static String more(long held) {
    return held == 0 ? "" : " (and " + held + " more of the kind before)";
  }

  private void logGap(RoomEvent.Gap gap) {
    long segments = gap.lastSequence() - gap.firstSequence() + 1;
    OptionalLong held = throttle.permit("gap", segments);
    if (held.isPresent()) {
      LOG.error(
          "room '{}': messages are lost to this peer: segments {} to {} of {} ({} in all since the last such line) were"
              + " given up before they were read; make the route faster, or raise retention or retentionBytes",
          room,
          gap.firstSequence(),
          gap.lastSequence(),
          gap.author().shortHex(),
          segments + held.getAsLong());
    }
  }
}
