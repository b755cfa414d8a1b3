package org.peerroom.identity;

/**
 * Why a certificate, a chain or a statement is not taken.
 *
 * @param link which certificate of the chain, counted from 1 at the authority's end; 0 for the
 *     whole or for what is no chain
 * @param reason for programs
 * @param message one line for people; text from elsewhere in it is cut short and has no control
 *     characters
 */
public record Refusal(int link, Reason reason, String message) implements Verification {

  /** What is wrong. */
  public enum Reason {
    /** Not the format, or not in its one canonical form. */
    MALFORMED,
    /** Larger than the bound on its size. */
    TOO_LARGE,
    /** More than 4 certificates. */
    TOO_MANY_LINKS,
    /** Signed by another algorithm than EdDSA, or by none. */
    WRONG_ALGORITHM,
    /** A JWS, but of another kind than is expected here. */
    WRONG_TYPE,
    /** Vouches for a key that is not an Ed25519 key. */
    WRONG_KEY_TYPE,
    /** The signature does not fit. */
    BAD_SIGNATURE,
    /** A certificate is not signed by the key that the one before it vouches for. */
    BROKEN,
    /** A key appears twice. */
    LOOPED,
    /** The first certificate is not signed by a trusted authority. */
    UNKNOWN_AUTHORITY,
    /** It is, but that authority is trusted no longer. */
    AUTHORITY_EXPIRED,
    /** Not yet valid at this time. */
    NOT_YET_VALID,
    /** No longer valid at this time. */
    EXPIRED,
    /** The certificate of a peer that lives longer than 24 hours. */
    LIVES_TOO_LONG,
    /** Allows what a certificate before it does not allow. */
    WIDENED,
    /** Signed by a key that may not sign this. */
    MAY_NOT_CERTIFY,
    /** About someone else than this purpose needs: no peer, no identity, or another key. */
    WRONG_SUBJECT,
    /** Not for this room. */
    WRONG_ROOM,
    /** Without the role that this purpose needs. */
    WRONG_ROLE,
    /** Taken back by the one that signed it. */
    REVOKED
  }

  /**
   * @throws IllegalArgumentException if the link is negative
   */
  public Refusal {
    if (link < 0) {
      throw new IllegalArgumentException("a link is counted from 1, not " + link);
    }
  }

  /** One line for people, with the link and the reason. */
  @Override
  public String toString() {
    return (link == 0 ? "" : "certificate " + link + ": ") + message + " (" + reason + ")";
  }
}
