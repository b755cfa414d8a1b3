package org.peerroom.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.SigningKey;

/**
 * An identity that what is sent in a room is sealed to while it is away, and the public key that it
 * is sealed to: X-Wing (draft-connolly-cfrg-xwing-kem), as the identity itself states in a compact
 * JWS (RFC 7515).
 *
 * <p>Guarantees that whoever made the statement held the identity's private key at some time, and
 * that the key can be sealed to. Does not guarantee that the name is true, that anybody vouches for
 * the identity, nor that it can open what is sealed to it: a wrong statement harms the one who
 * signed it. It does not end; whoever drops a recipient drops the statement. Equal are those with
 * the same keys, whatever the name and the time. Any thread may read.
 */
public final class DurableRecipient {

  /** The {@code typ} of its JWS header. */
  public static final String TYPE = "peerroom-recipient+jwt";

  /** The size of the key that is sealed to, in bytes. */
  public static final int KEM_KEY_SIZE = 1216;

  private static final int MAX_FILE = 1 << 20;
  private static final Set<String> KNOWN = Set.of("iss", "sub", "iat", "kem");
  private static final byte[] NO_INFO = {};

  private final String text;
  private final String name;
  private final VerificationKey key;
  private final long issuedAt;
  private final byte[] kemKey;

  private DurableRecipient(
      String text, String name, VerificationKey key, long issuedAt, byte[] kemKey) {
    this.text = text;
    this.name = name;
    this.key = key;
    this.issuedAt = issuedAt;
    this.kemKey = kemKey;
  }

  /**
   * Reads a compact JWS, verifies its signature and seals to the key once, to see that this can be
   * done; takes some tenths of a millisecond.
   *
   * @throws RefusedException if it is not such a statement, not signed by the identity that it
   *     names, or the key can't be sealed to
   */
  public static DurableRecipient parse(String text) throws RefusedException {
    CompactJws jws = CompactJws.parse(text, 0, "a statement of a recipient", Set.of(TYPE));
    Claims claims = jws.claims(0, "the statement of a recipient").only(KNOWN);
    VerificationKey key = claims.key("iss");
    String name = claims.plain("sub", Texts.MAX_NAME);
    long issuedAt = claims.seconds("iat");
    byte[] kemKey = kemKey(claims);
    if (!jws.isSignedBy(key)) {
      throw claims.refused(Reason.BAD_SIGNATURE, "is not signed by the key that it names");
    }
    requireUsable(kemKey, claims);
    return new DurableRecipient(text, name, key, issuedAt, kemKey);
  }

  /**
   * Reads several, one a line; blank lines and lines that begin with {@code #} are passed over.
   *
   * @return at least one, no key twice, in the order of the lines
   * @throws RefusedException if there is none, or with the number of the line that is wrong
   */
  public static List<DurableRecipient> parseAll(String text) throws RefusedException {
    Map<VerificationKey, DurableRecipient> recipients = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.lines().map(String::strip).toList()) {
      number++;
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      DurableRecipient recipient = parseLine(line, number);
      if (recipients.putIfAbsent(recipient.key, recipient) != null) {
        throw new RefusedException(
            0,
            Reason.MALFORMED,
            "line "
                + number
                + ": the recipient "
                + recipient.name
                + " is there twice, by the key "
                + recipient.key.shortHex());
      }
    }
    if (recipients.isEmpty()) {
      throw new RefusedException(0, Reason.MALFORMED, "it names no recipient");
    }
    return List.copyOf(recipients.values());
  }

  private static DurableRecipient parseLine(String line, int number) throws RefusedException {
    try {
      return parse(line);
    } catch (RefusedException e) {
      Refusal refusal = e.refusal();
      throw new RefusedException(0, refusal.reason(), "line " + number + ": " + refusal.message());
    }
  }

  /**
   * Reads a file with several, as {@link #parseAll} does. Blocks on the disk.
   *
   * @throws IdentityException with one line that names the file, and the line that is wrong
   */
  public static List<DurableRecipient> load(Path file) {
    String text = SmallFiles.readText(file, MAX_FILE, "the list of durable recipients");
    try {
      return parseAll(text);
    } catch (RefusedException e) {
      throw new IdentityException(file + ": " + e.refusal(), e);
    }
  }

  private static byte[] kemKey(Claims claims) throws RefusedException {
    byte[] kemKey = CanonicalBase64.decode(claims.text("kem"));
    if (kemKey == null) {
      throw claims.malformed("has a 'kem' that is not canonical base64url without padding");
    }
    if (kemKey.length != KEM_KEY_SIZE) {
      throw claims.malformed(
          "has a 'kem' of " + kemKey.length + " bytes; an X-Wing key has " + KEM_KEY_SIZE);
    }
    return kemKey;
  }

  /**
   * That ML-KEM's part is reduced (FIPS 203, section 7.2) and that of X25519 no point of small
   * order is what sealing checks itself. Found here, it can still be told to the one who names the
   * recipient.
   */
  private static void requireUsable(byte[] kemKey, Claims claims) throws RefusedException {
    try {
      SharedCrypto.get().encapsulate(KemSuite.X_WING, kemKey, NO_INFO, null).key().destroy();
    } catch (CryptoException e) {
      throw claims.malformed("has a 'kem' that nothing can be sealed to");
    }
  }

  static DurableRecipient sign(
      String name, VerificationKey key, byte[] kemKey, Instant at, SigningKey signing) {
    long issuedAt = at.getEpochSecond();
    ObjectNode json = Claims.JSON.createObjectNode();
    json.put("iss", key.hex());
    json.put("sub", name);
    json.put("iat", issuedAt);
    json.put("kem", CanonicalBase64.encode(kemKey));
    String text = CompactJws.sign(TYPE, json, signing).text();
    return new DurableRecipient(text, name, key, issuedAt, kemKey.clone());
  }

  /** What the identity calls itself, or its certificate called it when it made the statement. */
  public String name() {
    return name;
  }

  /** The identity's public key. */
  public VerificationKey key() {
    return key;
  }

  /** When it was made, by the identity's clock; in whole seconds. */
  public Instant issuedAt() {
    return Instant.ofEpochSecond(issuedAt);
  }

  /** A copy of the X-Wing public key, {@value #KEM_KEY_SIZE} bytes. */
  public byte[] kemKey() {
    return kemKey.clone();
  }

  /** The compact JWS. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DurableRecipient recipient
        && key.equals(recipient.key)
        && Arrays.equals(kemKey, recipient.kemKey);
  }

  @Override
  public int hashCode() {
    return 31 * key.hashCode() + Arrays.hashCode(kemKey);
  }

  /** One short line for people. */
  @Override
  public String toString() {
    return "DurableRecipient[" + name + ", " + key.shortHex() + "]";
  }
}
