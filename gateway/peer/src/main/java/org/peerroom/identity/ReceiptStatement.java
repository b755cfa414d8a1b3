package org.peerroom.identity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.crypto.SigningKey;

/**
 * What a member states about segments of an author's feed: that its replica held them, or that
 * messages in them were processed. A compact JWS (RFC 7515) by the member's throw-away key.
 *
 * <p>Guarantees the canonical form and every bound. Does not guarantee that it is signed by whom it
 * names, see {@link #isSigned()}, nor that what it states is true, nor who the signer is: its chain
 * of certificates says that. The time is the signer's own word. The hash is that of the last
 * segment; a segment names the hash of the one before it, so it stands for all from the first on.
 * Any thread may read.
 */
public final class ReceiptStatement {

  /** The {@code typ} of its JWS header. */
  public static final String TYPE = "peerroom-receipt+jwt";

  /** How long the text may be, in characters. */
  public static final int MAX_LENGTH = 4 * 1024;

  /** How many messages one statement names at most. */
  public static final int MAX_MESSAGES = 64;

  /** The highest number of a segment that a statement can speak of. */
  public static final long MAX_SEQUENCE = Claims.MAX_NUMBER;

  private static final Set<String> HELD_MEMBERS =
      Set.of("iss", "iat", "topic", "author", "kind", "first", "last", "hash");
  private static final Set<String> PROCESSED_MEMBERS =
      Set.of("iss", "iat", "topic", "author", "kind", "first", "last", "hash", "messages");
  private static final Pattern PLACE = Pattern.compile("(0|[1-9]\\d{0,15})/(0|[1-9]\\d{0,3})");
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /** What is stated. */
  public enum Kind {
    /** The signer's replica held the segments; in a persistent room they were synced to disk. */
    HELD,
    /** A subscription of the signer has acknowledged the messages. */
    PROCESSED;

    private String claim() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Where a message begins in its author's feed.
   *
   * @param sequence the number of the segment
   * @param index the number of the message in it
   */
  public record Place(long sequence, int index) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int bySequence = Long.compare(sequence, other.sequence);
      return bySequence == 0 ? Integer.compare(index, other.index) : bySequence;
    }

    @Override
    public String toString() {
      return sequence + "/" + index;
    }
  }

  /** How a signature is verified. */
  @FunctionalInterface
  public interface SignatureCheck {
    /** Whether this is the signature over the message by the key. */
    boolean verify(byte[] publicKey, byte[] message, byte[] signature);
  }

  /**
   * What is to be stated.
   *
   * @param signer the key that signs
   * @param topic the room's topic, 64 hexadecimal digits
   * @param author whose feed
   * @param kind what about it
   * @param first the first segment that this is about
   * @param last the last one
   * @param hash that of the last one, 32 bytes
   * @param messages for {@link Kind#PROCESSED} at most {@link #MAX_MESSAGES} of them, rising; else
   *     none
   * @param at when, in whole seconds
   */
  @SuppressWarnings("ArrayRecordComponent") // a public hash, compared nowhere
  public record Draft(
      VerificationKey signer,
      String topic,
      VerificationKey author,
      Kind kind,
      long first,
      long last,
      byte[] hash,
      List<Place> messages,
      Instant at) {

    private ObjectNode toJson() {
      ObjectNode json = Claims.JSON.createObjectNode();
      json.put("iss", signer.hex());
      json.put("iat", at.getEpochSecond());
      json.put("topic", topic);
      json.put("author", author.hex());
      json.put("kind", kind.claim());
      json.put("first", first);
      json.put("last", last);
      json.put("hash", HexFormat.of().formatHex(hash));
      if (kind == Kind.PROCESSED) {
        ArrayNode places = json.putArray("messages");
        messages.forEach(place -> places.add(place.toString()));
      }
      return json;
    }
  }

  private final CompactJws jws;
  private final VerificationKey signer;
  private final long issuedAt;
  private final String topic;
  private final VerificationKey author;
  private final Kind kind;
  private final long first;
  private final long last;
  private final String hash;
  private final List<Place> messages;

  private ReceiptStatement(CompactJws jws, Claims claims) throws RefusedException {
    this.jws = jws;
    this.kind = kind(claims);
    this.signer = claims.only(kind == Kind.HELD ? HELD_MEMBERS : PROCESSED_MEMBERS).key("iss");
    this.issuedAt = claims.seconds("iat");
    this.topic = hex(claims, "topic");
    this.author = claims.key("author");
    this.first = claims.number("first");
    this.last = claims.number("last");
    this.hash = hex(claims, "hash");
    if (first > last) {
      throw claims.malformed("ends before it begins");
    }
    this.messages = kind == Kind.HELD ? List.of() : places(claims, first, last);
  }

  private static Kind kind(Claims claims) throws RefusedException {
    String text = claims.text("kind");
    for (Kind kind : Kind.values()) {
      if (kind.claim().equals(text)) {
        return kind;
      }
    }
    throw claims.malformed("has a 'kind' that is neither held nor processed");
  }

  private static String hex(Claims claims, String name) throws RefusedException {
    String text = claims.text(name);
    if (!HEX.matcher(text).matches()) {
      throw claims.malformed("has a '" + name + "' that is not 64 lower-case hexadecimal digits");
    }
    return text;
  }

  private static List<Place> places(Claims claims, long first, long last) throws RefusedException {
    List<Place> places = new ArrayList<>();
    Place before = null;
    for (String text : claims.texts("messages")) {
      var match = PLACE.matcher(text);
      if (!match.matches()) {
        throw claims.malformed("has a message that is not SEQUENCE/INDEX");
      }
      Place place = new Place(Long.parseLong(match.group(1)), Integer.parseInt(match.group(2)));
      if (place.sequence() < first || place.sequence() > last) {
        throw claims.malformed("has a message outside of its segments");
      }
      if (before != null && before.compareTo(place) >= 0) {
        throw claims.malformed("has messages that are not in order");
      }
      places.add(place);
      before = place;
    }
    if (places.isEmpty() || places.size() > MAX_MESSAGES) {
      throw claims.malformed("names no message, or more than " + MAX_MESSAGES);
    }
    return List.copyOf(places);
  }

  /**
   * Reads one; does not verify its signature.
   *
   * @throws RefusedException if it is not exactly that
   */
  public static ReceiptStatement parse(String text) throws RefusedException {
    if (text.length() > MAX_LENGTH) {
      throw new RefusedException(
          0,
          Reason.TOO_LARGE,
          "a receipt has at most " + MAX_LENGTH + " characters, not " + text.length());
    }
    CompactJws jws = CompactJws.parse(text, 0, "a receipt", Set.of(TYPE));
    return new ReceiptStatement(jws, jws.claims(0, "the receipt"));
  }

  /**
   * Signs one.
   *
   * @param signing gives the signer's Ed25519 signature (RFC 8032) over what it is given
   * @throws IllegalArgumentException if something is out of bounds
   */
  public static ReceiptStatement sign(Draft draft, UnaryOperator<byte[]> signing) {
    CompactJws jws = CompactJws.sign(TYPE, draft.toJson(), new Signing(draft.signer(), signing));
    try {
      return parse(jws.text());
    } catch (RefusedException e) {
      throw new IllegalArgumentException(
          "no such receipt can be made: " + e.refusal().message(), e);
    }
  }

  /** Whether it is signed by the key that it names, by the provider of this process. */
  public boolean isSigned() {
    PublicKeyCrypto crypto = SharedCrypto.get();
    return isSigned(crypto::verify);
  }

  /** Whether it is signed by the key that it names. */
  public boolean isSigned(SignatureCheck check) {
    return check.verify(signer.bytes(), jws.signingInput(), jws.signature());
  }

  /**
   * Whether it is about the room with this name and secret. Takes long where there is a secret.
   *
   * @param secret null for none; the caller wipes its own
   */
  public boolean isOfRoom(String room, char @Nullable [] secret) {
    RoomKeys keys = RoomKeys.derive(room, secret);
    try {
      return HexFormat.of().formatHex(keys.topic()).equals(topic);
    } finally {
      keys.destroy();
    }
  }

  /** The key that signed it, as it says. */
  public VerificationKey signer() {
    return signer;
  }

  /** When it was signed, by the signer's clock; in whole seconds. */
  public Instant at() {
    return Instant.ofEpochSecond(issuedAt);
  }

  /** The room's topic, 64 hexadecimal digits. */
  public String topic() {
    return topic;
  }

  /** Whose feed it is about. */
  public VerificationKey author() {
    return author;
  }

  /** What it states. */
  public Kind kind() {
    return kind;
  }

  /** The first segment it is about. */
  public long first() {
    return first;
  }

  /** The last segment it is about. */
  public long last() {
    return last;
  }

  /** The hash of the last segment, 64 hexadecimal digits. */
  public String hash() {
    return hash;
  }

  /** The messages that were processed, rising; none for {@link Kind#HELD}. */
  public List<Place> messages() {
    return messages;
  }

  /** The compact JWS. */
  public String text() {
    return jws.text();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReceiptStatement statement && text().equals(statement.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  /** One line for people. */
  @Override
  public String toString() {
    return "ReceiptStatement["
        + kind.claim()
        + " "
        + author.shortHex()
        + "/"
        + first
        + ".."
        + last
        + " by "
        + signer.shortHex()
        + "]";
  }

  /** The key itself stays with whoever signs. */
  private record Signing(VerificationKey key, UnaryOperator<byte[]> signing) implements SigningKey {

    @Override
    public byte[] publicKey() {
      return key.bytes();
    }

    @Override
    public byte[] sign(byte[] message) {
      return signing.apply(message);
    }

    @Override
    public void destroy() {
      // nothing of it is here
    }
  }
}
