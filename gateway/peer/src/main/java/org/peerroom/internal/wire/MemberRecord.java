package org.peerroom.internal.wire;

import java.util.ArrayList;
import java.util.List;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;

/**
 * What a member tells the others of itself: signed by itself, newer ones replace older ones, and it
 * expires.
 *
 * @param topic the room
 * @param peer whose record
 * @param sequence higher is newer
 * @param expiresMillis when it is void, milliseconds since 1970
 * @param left whether the peer says that it has left
 * @param suite code of the key encapsulation suite
 * @param kemKey public key to seal grants to
 * @param addresses where it can be dialled; empty if it only dials
 * @param signature 64 bytes over {@link #signedBytes()}
 */
@SuppressWarnings("ArrayRecordComponent") // public values, compared nowhere
public record MemberRecord(
    Topic topic,
    PeerId peer,
    long sequence,
    long expiresMillis,
    boolean left,
    int suite,
    byte[] kemKey,
    List<PeerAddress> addresses,
    byte[] signature) {

  /** Copies the list. */
  public MemberRecord {
    addresses = List.copyOf(addresses);
  }

  /** What the signature covers, to be hashed under a label of its own. */
  public byte[] signedBytes() {
    WireWriter out = new WireWriter(128 + kemKey.length);
    writeBody(out);
    return out.toBytes();
  }

  void write(WireWriter out) {
    writeBody(out);
    out.raw(signature);
  }

  private void writeBody(WireWriter out) {
    out.topic(topic).peer(peer).i64(sequence).i64(expiresMillis);
    out.u8(left ? 1 : 0).u8(suite).block(kemKey).u8(addresses.size());
    for (PeerAddress address : addresses) {
      out.text(address.host()).u16(address.port());
    }
  }

  static MemberRecord read(WireReader in) throws WireException {
    Topic topic = in.topic();
    PeerId peer = in.peer();
    long sequence = in.u63();
    long expires = in.u63();
    boolean left = in.flag();
    int suite = in.u8();
    byte[] kemKey = in.block(Limits.MAX_KEM_KEY);
    int count = in.u8();
    if (count > Limits.MAX_ADDRESSES) {
      throw new WireException("a member record has " + count + " addresses");
    }
    List<PeerAddress> addresses = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      try {
        addresses.add(PeerAddress.of(in.text(255), in.u16()));
      } catch (IllegalArgumentException e) {
        throw new WireException("a member record has an address that is none");
      }
    }
    return new MemberRecord(
        topic, peer, sequence, expires, left, suite, kemKey, addresses, in.raw(64));
  }
}
