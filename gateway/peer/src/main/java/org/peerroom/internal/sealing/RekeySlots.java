package org.peerroom.internal.sealing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireWriter;

/**
 * A new sender key for many members at once: 58 bytes and less than a microsecond for each, since
 * each has a pairwise key with the author already.
 */
public final class RekeySlots {

  /** How much of a member's id stands before its slot. */
  public static final int ID_SIZE = 8;

  private static final int SEALED_OFFSET = ID_SIZE + 2;
  private static final int SLOT_SIZE = Frame.Rekey.SLOT_SIZE;

  private RekeySlots() {}

  /**
   * Seals the first step of a sender key for each of these members.
   *
   * @return one slot for each, in the same order
   */
  public static byte[] seal(
      Topic topic,
      PeerId from,
      int epoch,
      long sequence,
      ChainKey senderKey,
      Collection<PairwiseSender> members) {
    byte[] slots = new byte[members.size() * SLOT_SIZE];
    byte[] context = context(topic, from, epoch, sequence);
    byte[] plaintext = senderKey.exposeForGrant();
    int at = 0;
    for (PairwiseSender member : members) {
      member.sealRekey(epoch, context, plaintext, slots, at);
      at += SLOT_SIZE;
    }
    Arrays.fill(plaintext, (byte) 0);
    return slots;
  }

  static byte[] context(Topic topic, PeerId from, int epoch, long sequence) {
    byte[] place = new WireWriter(12).i32(epoch).i64(sequence).finish();
    return Digests.sha256(Labels.REKEY, topic.bytes(), from.bytes(), place);
  }

  /** Where the slot of this member begins; -1 if there is none. */
  public static int find(byte[] slots, PeerId member) {
    byte[] id = member.bytes();
    for (int at = 0; at + SLOT_SIZE <= slots.length; at += SLOT_SIZE) {
      if (Arrays.equals(slots, at, at + ID_SIZE, id, 0, ID_SIZE)) {
        return at;
      }
    }
    return -1;
  }

  /** What slots for this member begin with. */
  public static long idOf(PeerId member) {
    return ByteBuffer.wrap(member.bytes()).getLong();
  }

  /** For whom the slot at this place is. */
  public static long idAt(byte[] slots, int at) {
    return ByteBuffer.wrap(slots).getLong(at);
  }

  /** The generation that the slot at this place says, of which it has only the low 16 bits. */
  static int generation(byte[] slots, int at) {
    return ((slots[at + ID_SIZE] & 0xff) << 8) | (slots[at + ID_SIZE + 1] & 0xff);
  }

  static int sealedAt(int slot) {
    return slot + SEALED_OFFSET;
  }

  /** The slots, cut into parts that fit into a frame each; none if there are none. */
  public static List<byte[]> parts(byte[] slots) {
    int most = Limits.MAX_REKEY_SLOTS * SLOT_SIZE;
    List<byte[]> parts = new ArrayList<>();
    for (int at = 0; at < slots.length; at += most) {
      parts.add(Arrays.copyOfRange(slots, at, Math.min(slots.length, at + most)));
    }
    return parts;
  }
}
