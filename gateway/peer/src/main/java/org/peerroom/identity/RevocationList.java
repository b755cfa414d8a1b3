package org.peerroom.identity;

import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.peerroom.identity.Refusal.Reason;

/**
 * The revocations that count, each until it expires.
 *
 * <p>A statement counts when it is signed by a trusted authority, or by an identity whose own
 * certificates lead to one and are themselves not revoked. It takes back only what its own issuer
 * signed.
 *
 * <p>Bounded: {@value #MAX} in all, {@value #MAX_PER_AUTHORITY} below one authority. Identities
 * share half of each bound and {@value #MAX_PER_IDENTITY} is the most that one of them may have, so
 * that nobody who is certified can use up the room that the authorities need to revoke him. At a
 * bound a new statement is not taken; none is forgotten before it expires.
 *
 * <p>Pure: the time comes in. Not for use by several threads at once.
 */
public final class RevocationList {

  /** How many statements are kept. */
  public static final int MAX = 4096;

  /** How many statements are kept of one authority and of all whom it certified. */
  public static final int MAX_PER_AUTHORITY = 1024;

  /** How many statements are kept of one identity that is no authority. */
  public static final int MAX_PER_IDENTITY = 64;

  private static final RevocationList NONE = new RevocationList(0);

  /** What became of a statement. */
  public enum Added {
    /** It is new and counts from now on. */
    NEW,
    /** It was here before. */
    KNOWN,
    /** It counts, but there is no room for it. */
    FULL
  }

  private record Revoked(VerificationKey issuer, Object what) {}

  private record Entry(Revocation revocation, VerificationKey authority) {

    boolean isByAuthority() {
      return revocation.chain().isEmpty();
    }

    Revoked revoked() {
      Object what =
          revocation.target() instanceof Revocation.Target.CertificateId certificate
              ? certificate.jti()
              : ((Revocation.Target.Key) revocation.target()).key();
      return new Revoked(revocation.issuer(), what);
    }
  }

  private final int max;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<Revoked, Integer> revoked = new HashMap<>();

  private RevocationList(int max) {
    this.max = max;
  }

  /** An empty one. */
  public static RevocationList create() {
    return new RevocationList(MAX);
  }

  /**
   * One that is empty and stays so: everything that is added finds it full. Any thread may read.
   */
  public static RevocationList none() {
    return NONE;
  }

  /**
   * Takes a statement, if it counts.
   *
   * @param at the time by which statement and certificates must be valid
   * @throws RefusedException if it does not count
   */
  public Added add(
      Revocation revocation, TrustedAuthorities trusted, Instant at, ChainVerifier verifier)
      throws RefusedException {
    if (entries.containsKey(revocation.digest())) {
      return Added.KNOWN;
    }
    if (ChainVerifier.isYetToCome(revocation.startSecond(), at)) {
      throw new RefusedException(
          0, Reason.NOT_YET_VALID, "the revocation is not valid before " + revocation.issuedAt());
    }
    if (ChainVerifier.isOver(revocation.endSecond(), at)) {
      throw new RefusedException(
          0, Reason.EXPIRED, "the revocation was valid until " + revocation.expiresAt());
    }
    Entry entry = new Entry(revocation, authorityOf(revocation, trusted, at, verifier));
    if (!hasRoomFor(entry)) {
      return Added.FULL;
    }
    entries.put(revocation.digest(), entry);
    revoked.merge(entry.revoked(), 1, Integer::sum);
    dropStatementsOfRevoked();
    return Added.NEW;
  }

  private VerificationKey authorityOf(
      Revocation revocation, TrustedAuthorities trusted, Instant at, ChainVerifier verifier)
      throws RefusedException {
    if (revocation.chain().isEmpty()) {
      return ChainVerifier.trustedAt(revocation.issuer(), trusted, at, 0).key();
    }
    SignatureChain chain = SignatureChain.of(revocation.chain());
    Verification issuer = verifier.verify(chain, trusted, this, at, Purpose.IDENTIFY, null);
    if (issuer instanceof Refusal refusal) {
      throw new RefusedException(refusal);
    }
    return ((VerifiedIdentity) issuer).authorityKey();
  }

  private boolean hasRoomFor(Entry candidate) {
    int all = 0;
    int allByIdentities = 0;
    int below = 0;
    int belowByIdentities = 0;
    int bySame = 0;
    for (Entry entry : entries.values()) {
      boolean same = entry.authority.equals(candidate.authority);
      all++;
      below += same ? 1 : 0;
      if (!entry.isByAuthority()) {
        allByIdentities++;
        belowByIdentities += same ? 1 : 0;
        bySame += entry.revocation.issuer().equals(candidate.revocation.issuer()) ? 1 : 0;
      }
    }
    if (all >= max || below >= MAX_PER_AUTHORITY) {
      return false;
    }
    return candidate.isByAuthority()
        || (allByIdentities < max / 2
            && belowByIdentities < MAX_PER_AUTHORITY / 2
            && bySame < MAX_PER_IDENTITY);
  }

  /** What someone said whose own certificate is now revoked does not count any longer. */
  private void dropStatementsOfRevoked() {
    boolean changed;
    do {
      changed = removeIf(entry -> entry.revocation.chain().stream().anyMatch(this::revokes));
    } while (changed);
  }

  private boolean removeIf(Predicate<Entry> condition) {
    boolean changed = false;
    for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      if (condition.test(entry)) {
        all.remove();
        revoked.computeIfPresent(entry.revoked(), (what, count) -> count == 1 ? null : count - 1);
        changed = true;
      }
    }
    return changed;
  }

  /** Whether its own issuer has taken this certificate back, as far as is known here. */
  public boolean revokes(Certificate certificate) {
    return !revoked.isEmpty()
        && (revoked.containsKey(new Revoked(certificate.issuer(), certificate.id()))
            || revoked.containsKey(new Revoked(certificate.issuer(), certificate.key())));
  }

  /** Every statement that is kept, in the order in which they came. */
  public List<Revocation> all() {
    return entries.values().stream().map(Entry::revocation).toList();
  }

  /** Forgets what has expired at this time, after the grace for clocks that differ. */
  public void expire(Instant at) {
    removeIf(entry -> ChainVerifier.isOver(entry.revocation.endSecond(), at));
  }

  /** How many statements are kept. */
  public int size() {
    return entries.size();
  }

  @Override
  public String toString() {
    return "RevocationList[" + size() + " statements]";
  }
}
