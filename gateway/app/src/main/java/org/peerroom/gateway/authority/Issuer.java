package org.peerroom.gateway.authority;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.CertificateRequest;
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.Refusal;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.RevocationList;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import org.peerroom.identity.VerificationKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs what was proved, writes it down, and only then hands it out. Thread-safe; does I/O: not for
 * an event loop. What it throws is a {@link RequestException} for whoever asked, or an {@link
 * IOException} for the operator.
 */
final class Issuer implements AutoCloseable {

  /** A request must have been signed within this time; long enough for a person to paste it. */
  static final Duration REQUEST_LIFE = Duration.ofMinutes(10);

  /** Whoever renews again within this time gets the same certificate again. */
  static final Duration SAME_RENEWAL = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(Issuer.class);

  private final Identity authority;
  private final TrustedAuthorities itself;
  private final Duration life;
  private final InstantSource clock;
  private final TokenStore tokens;
  private final IssuedList issued;
  private final Revocations revocations;
  private final ChainVerifier verifier = ChainVerifier.create();

  private Issuer(
      Identity authority,
      Duration life,
      InstantSource clock,
      AuthorityFolder folder,
      IssuedList issued) {
    this.authority = authority;
    this.itself = itself(authority);
    this.life = life;
    this.clock = clock;
    this.tokens = new TokenStore(folder);
    this.issued = issued;
    this.revocations = new Revocations(folder, itself);
  }

  /**
   * Reads the list of what was issued.
   *
   * @param life how long the certificates that are made live
   */
  static Issuer open(Identity authority, Duration life, InstantSource clock, AuthorityFolder folder)
      throws IOException {
    Issuer issuer =
        new Issuer(
            authority, life, clock, folder, IssuedList.open(folder.issued(), clock.instant()));
    issuer.tokens.sweep(clock.instant());
    return issuer;
  }

  /** The authority as others trust it: by its own key, or by the key that certified it. */
  static TrustedAuthorities itself(Identity authority) {
    return TrustedAuthorities.of(
        List.of(new TrustedAuthority(authority.name(), rootKey(authority), null)));
  }

  private static VerificationKey rootKey(Identity authority) {
    return authority.certificates().isEmpty()
        ? authority.key()
        : authority.certificates().get(0).issuer();
  }

  String name() {
    return authority.name();
  }

  /** The key that verifiers must trust. */
  VerificationKey key() {
    return rootKey(authority);
  }

  /** Reads a request and checks that it was made just now by the holder of its key. */
  CertificateRequest request(String text) {
    CertificateRequest request;
    try {
      request = CertificateRequest.parse(text);
    } catch (RefusedException e) {
      throw RequestException.malformed("the request can't be used: " + e.getMessage());
    }
    Instant now = clock.instant();
    boolean fresh =
        !request.issuedAt().isAfter(now.plus(ChainVerifier.MAX_SKEW))
            && request.issuedAt().isAfter(now.minus(REQUEST_LIFE));
    if (!fresh) {
      throw RequestException.outOfTime(
          "the request is from "
              + request.issuedAt()
              + ", here it is "
              + now.truncatedTo(ChronoUnit.SECONDS)
              + "; make a new one, and check the clock");
    }
    return request;
  }

  /** Certifies who has a token; the same key gets the same certificate for the same token again. */
  List<Certificate> enrol(CertificateRequest request, String token) throws IOException {
    Instant now = clock.instant();
    String hash = TokenStore.hash(token);
    Optional<Issued> before =
        issued.of(request.key(), now).stream()
            .filter(old -> old.origin() == Issued.Origin.TOKEN && old.reference().equals(hash))
            .findFirst();
    if (before.isPresent()) {
      return chain(parse(before.get()));
    }
    requireNotRevoked(request.key(), now);
    TokenStore.Redeemed redeemed = tokens.redeem(token, now);
    try {
      return issue(request, redeemed.certification(), Issued.Origin.TOKEN, hash);
    } catch (IOException | RuntimeException e) {
      tokens.giveBack(redeemed);
      throw e;
    }
  }

  /**
   * Certifies who has logged in.
   *
   * @param who whom the provider says it is, for the list
   */
  List<Certificate> enrol(CertificateRequest request, Certification certification, String who)
      throws IOException {
    requireNotRevoked(request.key(), clock.instant());
    return issue(request, certification, Issued.Origin.LOGIN, who);
  }

  /** Certifies again what a certificate of this authority says that is valid still. */
  List<Certificate> renew(CertificateRequest request, List<String> texts) throws IOException {
    Instant now = clock.instant();
    Certificate present = last(texts);
    if (!present.key().equals(request.key())) {
      throw RequestException.refused("the request and the certificate are for different keys");
    }
    if (!present.expiresAt().isAfter(now)) {
      throw RequestException.refused(
          "the certificate has ended at " + present.expiresAt() + "; enrol again");
    }
    Optional<Issued> known = issued.find(present.id(), now);
    if (known.isEmpty() || !known.get().certificate().equals(present.text())) {
      throw RequestException.refused(
          "the certificate was not issued by this authority; enrol here");
    }
    if (revocations.revokes(present, now)) {
      throw RequestException.refused("the certificate is revoked; ask who runs the authority");
    }
    Optional<Certificate> recent = recentRenewal(present, now);
    if (recent.isPresent()) {
      return chain(recent.get());
    }
    Certification same = new Certification(present.subject(), present.scope());
    return issue(request, same, Issued.Origin.RENEWAL, present.id());
  }

  /** Keeps someone in a loop from filling the disk, and answers again who missed the answer. */
  private Optional<Certificate> recentRenewal(Certificate present, Instant now) throws IOException {
    Duration tenth = life.dividedBy(10);
    Instant since = now.minus(tenth.compareTo(SAME_RENEWAL) < 0 ? tenth : SAME_RENEWAL);
    return issued.of(present.key(), now).stream()
        .filter(old -> old.origin() == Issued.Origin.RENEWAL && old.issuedAt().isAfter(since))
        .map(Issuer::parse)
        .filter(old -> old.subject().equals(present.subject()))
        .filter(old -> old.scope().equals(present.scope()))
        .max(Comparator.comparing(Certificate::expiresAt));
  }

  /** The revocations that count now. */
  List<Revocation> revocations() throws IOException {
    return revocations.all(clock.instant());
  }

  private void requireNotRevoked(VerificationKey key, Instant now) throws IOException {
    if (revocations.revokes(key, now)) {
      throw RequestException.refused("this key is revoked; make a new identity");
    }
  }

  private List<Certificate> issue(
      CertificateRequest request,
      Certification certification,
      Issued.Origin origin,
      String reference)
      throws IOException {
    Instant from = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant until = from.plus(life);
    for (Certificate own : authority.certificates()) {
      until = own.expiresAt().isBefore(until) ? own.expiresAt() : until;
    }
    if (!until.isAfter(from)) {
      throw new IOException(
          "the certificate of the authority itself has ended; have its key certified again");
    }
    Certificate certificate = certify(request, certification, from, until);
    List<Certificate> chain = chain(certificate);
    requireValid(chain, from);
    issued.append(Issued.of(certificate, origin, reference), from);
    LOG.info(
        "certified {} with key {} until {} ({})",
        certification.name(),
        request.key(),
        until,
        origin);
    return chain;
  }

  private Certificate certify(
      CertificateRequest request, Certification certification, Instant from, Instant until) {
    try {
      return authority.certify(request, certification.name(), certification.scope(), from, until);
    } catch (IllegalArgumentException e) {
      throw RequestException.refused("this authority can't certify that: " + e.getMessage());
    }
  }

  /** An authority that is certified itself may have been asked for more than it may give. */
  private void requireValid(List<Certificate> chain, Instant at) {
    try {
      var verified =
          verifier.verify(
              SignatureChain.of(chain), itself, RevocationList.none(), at, Purpose.IDENTIFY, null);
      if (verified instanceof Refusal refusal) {
        throw RequestException.refused("this authority can't certify that: " + refusal.message());
      }
    } catch (RefusedException e) {
      throw RequestException.refused("this authority can't certify that: " + e.getMessage());
    }
  }

  private List<Certificate> chain(Certificate certificate) {
    List<Certificate> chain = new ArrayList<>(authority.certificates());
    chain.add(certificate);
    return chain;
  }

  private static Certificate last(List<String> texts) {
    if (texts.isEmpty()) {
      throw RequestException.malformed("'certificates' is empty");
    }
    try {
      return Certificate.parse(texts.get(texts.size() - 1));
    } catch (RefusedException e) {
      throw RequestException.malformed("the certificate can't be used: " + e.getMessage());
    }
  }

  private static Certificate parse(Issued issued) {
    try {
      return Certificate.parse(issued.certificate());
    } catch (RefusedException e) {
      throw new IllegalStateException(
          "the list of what was issued is damaged at id " + issued.id() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    issued.close();
  }
}
