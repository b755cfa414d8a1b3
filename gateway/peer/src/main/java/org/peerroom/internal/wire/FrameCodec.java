package org.peerroom.internal.wire;

import java.util.ArrayList;
import java.util.List;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame.Bye;
import org.peerroom.internal.wire.Frame.Deposited;
import org.peerroom.internal.wire.Frame.FeedState;
import org.peerroom.internal.wire.Frame.ForkProof;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.Frame.Have;
import org.peerroom.internal.wire.Frame.Hello;
import org.peerroom.internal.wire.Frame.KeyRequest;
import org.peerroom.internal.wire.Frame.Members;
import org.peerroom.internal.wire.Frame.Ping;
import org.peerroom.internal.wire.Frame.Pong;
import org.peerroom.internal.wire.Frame.Receipt;
import org.peerroom.internal.wire.Frame.ReceiptRequest;
import org.peerroom.internal.wire.Frame.ReceiptTaken;
import org.peerroom.internal.wire.Frame.Rekey;
import org.peerroom.internal.wire.Frame.Sealed;
import org.peerroom.internal.wire.Frame.Unwant;
import org.peerroom.internal.wire.Frame.Want;

/**
 * Frames to bytes and back. A frame is one byte of type and a body; the length before it is the
 * link's own matter.
 */
public final class FrameCodec {

  private static final int HELLO = 1;
  private static final int PING = 2;
  private static final int PONG = 3;
  private static final int BYE = 4;
  private static final int MEMBERS = 5;
  private static final int GRANT = 6;
  private static final int KEY_REQUEST = 7;
  private static final int SEALED = 8;
  private static final int HAVE = 9;
  private static final int WANT = 10;
  private static final int UNWANT = 11;
  private static final int REKEY = 12;
  private static final int DEPOSITED = 13;
  private static final int RECEIPT_REQUEST = 14;
  private static final int RECEIPT = 15;
  private static final int RECEIPT_TAKEN = 16;
  private static final int FORK_PROOF = 17;

  /** Marks a first frame as one of this protocol. */
  private static final int MAGIC = 0x5065_6572;

  private FrameCodec() {}

  /** The frame's bytes. */
  public static byte[] encode(Frame frame) {
    WireWriter out = new WireWriter(expectedSize(frame));
    if (frame instanceof Sealed f) {
      out.u8(SEALED).raw(f.segment().encoded());
    } else if (frame instanceof Hello f) {
      out.u8(HELLO).i32(MAGIC).u16(f.version()).i64(f.number());
    } else if (frame instanceof Ping f) {
      out.u8(PING).i64(f.nonce());
    } else if (frame instanceof Pong f) {
      out.u8(PONG).i64(f.nonce());
    } else if (frame instanceof Bye f) {
      out.u8(BYE).text(f.reason());
    } else if (frame instanceof Members f) {
      out.u8(MEMBERS).topic(f.topic()).varint(f.records().size());
      f.records().forEach(record -> record.write(out));
    } else if (frame instanceof Grant f) {
      writeGrant(out, f);
    } else if (frame instanceof Rekey f) {
      out.u8(REKEY).topic(f.topic()).peer(f.from()).i32(f.epoch()).i64(f.sequence());
      out.u8(f.hops()).varint(f.slots().length / Rekey.SLOT_SIZE).raw(f.slots());
    } else if (frame instanceof Deposited f) {
      f.deposit().write(out.u8(DEPOSITED));
    } else if (frame instanceof KeyRequest f) {
      out.u8(KEY_REQUEST).topic(f.topic()).peer(f.from()).peer(f.to());
      out.peer(f.author()).u8(f.hops());
    } else if (frame instanceof Have f) {
      out.u8(HAVE).topic(f.topic()).varint(f.feeds().size());
      for (FeedState s : f.feeds()) {
        out.peer(s.author()).i64(s.first()).i64(s.next()).i64(s.consumed());
        out.u8(s.direct() ? 1 : 0);
      }
    } else if (frame instanceof Want f) {
      out.u8(WANT).topic(f.topic()).peer(f.author()).i64(f.from());
    } else if (frame instanceof ForkProof f) {
      out.u8(FORK_PROOF).block(f.one().encoded()).raw(f.two().encoded());
    } else if (frame instanceof Unwant f) {
      out.u8(UNWANT).topic(f.topic()).peer(f.author());
    } else if (frame instanceof Frame.OfReceipts f) {
      writeOfReceipts(out, f);
    }
    return out.finish();
  }

  private static void writeOfReceipts(WireWriter out, Frame.OfReceipts frame) {
    int type =
        frame instanceof ReceiptRequest
            ? RECEIPT_REQUEST
            : frame instanceof Receipt ? RECEIPT : RECEIPT_TAKEN;
    out.u8(type).topic(frame.topic()).peer(frame.from()).peer(frame.to());
    if (frame instanceof ReceiptRequest f) {
      out.i64(f.next());
    } else if (frame instanceof Receipt f) {
      out.text(f.statement());
    } else if (frame instanceof ReceiptTaken f) {
      out.raw(f.digest());
    }
    out.u8(frame.hops());
  }

  private static int expectedSize(Frame frame) {
    if (frame instanceof Sealed f) {
      return 1 + f.segment().size();
    }
    if (frame instanceof Rekey f) {
      return 128 + f.slots().length;
    }
    if (frame instanceof Receipt f) {
      return 128 + f.statement().length();
    }
    if (frame instanceof ForkProof f) {
      return 8 + f.one().size() + f.two().size();
    }
    return frame instanceof Grant g ? 256 + g.sealed().length + g.encapsulation().length : 128;
  }

  private static void writeGrant(WireWriter out, Grant f) {
    out.u8(GRANT).topic(f.topic()).peer(f.from()).peer(f.to());
    out.i64(f.setup()).i32(f.generation()).i64(f.counter()).u8(f.hops());
    out.block(f.kemKey()).block(f.encapsulation()).block(f.sealed()).block(f.signature());
  }

  /**
   * Reads one frame.
   *
   * @throws WireException if the bytes are not exactly one frame within every limit
   */
  public static Frame decode(byte[] bytes) throws WireException {
    if (bytes.length > Limits.MAX_FRAME) {
      throw new WireException(
          "a frame of " + bytes.length + " bytes is over the limit of " + Limits.MAX_FRAME);
    }
    WireReader in = new WireReader(bytes);
    int type = in.u8();
    Frame frame =
        switch (type) {
          case HELLO -> readHello(in);
          case PING -> new Ping(in.i64());
          case PONG -> new Pong(in.i64());
          case BYE -> new Bye(in.text(Limits.MAX_TEXT));
          case MEMBERS -> readMembers(in);
          case GRANT -> readGrant(in);
          case REKEY -> readRekey(in);
          case DEPOSITED -> new Deposited(KeyDeposit.read(in));
          case KEY_REQUEST -> new KeyRequest(in.topic(), in.peer(), in.peer(), in.peer(), in.u8());
          case SEALED -> new Sealed(Segment.decode(in.raw(in.remaining())));
          case HAVE -> readHave(in);
          case WANT -> new Want(in.topic(), in.peer(), in.u63());
          case FORK_PROOF -> readForkProof(in);
          case UNWANT -> new Unwant(in.topic(), in.peer());
          case RECEIPT_REQUEST ->
              new ReceiptRequest(in.topic(), in.peer(), in.peer(), in.u63(), in.u8());
          case RECEIPT ->
              new Receipt(in.topic(), in.peer(), in.peer(), in.text(Limits.MAX_RECEIPT), in.u8());
          case RECEIPT_TAKEN ->
              new ReceiptTaken(
                  in.topic(), in.peer(), in.peer(), in.raw(ReceiptTaken.DIGEST_SIZE), in.u8());
          default -> throw new WireException("a frame of unknown type " + type);
        };
    in.end();
    return frame;
  }

  private static Hello readHello(WireReader in) throws WireException {
    if (in.i32() != MAGIC) {
      throw new WireException("the first frame is not of this protocol");
    }
    return new Hello(in.u16(), in.u63());
  }

  private static Members readMembers(WireReader in) throws WireException {
    Topic topic = in.topic();
    int count = in.varint(Limits.MAX_MEMBERS_IN_FRAME);
    List<MemberRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      MemberRecord record = MemberRecord.read(in);
      if (!record.topic().equals(topic)) {
        throw new WireException("a member record of another room");
      }
      records.add(record);
    }
    return new Members(topic, records);
  }

  private static Grant readGrant(WireReader in) throws WireException {
    Grant grant =
        new Grant(
            in.topic(),
            in.peer(),
            in.peer(),
            in.u63(),
            in.u31(),
            in.u63(),
            in.u8(),
            in.block(Limits.KEM_KEY_ID),
            in.block(Limits.MAX_ENCAPSULATION),
            in.block(Limits.MAX_GRANT),
            in.block(Segment.SIGNATURE_SIZE));
    boolean sets = grant.encapsulation().length > 0;
    int signature = grant.signature().length;
    if (grant.kemKey().length != (sets ? Limits.KEM_KEY_ID : 0)) {
      throw new WireException("a grant names a key exactly where it carries an encapsulation");
    }
    if (signature != 0 && (signature != Segment.SIGNATURE_SIZE || !sets)) {
      throw new WireException("a grant is signed only where it carries an encapsulation");
    }
    return grant;
  }

  private static Rekey readRekey(WireReader in) throws WireException {
    Topic topic = in.topic();
    PeerId from = in.peer();
    int epoch = in.u31();
    long sequence = in.u63();
    int hops = in.u8();
    int count = in.varint(Limits.MAX_REKEY_SLOTS);
    return new Rekey(topic, from, epoch, sequence, hops, in.raw(count * Rekey.SLOT_SIZE));
  }

  private static ForkProof readForkProof(WireReader in) throws WireException {
    Segment one = Segment.decode(in.block(Segment.MAX_SIZE));
    Segment two = Segment.decode(in.raw(in.remaining()));
    long apart = two.sequence() - one.sequence();
    if (!one.author().equals(two.author())
        || !one.header().topic().equals(two.header().topic())
        || apart < 0
        || apart > 1) {
      throw new WireException("two segments that can't contradict each other");
    }
    return new ForkProof(one, two);
  }

  private static Have readHave(WireReader in) throws WireException {
    Topic topic = in.topic();
    int count = in.varint(Limits.MAX_FEEDS_IN_FRAME);
    List<FeedState> feeds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      FeedState state = new FeedState(in.peer(), in.u63(), in.u63(), in.u63(), in.flag());
      if (state.first() > state.next() || state.consumed() > state.next()) {
        throw new WireException("a have-vector contradicts itself");
      }
      feeds.add(state);
    }
    return new Have(topic, feeds);
  }
}
