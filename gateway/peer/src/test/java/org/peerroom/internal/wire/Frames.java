package org.peerroom.internal.wire;

import java.util.List;
import java.util.Random;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;

/** Well-formed frames of every kind, with random content. */
final class Frames {

  private Frames() {}

  static List<Frame> examples(Random random) {
    Topic topic = Topic.of(bytes(random, Topic.SIZE));
    PeerId a = peer(random);
    PeerId b = peer(random);
    return List.of(
        new Frame.Hello(random.nextInt(65_536), random.nextLong() >>> 1),
        new Frame.Ping(random.nextLong()),
        new Frame.Pong(random.nextLong()),
        new Frame.Bye("so long, früher oder später"),
        new Frame.Members(topic, List.of(record(random, topic), record(random, topic))),
        new Frame.Members(topic, List.of()),
        new Frame.Grant(
            topic, a, b, 7, 1, 3, bytes(random, 1120), bytes(random, 96), bytes(random, 64)),
        new Frame.Grant(topic, a, b, 7, 2, 0, new byte[0], bytes(random, 5000), new byte[0]),
        new Frame.KeyRequest(topic, a, b, peer(random), 3),
        new Frame.Sealed(segment(random, topic)),
        new Frame.Have(
            topic,
            List.of(new Frame.FeedState(a, 0, 0, 0, false), new Frame.FeedState(b, 3, 9, 5, true))),
        new Frame.Want(topic, a, Long.MAX_VALUE),
        new Frame.Unwant(topic, b));
  }

  static Segment segment(Random random, Topic topic) {
    int length = 16 + random.nextInt(3000);
    SegmentHeader header =
        new SegmentHeader(
            topic,
            peer(random),
            random.nextLong() >>> 1,
            bytes(random, 32),
            random.nextLong() >>> 1,
            random.nextLong() >>> 1,
            random.nextInt() >>> 1,
            random.nextInt() >>> 1,
            bytes(random, 32));
    return Segment.assemble(
        header, Segment.encodeHeader(header, length), bytes(random, length), bytes(random, 64));
  }

  private static MemberRecord record(Random random, Topic topic) {
    return new MemberRecord(
        topic,
        peer(random),
        random.nextLong() >>> 1,
        random.nextLong() >>> 1,
        random.nextBoolean(),
        1,
        bytes(random, 1216),
        List.of(PeerAddress.of("192.0.2.7", 7400), PeerAddress.of("2001:db8::1", 1)),
        bytes(random, 64));
  }

  private static PeerId peer(Random random) {
    return PeerId.of(bytes(random, PeerId.SIZE));
  }

  static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
