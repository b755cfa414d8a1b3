package org.peerroom.bench.sealing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.OutgoingMessage;
import org.peerroom.bench.BenchException;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.sealing.KemKeyId;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.MessageCodec;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.SegmentContent.Item;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.WireException;

/**
 * Reads as a member does, from frames to messages: decoded, the signature verified, the key found
 * and compared with its commitment, decrypted, messages decoded.
 */
final class RoomReader {

  private final Scene scene;
  private final KemKey kem;
  private final byte[] id;

  RoomReader(Scene scene) {
    this.scene = scene;
    this.kem = scene.reader(KemSuite.X25519);
    this.id = KemKeyId.of(kem.publicKey());
  }

  /** The payloads of all messages; may be called again for the same. */
  List<byte[]> open(Published published) throws CryptoException, WireException {
    List<byte[]> payloads = new ArrayList<>();
    Parts parts = new Parts();
    ChainKey granted = published.start();
    ChainKey chain = granted;
    for (int i = 0; i < published.frames().size(); i++) {
      Segment segment = received(published, i);
      byte[] hash = SegmentSealing.hash(segment);
      if (!SegmentSealing.isSigned(scene.crypto(), segment, hash)) {
        throw new CryptoException("the signature of segment " + i + " does not hold");
      }
      ChainKey step = chain == null ? unwrapped(segment) : chain;
      SegmentKey key = keyOf(segment.header(), step);
      read(SegmentSealing.open(segment, key), parts, payloads);
      key.destroy();
      if (chain != null) {
        chain = step.next();
      }
      if (step != granted) {
        step.destroy();
      }
    }
    return payloads;
  }

  /** A segment that the product would refuse for its many wraps is taken as it was made. */
  private static Segment received(Published published, int index) throws WireException {
    Segment made = published.segments().get(index);
    return made.ciphertextBegin() - Segment.HEADER_SIZE > Limits.MAX_WRAPS
        ? made
        : ((Frame.Sealed) FrameCodec.decode(published.frames().get(index))).segment();
  }

  private ChainKey unwrapped(Segment segment) throws CryptoException {
    KeyWraps wraps =
        KeyWraps.ofSegment(
            segment.header().topic(), segment.author(), segment.header().epoch(), null);
    ChainKey key = wraps.open(segment.wraps(), kem, id);
    if (key == null) {
      throw new CryptoException("no wrapped key is for the reader");
    }
    return key;
  }

  private static SegmentKey keyOf(SegmentHeader header, ChainKey step) throws CryptoException {
    SegmentKey key = SegmentSealing.keyOf(header, step);
    if (key == null) {
      throw new CryptoException("the commitment of segment " + header.sequence() + " is another");
    }
    return key;
  }

  private static void read(byte[] plaintext, Parts parts, List<byte[]> payloads)
      throws WireException {
    for (Item item : SegmentContent.read(plaintext)) {
      if (item instanceof Item.Whole whole) {
        payloads.add(MessageCodec.decode(plaintext, whole.offset(), whole.length()).payload());
      } else if (item instanceof Item.FirstPart first) {
        parts.begin(first.total());
        parts.add(plaintext, first.offset(), first.length(), payloads);
      } else if (item instanceof Item.MorePart more) {
        parts.add(plaintext, more.offset(), more.length(), payloads);
      }
    }
  }

  /** Puts large messages together. */
  private static final class Parts {
    private byte @Nullable [] body;
    private int filled;

    void begin(int total) {
      body = new byte[total];
      filled = 0;
    }

    void add(byte[] bytes, int offset, int length, List<byte[]> payloads) throws WireException {
      byte[] whole = body;
      if (whole == null || length > whole.length - filled) {
        throw new WireException("a part of a message belongs to none");
      }
      System.arraycopy(bytes, offset, whole, filled, length);
      filled += length;
      if (filled == whole.length) {
        payloads.add(MessageCodec.decode(whole, 0, whole.length).payload());
        body = null;
      }
    }
  }

  /** Whether exactly these were read, in this order. */
  void verify(List<OutgoingMessage> sent, Published published) {
    List<byte[]> read;
    try {
      read = open(published);
    } catch (CryptoException | WireException e) {
      throw new BenchException("what was sealed does not open: " + e.getMessage(), e);
    }
    boolean same = read.size() == sent.size();
    for (int i = 0; same && i < sent.size(); i++) {
      same = Arrays.equals(read.get(i), sent.get(i).payload());
    }
    if (!same) {
      throw new BenchException(
          "what was opened is not what was sealed: "
              + sent.size()
              + " messages of "
              + sent.get(0).payload().length
              + " bytes; the figures of this run are worth nothing");
    }
  }

  /** The largest room that seals for each recipient. */
  static boolean refused(int members) {
    return members > Limits.MAX_RECIPIENTS;
  }
}
