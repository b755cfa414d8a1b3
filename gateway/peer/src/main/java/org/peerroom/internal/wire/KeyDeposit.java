package org.peerroom.internal.wire;

import org.peerroom.PeerId;

/**
 * A sender key of one author, sealed to the long-term key of each durable recipient of the room and
 * kept beside the feed by every replica, for as long as it opens anything there.
 *
 * @param topic the room
 * @param author whose sender key; who signs
 * @param epoch which one
 * @param sequence the first segment that is sealed with it, at its first step
 * @param wraps for each durable recipient the key, sealed to it
 * @param signature 64 bytes by {@code author} over {@link #signedBytes()}
 */
@SuppressWarnings("ArrayRecordComponent") // public values, compared nowhere
public record KeyDeposit(
    Topic topic, PeerId author, int epoch, long sequence, byte[] wraps, byte[] signature) {

  /** The largest size of the wraps in bytes: 1,176 for each recipient. */
  public static final int MAX_WRAPS = Limits.MAX_DURABLE * 1_176;

  /** What the signature covers, to be hashed under a label of its own. */
  public byte[] signedBytes() {
    WireWriter out = new WireWriter(96 + wraps.length);
    writeBody(out);
    return out.toBytes();
  }

  /** How many bytes it takes encoded, about. */
  public int size() {
    return 160 + wraps.length;
  }

  /** The deposit's bytes. */
  public byte[] encoded() {
    WireWriter out = new WireWriter(size());
    write(out);
    return out.toBytes();
  }

  /**
   * Reads what {@link #encoded} wrote.
   *
   * @throws WireException if it is not exactly that
   */
  public static KeyDeposit decode(byte[] encoded) throws WireException {
    WireReader in = new WireReader(encoded);
    KeyDeposit deposit = read(in);
    in.end();
    return deposit;
  }

  void write(WireWriter out) {
    writeBody(out);
    out.raw(signature);
  }

  private void writeBody(WireWriter out) {
    out.topic(topic).peer(author).i32(epoch).i64(sequence).block(wraps);
  }

  static KeyDeposit read(WireReader in) throws WireException {
    return new KeyDeposit(
        in.topic(), in.peer(), in.u31(), in.u63(), in.block(MAX_WRAPS), in.raw(64));
  }
}
