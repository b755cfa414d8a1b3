package org.peerroom.internal.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.peerroom.OutgoingMessage;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;

/** Frames, segments and messages of every kind and size, made from a seed. */
final class SampleFrames {

  static final int KINDS = 17;

  private final SplittableRandom random;

  SampleFrames(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A frame of this kind, 0 to {@link #KINDS} - 1; not larger than a frame may be. */
  Frame frame(int kind) {
    return switch (kind) {
      case 0 -> new Frame.Hello(random.nextInt(1 << 16), number());
      case 1 -> new Frame.Ping(random.nextLong());
      case 2 -> new Frame.Pong(random.nextLong());
      case 3 -> new Frame.Bye(text(100));
      case 4 -> members();
      case 5 -> grant();
      case 6 -> new Frame.KeyRequest(topic(), peer(), peer(), peer(), random.nextInt(256));
      case 7 -> new Frame.Sealed(segment());
      case 8 -> have();
      case 9 -> new Frame.Want(topic(), peer(), number());
      case 10 -> rekey();
      case 11 -> new Frame.Deposited(deposit());
      case 12 -> new Frame.ReceiptRequest(topic(), peer(), peer(), number(), random.nextInt(256));
      case 13 -> new Frame.Receipt(topic(), peer(), peer(), statement(), random.nextInt(256));
      case 14 ->
          new Frame.ReceiptTaken(
              topic(), peer(), peer(), bytes(Frame.ReceiptTaken.DIGEST_SIZE), random.nextInt(256));
      case 15 -> forkProof();
      default -> new Frame.Unwant(topic(), peer());
    };
  }

  private String statement() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(Limits.MAX_RECEIPT + 1); i > 0; i--) {
      text.append((char) ('-' + random.nextInt(70)));
    }
    return text.toString();
  }

  private Frame members() {
    Topic topic = topic();
    List<MemberRecord> records = new ArrayList<>();
    for (int i = random.nextInt(Limits.MAX_MEMBERS_IN_FRAME + 1); i > 0; i--) {
      List<PeerAddress> addresses = new ArrayList<>();
      for (int k = random.nextInt(Limits.MAX_ADDRESSES + 1); k > 0; k--) {
        addresses.add(PeerAddress.of("host-" + random.nextInt(), random.nextInt(1 << 16)));
      }
      byte[] kemKey = bytes(random.nextInt(1_300));
      boolean left = random.nextBoolean();
      records.add(
          new MemberRecord(
              topic, peer(), number(), number(), left, 1, kemKey, addresses, bytes(64)));
    }
    return new Frame.Members(topic, records);
  }

  private Frame grant() {
    boolean first = random.nextBoolean();
    return new Frame.Grant(
        topic(),
        peer(),
        peer(),
        number(),
        random.nextInt(Integer.MAX_VALUE),
        number(),
        random.nextInt(256),
        bytes(first ? Limits.KEM_KEY_ID : 0),
        bytes(first ? 1 + random.nextInt(1_200) : 0),
        bytes(random.nextInt(10_000)),
        bytes(first && random.nextBoolean() ? 64 : 0));
  }

  private Frame rekey() {
    byte[] slots = bytes(Frame.Rekey.SLOT_SIZE * random.nextInt(100));
    int epoch = random.nextInt(Integer.MAX_VALUE);
    return new Frame.Rekey(topic(), peer(), epoch, number(), random.nextInt(256), slots);
  }

  private KeyDeposit deposit() {
    byte[] wraps = bytes(1_176 * random.nextInt(Limits.MAX_DURABLE + 1));
    int epoch = random.nextInt(Integer.MAX_VALUE);
    return new KeyDeposit(topic(), peer(), epoch, number(), wraps, bytes(64));
  }

  private Frame have() {
    List<Frame.FeedState> states = new ArrayList<>();
    for (int i = random.nextInt(Limits.MAX_FEEDS_IN_FRAME + 1); i > 0; i--) {
      long next = number();
      long first = next == 0 ? 0 : random.nextLong(next);
      long consumed = next == 0 ? 0 : random.nextLong(next);
      states.add(new Frame.FeedState(peer(), first, next, consumed, random.nextBoolean()));
    }
    return new Frame.Have(topic(), states);
  }

  private Frame forkProof() {
    Topic topic = topic();
    PeerId author = peer();
    long sequence = number();
    long other = random.nextBoolean() ? sequence : sequence + 1;
    return new Frame.ForkProof(segment(topic, author, sequence), segment(topic, author, other));
  }

  Segment segment() {
    return segment(topic(), peer(), number());
  }

  private Segment segment(Topic topic, PeerId author, long sequence) {
    SegmentHeader header =
        new SegmentHeader(
            topic,
            author,
            sequence,
            bytes(32),
            number(),
            number(),
            random.nextInt(Integer.MAX_VALUE),
            random.nextInt(Integer.MAX_VALUE),
            bytes(32));
    byte[] ciphertext = bytes(16 + random.nextInt(5_000));
    byte[] wraps = bytes(random.nextBoolean() ? 88 * random.nextInt(20) : 0);
    byte[] headerBytes = Segment.encodeHeader(header, wraps.length, ciphertext.length);
    return Segment.assemble(header, headerBytes, wraps, ciphertext, bytes(64));
  }

  OutgoingMessage message() {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      headers.put("name-" + i + text(5), text(50));
    }
    OutgoingMessage message = OutgoingMessage.of(bytes(random.nextInt(3_000))).withHeaders(headers);
    return random.nextBoolean() ? message : message.withKey("k" + text(128));
  }

  /** The plaintext of a segment: messages, or a part of a large one. */
  byte[] content() {
    if (random.nextInt(4) == 0) {
      byte[] large = bytes(SegmentContent.MAX_PART + random.nextInt(100_000));
      int offset = random.nextInt(large.length / SegmentContent.MAX_PART + 1);
      return SegmentContent.part(null, large, offset * SegmentContent.MAX_PART).toBytes();
    }
    List<byte[]> bodies = new ArrayList<>();
    for (int i = random.nextInt(50); i > 0; i--) {
      bodies.add(bytes(random.nextInt(500)));
    }
    return SegmentContent.messages(null, bodies).toBytes();
  }

  /** The same bytes with some changed, cut off, doubled or put in. */
  byte[] mutated(byte[] bytes) {
    byte[] changed = bytes.clone();
    for (int i = 1 + random.nextInt(4); i > 0 && changed.length > 0; i--) {
      int at = random.nextInt(changed.length);
      switch (random.nextInt(5)) {
        case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> changed[at] = (byte) (random.nextBoolean() ? 0xff : 0);
        case 2 -> changed = java.util.Arrays.copyOf(changed, at);
        case 3 -> changed = java.util.Arrays.copyOf(changed, changed.length + random.nextInt(64));
        default -> changed[at] = (byte) random.nextInt();
      }
    }
    return changed;
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  private long number() {
    return random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63);
  }

  private Topic topic() {
    return Topic.of(bytes(32));
  }

  private PeerId peer() {
    return PeerId.of(bytes(32));
  }

  private String text(int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i > 0; i--) {
      text.appendCodePoint(random.nextInt(4) == 0 ? 0x1F600 + random.nextInt(50) : 'a' + i % 26);
    }
    return text.toString();
  }
}
