package org.peerroom.internal.sealing;

import org.peerroom.PeerId;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireWriter;

/**
 * What a pairwise key is for: one peer sealing for one other in one room.
 *
 * @param topic the room
 * @param from who seals
 * @param to who opens
 * @param setup number of the key; higher is newer
 */
public record Pair(Topic topic, PeerId from, PeerId to, long setup) {

  /** What the key agreement is bound to. */
  byte[] info() {
    byte[] number = new WireWriter(8).i64(setup).finish();
    return Digests.sha256(Labels.PAIRWISE, topic.bytes(), from.bytes(), to.bytes(), number);
  }

  /** What one grant under this key is bound to. */
  byte[] context(int generation, long counter, byte[] kemKey, byte[] encapsulation) {
    return new WireWriter(136 + encapsulation.length)
        .topic(topic)
        .peer(from)
        .peer(to)
        .i64(setup)
        .i32(generation)
        .i64(counter)
        .block(kemKey)
        .block(encapsulation)
        .toBytes();
  }
}
