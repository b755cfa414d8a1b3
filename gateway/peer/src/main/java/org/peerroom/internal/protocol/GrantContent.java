package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.WireException;
import org.peerroom.internal.wire.WireReader;
import org.peerroom.internal.wire.WireWriter;

/**
 * What is sealed in a grant: sender keys, and what two members must know of each other before they
 * exchange any. Nobody but the one member that it is sealed for sees who vouches for the sender, or
 * which policy the room has.
 *
 * <p>Not a record: it holds keys.
 */
final class GrantContent {

  private static final int INTRODUCTION = 1;
  private static final int CHAIN = 2;
  private static final int CHAIN_OF = 3;
  private static final int REVOCATION = 4;
  private static final int KEYS = 5;

  /** Honest members pass on the keys of one author at a time. */
  private static final int MAX_OTHERS = 8;

  private @Nullable PolicyStatement policy;
  private boolean knowsReceiver;
  private byte @Nullable [] chain;
  private final Map<PeerId, byte[]> chainsOfOthers = new LinkedHashMap<>();
  private final List<byte[]> revocations = new ArrayList<>();
  private final List<KeyEntry> keys = new ArrayList<>();

  /**
   * The sender shows the policy that it applies.
   *
   * @param knows whether it has been introduced to the receiver already
   */
  GrantContent introduce(PolicyStatement value, boolean knows) {
    policy = value;
    knowsReceiver = knows;
    return this;
  }

  /**
   * Who vouches for the sender, as {@code SignatureChain} encodes it; null for an anonymous one.
   */
  GrantContent chain(byte @Nullable [] value) {
    chain = value;
    return this;
  }

  /** Who vouches for an author whose keys are passed on. */
  GrantContent chainOf(PeerId author, byte[] value) {
    chainsOfOthers.put(author, value);
    return this;
  }

  GrantContent revocation(byte[] value) {
    revocations.add(value);
    return this;
  }

  GrantContent keys(List<KeyEntry> entries) {
    keys.addAll(entries);
    return this;
  }

  /** The policy that the sender applies; null where it does not introduce itself. */
  @Nullable PolicyStatement policy() {
    return policy;
  }

  /** Whether the sender says that the receiver has been introduced to it. */
  boolean knowsReceiver() {
    return knowsReceiver;
  }

  byte @Nullable [] chain() {
    return chain;
  }

  Map<PeerId, byte[]> chainsOfOthers() {
    return chainsOfOthers;
  }

  List<byte[]> revocations() {
    return revocations;
  }

  List<KeyEntry> keys() {
    return keys;
  }

  /** Wipes the keys that nobody has taken. */
  void destroyKeys() {
    keys.forEach(entry -> entry.key.destroy());
  }

  /** The plaintext of a grant; the caller wipes it. */
  byte[] encode() {
    byte[] entries = KeyEntry.encode(keys);
    WireWriter out = new WireWriter(256 + entries.length);
    if (policy != null) {
      WireWriter statement = new WireWriter(64);
      policy.write(statement);
      out.u8(INTRODUCTION).u8(knowsReceiver ? 1 : 0).block(statement.toBytes());
    }
    if (chain != null) {
      out.u8(CHAIN).block(chain);
    }
    chainsOfOthers.forEach((author, value) -> out.u8(CHAIN_OF).peer(author).block(value));
    revocations.forEach(value -> out.u8(REVOCATION).block(value));
    if (entries.length > 0) {
      // The array must not grow once it holds keys: what it leaves behind is not wiped.
      out.reserve(8 + entries.length).u8(KEYS).block(entries);
    }
    byte[] bytes = out.toBytes();
    Arrays.fill(entries, (byte) 0);
    Arrays.fill(out.array(), (byte) 0);
    return bytes;
  }

  static GrantContent decode(byte[] plaintext) throws WireException {
    GrantContent content = new GrantContent();
    WireReader in = new WireReader(plaintext);
    while (in.remaining() > 0) {
      int kind = in.u8();
      switch (kind) {
        case INTRODUCTION -> {
          boolean knows = in.flag();
          WireReader statement = new WireReader(in.block(PolicyStatement.MAX_SIZE));
          content.introduce(PolicyStatement.read(statement), knows);
          statement.end();
        }
        case CHAIN -> content.chain(in.block(Limits.MAX_CHAIN));
        case CHAIN_OF -> content.readChainOf(in);
        case REVOCATION -> content.revocation(in.block(Limits.MAX_REVOCATION));
        case KEYS -> content.readKeys(in.block(Limits.MAX_GRANT));
        default -> throw new WireException("a grant holds something of unknown kind " + kind);
      }
    }
    return content;
  }

  private void readChainOf(WireReader in) throws WireException {
    chainOf(in.peer(), in.block(Limits.MAX_CHAIN));
    if (chainsOfOthers.size() > MAX_OTHERS) {
      throw new WireException("a grant vouches for too many others");
    }
  }

  private void readKeys(byte[] entries) throws WireException {
    try {
      keys.addAll(KeyEntry.decode(entries));
    } finally {
      Arrays.fill(entries, (byte) 0);
    }
  }
}
