package org.peerroom.internal.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.peerroom.Admission;
import org.peerroom.History;
import org.peerroom.RoomPolicy;
import org.peerroom.SealingSuite;
import org.peerroom.identity.DurableRecipient;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.wire.WireException;
import org.peerroom.internal.wire.WireReader;
import org.peerroom.internal.wire.WireWriter;

/**
 * The part of a room's policy that all members must have alike, as they show it to each other. How
 * many bytes a replica keeps is not in it: that is each peer's own matter.
 *
 * @param retentionMillis 0 to 2^63-1
 */
record PolicyStatement(
    Admission admission,
    History history,
    long retentionMillis,
    int maxMessageSize,
    SealingSuite suite,
    List<Recipient> durable) {

  /** The largest statement in bytes. */
  static final int MAX_SIZE = 24 * 1024;

  private static final int OPEN = 0;
  private static final int CERTIFIED = 1;
  private static final int MAX_ATTRIBUTE_BYTES = 3 * Admission.Certified.MAX_TEXT;

  static PolicyStatement of(RoomPolicy policy) {
    return new PolicyStatement(
        policy.admission(),
        policy.history(),
        policy.retention().toMillis(),
        policy.maxMessageSize(),
        policy.suite(),
        policy.durable().stream().map(Recipient::of).toList());
  }

  void write(WireWriter out) {
    out.u8(suite.code())
        .u8(history == History.RETAINED ? 1 : 0)
        .i64(retentionMillis)
        .i32(maxMessageSize);
    writeAdmission(out);
    out.varint(durable.size());
    durable.forEach(recipient -> recipient.write(out));
  }

  private void writeAdmission(WireWriter out) {
    if (!(admission instanceof Admission.Certified certified)) {
      out.u8(OPEN);
      return;
    }
    out.u8(CERTIFIED).varint(certified.authorities().size());
    certified.authorities().forEach(key -> out.raw(key.bytes()));
    out.varint(certified.attributes().size());
    certified
        .attributes()
        .forEach(
            (name, values) -> {
              out.text(name).varint(values.size());
              values.forEach(out::text);
            });
  }

  static PolicyStatement read(WireReader in) throws WireException {
    SealingSuite suite = suite(in.u8());
    History history = in.flag() ? History.RETAINED : History.NONE;
    long retention = in.u63();
    int maxMessageSize = in.u31();
    Admission admission = readAdmission(in);
    return new PolicyStatement(
        admission, history, retention, maxMessageSize, suite, readDurable(in));
  }

  private static List<Recipient> readDurable(WireReader in) throws WireException {
    int count = in.varint(RoomPolicy.MAX_DURABLE);
    List<Recipient> durable = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Recipient recipient = Recipient.read(in);
      if (i > 0 && recipient.key.compareTo(durable.get(i - 1).key) <= 0) {
        throw new WireException("the durable recipients of a policy do not ascend");
      }
      durable.add(recipient);
    }
    return List.copyOf(durable);
  }

  private static SealingSuite suite(int code) throws WireException {
    for (SealingSuite suite : SealingSuite.values()) {
      if (suite.code() == code) {
        return suite;
      }
    }
    throw new WireException("a policy has an unknown suite " + code);
  }

  private static Admission readAdmission(WireReader in) throws WireException {
    int kind = in.u8();
    if (kind == OPEN) {
      return Admission.open();
    } else if (kind != CERTIFIED) {
      throw new WireException("a policy admits in an unknown way " + kind);
    }
    Set<VerificationKey> authorities = new LinkedHashSet<>();
    int count = in.varint(Admission.Certified.MAX_AUTHORITIES);
    for (int i = 0; i < count; i++) {
      authorities.add(VerificationKey.of(in.raw(32)));
    }
    Map<String, Set<String>> attributes = new LinkedHashMap<>();
    int names = in.varint(Admission.Certified.MAX_ATTRIBUTES);
    for (int i = 0; i < names; i++) {
      String name = in.text(MAX_ATTRIBUTE_BYTES);
      int some = in.varint(Admission.Certified.MAX_TEXT);
      Set<String> values = new LinkedHashSet<>();
      for (int j = 0; j < some; j++) {
        values.add(in.text(MAX_ATTRIBUTE_BYTES));
      }
      attributes.put(name, values);
    }
    try {
      return new Admission.Certified(authorities, attributes);
    } catch (IllegalArgumentException e) {
      throw new WireException("a policy that can't be: " + e.getMessage());
    }
  }

  /** What differs, for people; null if nothing does. */
  @Nullable String differenceTo(PolicyStatement theirs) {
    List<String> differences = new ArrayList<>();
    differ(differences, "admission", admission, theirs.admission);
    differ(differences, "suite", suite, theirs.suite);
    differ(differences, "history", name(history), name(theirs.history));
    differ(differences, "retention", written(retentionMillis), written(theirs.retentionMillis));
    differ(differences, "largest message", maxMessageSize, theirs.maxMessageSize);
    if (!durable.equals(theirs.durable)) {
      differences.add(
          "durable recipients are "
              + Recipient.written(durable, List.of())
              + " here and "
              + Recipient.written(theirs.durable, durable)
              + " there");
    }
    return differences.isEmpty() ? null : String.join("; ", differences);
  }

  private static void differ(List<String> differences, String what, Object here, Object there) {
    if (!here.equals(there)) {
      differences.add(what + " is " + here + " here and " + there + " there");
    }
  }

  private static String name(History history) {
    return history.name().toLowerCase(Locale.ROOT);
  }

  private static String written(long millis) {
    Duration retention = Duration.ofMillis(millis);
    if (retention.isZero()) {
      return "none, live only";
    }
    return retention.equals(RoomPolicy.UNLIMITED) ? "unlimited" : retention.toString();
  }

  /**
   * A durable recipient, by its keys alone.
   *
   * @param kemDigest of the key that is sealed to: 64 hexadecimal digits
   * @param name what this peer calls it, for people; empty where another peer named it. Two that
   *     differ in nothing else are the same
   */
  record Recipient(VerificationKey key, String kemDigest, String name) {

    private static final String LABEL = Digests.LABEL_PREFIX + "recipient";
    private static final HexFormat HEX = HexFormat.of();
    private static final int DIGEST_SIZE = 32;

    static Recipient of(DurableRecipient recipient) {
      byte[] digest = Digests.sha256(LABEL, recipient.kemKey());
      return new Recipient(recipient.key(), HEX.formatHex(digest), recipient.name());
    }

    void write(WireWriter out) {
      out.raw(key.bytes()).raw(HEX.parseHex(kemDigest));
    }

    static Recipient read(WireReader in) throws WireException {
      VerificationKey key = VerificationKey.of(in.raw(VerificationKey.SIZE));
      return new Recipient(key, HEX.formatHex(in.raw(DIGEST_SIZE)), "");
    }

    /** For people; with the other side's, those that only the key to seal to tells apart say so. */
    static String written(List<Recipient> some, List<Recipient> others) {
      return some.isEmpty()
          ? "none"
          : some.stream().map(one -> one.written(others)).collect(Collectors.joining(", "));
    }

    private String written(List<Recipient> others) {
      boolean otherKem =
          others.stream().anyMatch(other -> other.key.equals(key) && !other.equals(this));
      return (name.isEmpty() ? "" : name + " ")
          + key.shortHex()
          + (otherKem ? " with another key to seal to" : "");
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Recipient recipient
          && key.equals(recipient.key)
          && kemDigest.equals(recipient.kemDigest);
    }

    @Override
    public int hashCode() {
      return Objects.hash(key, kemDigest);
    }
  }
}
