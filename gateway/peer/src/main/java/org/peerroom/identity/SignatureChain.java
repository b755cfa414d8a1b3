package org.peerroom.identity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.internal.crypto.Digests;

/**
 * Certificates that lead from an authority to an identity or to a running peer: the first is signed
 * by the authority, each other by the key that the one before it vouches for.
 *
 * <p>Guarantees 1 to 4 certificates in canonical form, at most 8 KiB together. Does not guarantee
 * that they hold together or mean anything: that is what {@link ChainVerifier} is for. Equal are
 * those with the same text. Any thread may read.
 */
public final class SignatureChain {

  /** How many certificates a chain may have. */
  public static final int MAX_LINKS = 4;

  /** How large the text of a chain may be, in bytes. */
  public static final int MAX_BYTES = CompactJws.MAX_LENGTH;

  private static final String DIGEST_LABEL = Digests.LABEL_PREFIX + "chain";

  private final List<Certificate> certificates;
  private final String text;
  private final String digest;

  private SignatureChain(List<Certificate> certificates, String text) {
    this.certificates = certificates;
    this.text = text;
    byte[] hash = Digests.sha256(DIGEST_LABEL, text.getBytes(StandardCharsets.UTF_8));
    this.digest = HexFormat.of().formatHex(hash);
  }

  /**
   * A chain of these, the authority's end first.
   *
   * @throws RefusedException if there are none, too many, or they are too large together
   */
  public static SignatureChain of(List<Certificate> certificates) throws RefusedException {
    requireCount(certificates.size());
    String text = certificates.stream().map(Certificate::text).collect(Collectors.joining("\n"));
    Lines.requireSize(text.length(), "a chain");
    return new SignatureChain(List.copyOf(certificates), text);
  }

  /**
   * Reads one compact JWS a line, the authority's end first; the last line may end with a line
   * feed.
   *
   * @throws RefusedException naming the line that is no certificate, or the bound that is passed
   */
  public static SignatureChain parse(String text) throws RefusedException {
    return parseLines(Lines.text(text, "a chain"));
  }

  /**
   * Reads what {@link #encoded()} wrote, and nothing else.
   *
   * @throws RefusedException if it is not that
   */
  public static SignatureChain decode(byte[] encoded) throws RefusedException {
    return parseLines(Lines.text(encoded, "a chain"));
  }

  private static SignatureChain parseLines(String text) throws RefusedException {
    List<String> lines = Lines.split(text);
    requireCount(text.isEmpty() ? 0 : lines.size());
    List<Certificate> certificates = new ArrayList<>(lines.size());
    for (String line : lines) {
      certificates.add(Certificate.parse(line, certificates.size() + 1));
    }
    return new SignatureChain(List.copyOf(certificates), text);
  }

  private static void requireCount(int count) throws RefusedException {
    if (count == 0) {
      throw new RefusedException(0, Reason.MALFORMED, "a chain has at least one certificate");
    }
    if (count > MAX_LINKS) {
      throw new RefusedException(
          0,
          Reason.TOO_MANY_LINKS,
          "a chain has at most " + MAX_LINKS + " certificates, not " + count);
    }
  }

  /** The certificates, the authority's end first; 1 to 4. */
  public List<Certificate> certificates() {
    return certificates;
  }

  /** The last certificate. */
  public Certificate last() {
    return certificates.get(certificates.size() - 1);
  }

  /** The key that the chain ends in: that of {@link #last()}. */
  public VerificationKey subjectKey() {
    return last().key();
  }

  /** One compact JWS a line, without a line feed at the end. */
  public String text() {
    return text;
  }

  /** The text in ASCII, which is UTF-8. */
  public byte[] encoded() {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The labelled SHA-256 of the text, 64 hexadecimal digits. The holder of a key can sign the same
   * claims again and so make a chain with another digest.
   */
  public String digest() {
    return digest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignatureChain chain && text.equals(chain.text);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  /** One line for people; neither names nor keys in full. */
  @Override
  public String toString() {
    return "SignatureChain["
        + certificates.size()
        + " certificates to "
        + subjectKey().shortHex()
        + "]";
  }
}
