package org.peerroom.bench.sealing;

import java.util.LinkedHashMap;
import java.util.Map;
import org.peerroom.PeerId;
import org.peerroom.internal.sealing.PairwiseSender;

/** The author's side of a room to every member of which it has introduced itself. */
final class Introduction {

  private final Map<PeerId, PairwiseSender> senders = new LinkedHashMap<>();
  private long wireBytes;
  private byte[] lastFrame = {};

  void add(PeerId member, PairwiseSender sender, byte[] frame) {
    senders.put(member, sender);
    wireBytes += frame.length;
    lastFrame = frame;
  }

  Map<PeerId, PairwiseSender> senders() {
    return senders;
  }

  long wireBytes() {
    return wireBytes;
  }

  /** That to the reader, who is the last member. */
  byte[] lastFrame() {
    return lastFrame;
  }
}
