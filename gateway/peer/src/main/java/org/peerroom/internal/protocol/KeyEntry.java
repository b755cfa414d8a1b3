package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.wire.WireException;
import org.peerroom.internal.wire.WireReader;
import org.peerroom.internal.wire.WireWriter;

/**
 * A sender key as it is granted: the chain key of one step of one epoch of one feed. A secret: not
 * a record.
 */
final class KeyEntry {

  /** The size of one entry in bytes. */
  static final int SIZE = PeerId.SIZE + 4 + 4 + 8 + 32;

  final PeerId author;
  final int epoch;
  final int step;

  /** The sequence number of the segment that is sealed with this very step. */
  final long sequence;

  final ChainKey key;

  KeyEntry(PeerId author, int epoch, int step, long sequence, ChainKey key) {
    this.author = author;
    this.epoch = epoch;
    this.step = step;
    this.sequence = sequence;
    this.key = key;
  }

  /** The plaintext of a grant; the caller wipes it. */
  static byte[] encode(List<KeyEntry> entries) {
    WireWriter out = new WireWriter(SIZE * entries.size());
    for (KeyEntry e : entries) {
      byte[] chain = e.key.exposeForGrant();
      out.peer(e.author).i32(e.epoch).i32(e.step).i64(e.sequence).raw(chain);
      Arrays.fill(chain, (byte) 0);
    }
    byte[] bytes = out.toBytes();
    Arrays.fill(out.array(), (byte) 0);
    return bytes;
  }

  static List<KeyEntry> decode(byte[] plaintext) throws WireException {
    WireReader in = new WireReader(plaintext);
    List<KeyEntry> entries = new ArrayList<>();
    while (in.remaining() > 0) {
      PeerId author = PeerId.of(in.raw(PeerId.SIZE));
      int epoch = in.u31();
      int step = in.u31();
      long sequence = in.u63();
      byte[] chain = in.raw(32);
      entries.add(new KeyEntry(author, epoch, step, sequence, ChainKey.of(chain)));
      Arrays.fill(chain, (byte) 0);
    }
    return entries;
  }
}
