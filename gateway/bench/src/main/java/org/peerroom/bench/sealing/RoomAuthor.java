package org.peerroom.bench.sealing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.OutgoingMessage;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.sealing.SealedSegment;
import org.peerroom.internal.sealing.SegmentPlace;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.MessageCodec;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.WireWriter;

/**
 * Publishes as the product does, from messages to frames: messages encoded and cut into segments of
 * at most 64 KiB and 1,024 messages, a message too large for one into parts; each segment sealed
 * and signed, the sender key ratcheted forward.
 */
final class RoomAuthor {

  private static final long CREATED = 1_800_000_000_000L;
  private static final long EXPIRES = CREATED + 600_000;

  private final Scene scene;

  /** Those for whom each segment's key is wrapped in it; null where they have a sender key. */
  private final @Nullable List<byte[]> recipients;

  private ChainKey chain;
  private byte[] previous = new byte[32];
  private long sequence;
  private int epoch;
  private int step;

  private RoomAuthor(Scene scene, @Nullable List<byte[]> recipients) {
    this.scene = scene;
    this.recipients = recipients;
    this.chain = scene.newChain();
  }

  static RoomAuthor withSenderKey(Scene scene) {
    return new RoomAuthor(scene, null);
  }

  static RoomAuthor forEach(Scene scene, List<byte[]> recipients) {
    return new RoomAuthor(scene, recipients);
  }

  Published publish(List<OutgoingMessage> messages) {
    List<byte[]> bodies = new ArrayList<>(messages.size());
    for (OutgoingMessage message : messages) {
      bodies.add(MessageCodec.encode(message, CREATED));
    }
    // The step is destroyed once it was used, so what opens it again and again is a copy.
    Published out = new Published(recipients == null ? ChainKey.of(chain.exposeForGrant()) : null);
    int at = 0;
    while (at < bodies.size()) {
      int end = SegmentContent.endOfSegment(bodies, at);
      if (end == at) {
        byte[] body = bodies.get(at++);
        for (int offset = 0; offset < body.length; offset += SegmentContent.MAX_PART) {
          seal(SegmentContent.part(null, body, offset), out);
        }
      } else {
        seal(SegmentContent.messages(null, bodies.subList(at, end)), out);
        at = end;
      }
    }
    return out;
  }

  private void seal(WireWriter plaintext, Published out) {
    byte[] wraps = SegmentSealing.NO_WRAPS;
    if (recipients != null) {
      chain.destroy();
      chain = scene.newChain();
      epoch++;
      step = 0;
      wraps =
          KeyWraps.ofSegment(scene.topic(), scene.author(), epoch, null)
              .seal(scene.crypto(), recipients, chain);
    }
    SegmentPlace place =
        new SegmentPlace(
            scene.topic(), scene.author(), sequence++, previous, CREATED, EXPIRES, epoch, step++);
    SealedSegment sealed = SegmentSealing.seal(place, chain, wraps, plaintext, scene.signing());
    ChainKey used = chain;
    chain = used.next();
    used.destroy();
    previous = sealed.hash();
    sealed.key().destroy();
    out.add(FrameCodec.encode(new Frame.Sealed(sealed.segment())), sealed.segment());
  }
}
