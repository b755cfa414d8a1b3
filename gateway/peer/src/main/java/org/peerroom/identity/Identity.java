package org.peerroom.identity;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SecretSeed;
import org.peerroom.internal.crypto.SigningKey;

/**
 * The long-term private key of a person, a service or an authority, with the certificates that
 * vouch for it.
 *
 * <p>It never prints its key. It signs; it does not decide: an authority verifies who asks before
 * it certifies. Any thread may use it; none after {@link #destroy()}. What {@code with…} returns
 * shares the key with the original: destroying one destroys both.
 */
public final class Identity {

  /** How many certificates an identity may have. */
  public static final int MAX_CERTIFICATES = SignatureChain.MAX_LINKS - 1;

  /** The shortest life of the certificate of a peer. */
  public static final Duration MIN_PEER_LIFE = Duration.ofSeconds(10);

  private static final int MAX_URI = 1024;
  private static final String RECIPIENT_LABEL = "peerroom/1 recipient key";
  private static final String STORE_LABEL = "peerroom/1 data folder key";

  private final String name;
  private final VerificationKey key;
  private final List<Certificate> certificates;
  private final @Nullable URI authority;
  private final SecretSeed seed;
  private final SigningKey signing;

  private Identity(
      String name,
      List<Certificate> certificates,
      @Nullable URI authority,
      SecretSeed seed,
      SigningKey signing) {
    this.name = Texts.requireName(name, "an identity");
    this.key = VerificationKey.of(signing.publicKey());
    this.certificates = List.copyOf(certificates);
    this.authority = authority;
    this.seed = seed;
    this.signing = signing;
    requireCertificates();
    requireAuthority();
  }

  private void requireCertificates() {
    if (certificates.isEmpty()) {
      return;
    }
    if (certificates.size() > MAX_CERTIFICATES) {
      throw new IllegalArgumentException(
          "an identity has at most " + MAX_CERTIFICATES + " certificates");
    }
    Certificate last = certificates.get(certificates.size() - 1);
    if (last.kind() != Certificate.Kind.IDENTITY || !last.key().equals(key)) {
      throw new IllegalArgumentException("the last certificate does not vouch for the key " + key);
    }
    requireFit(certificates);
  }

  private void requireAuthority() {
    if (authority != null && (!authority.isAbsolute() || authority.toString().length() > MAX_URI)) {
      throw new IllegalArgumentException(
          "the address of an authority is a whole URI of at most " + MAX_URI + " characters");
    }
  }

  /**
   * A new one, with a new key and no certificate.
   *
   * @param name 1 to 128 characters without control characters
   * @throws IllegalArgumentException if the name is out of bounds
   */
  public static Identity generate(String name) {
    byte[] seed = SharedCrypto.randomBytes(PublicKeyCrypto.SEED_SIZE);
    try {
      return fromSeed(name, seed, List.of(), null);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /** Takes a copy of the seed. */
  static Identity fromSeed(
      String name, byte[] seed, List<Certificate> certificates, @Nullable URI authority) {
    return new Identity(
        name,
        certificates,
        authority,
        SecretSeed.copyOf(seed),
        SharedCrypto.get().signingKey(seed));
  }

  /**
   * Reads a file that {@link #save} wrote. Blocks on the disk, and with a passphrase takes 64 MiB
   * and some tenths of a second of one processor.
   *
   * @param passphrase null where the file is protected by its mode; the caller wipes its own
   * @throws IdentityException if the file cannot be read or opened, or if it is protected by its
   *     mode and others may read it; one line that says what to do
   */
  public static Identity load(Path file, char @Nullable [] passphrase) {
    return IdentityFile.load(file, passphrase);
  }

  /**
   * Writes a file that only its owner may read, at once as a whole: it is there in full or not at
   * all. Blocks on the disk.
   *
   * @param passphrase seals the key with it (Argon2id, AES-256-GCM); null leaves it to the mode of
   *     the file alone. A guessable passphrase stays guessable by someone who has the file. The
   *     caller wipes its own
   * @throws IdentityException if the file cannot be written
   */
  public void save(Path file, char @Nullable [] passphrase) {
    IdentityFile.save(this, file, passphrase);
  }

  /** What the last certificate calls it; where there is none yet, what it calls itself. */
  public String name() {
    return certificates.isEmpty() ? name : certificates.get(certificates.size() - 1).subject();
  }

  /** What it calls itself, certified or not. */
  String ownName() {
    return name;
  }

  /** The public key. */
  public VerificationKey key() {
    return key;
  }

  /** 0 to 3 certificates, the authority's end first. */
  public List<Certificate> certificates() {
    return certificates;
  }

  /**
   * The same key with these certificates instead.
   *
   * @throws IllegalArgumentException if there are more than 3, they do not fit together, or the
   *     last one does not vouch for this key
   */
  public Identity withCertificates(List<Certificate> instead) {
    return new Identity(name, instead, authority, seed, signing);
  }

  /** Where its certificates are renewed. */
  public Optional<URI> authority() {
    return Optional.ofNullable(authority);
  }

  /** The same key, to be renewed there. */
  public Identity withAuthority(URI address) {
    return new Identity(name, certificates, address, seed, signing);
  }

  /**
   * A chain that ends in the throw-away key of a peer: these certificates and one more.
   *
   * @param scope what the peer is narrowed to; no attributes
   * @param from the time of now; parts of a second are cut off
   * @param life 10 seconds to 24 hours
   * @throws IllegalStateException if this identity has no certificate
   * @throws IllegalArgumentException if the life or the scope is out of bounds, or allows more than
   *     these certificates do
   */
  public SignatureChain certifyPeer(
      VerificationKey peer, Scope scope, Instant from, Duration life) {
    if (certificates.isEmpty()) {
      throw new IllegalStateException(
          name() + " has no certificate yet, so that nobody could tell who it is");
    }
    if (life.compareTo(MIN_PEER_LIFE) < 0 || life.compareTo(Certificate.MAX_PEER_LIFE) > 0) {
      throw new IllegalArgumentException(
          "the certificate of a peer lives 10 seconds to 24 hours, not " + life);
    }
    long start = from.getEpochSecond();
    long end = start + life.toSeconds();
    return chainWith(
        issue(Certificate.Kind.PEER, peer.hex(), peer, scope, start, end, SharedCrypto.newId()));
  }

  /**
   * A certificate for the one who asks. Nothing is verified but that the asker held the key.
   *
   * @param request what was asked
   * @param subject the name that is vouched for, which need not be the one that was asked for
   * @param from the time of now; parts of a second are cut off
   * @param until when it ends; parts of a second are cut off
   * @throws IllegalArgumentException if something is out of bounds, or allows more than these
   *     certificates do
   */
  public Certificate certify(
      CertificateRequest request, String subject, Scope scope, Instant from, Instant until) {
    if (certificates.size() == MAX_CERTIFICATES) {
      throw new IllegalArgumentException(
          name()
              + " has "
              + MAX_CERTIFICATES
              + " certificates: who comes after it would have more");
    }
    Certificate certificate =
        issue(
            Certificate.Kind.IDENTITY,
            subject,
            request.key(),
            scope,
            from.getEpochSecond(),
            until.getEpochSecond(),
            SharedCrypto.newId());
    List<Certificate> all = new ArrayList<>(certificates);
    all.add(certificate);
    requireFit(all);
    return certificate;
  }

  Certificate issue(
      Certificate.Kind kind,
      String subject,
      VerificationKey subjectKey,
      Scope scope,
      long start,
      long end,
      String id) {
    return Certificate.issue(
        new CertificateClaims(kind, key, subject, subjectKey, start, start, end, id, scope),
        signing);
  }

  /** These certificates and one more. */
  SignatureChain chainWith(Certificate last) {
    List<Certificate> all = new ArrayList<>(certificates);
    all.add(last);
    requireFit(all);
    try {
      return SignatureChain.of(all);
    } catch (RefusedException e) {
      throw new IllegalArgumentException(e.refusal().message(), e);
    }
  }

  private static void requireFit(List<Certificate> all) {
    try {
      ChainFacts.of(all);
    } catch (RefusedException e) {
      throw new IllegalArgumentException("these certificates would be refused: " + e.refusal(), e);
    }
  }

  /**
   * A statement that takes back what this key signed. It works on those who get it.
   *
   * @param target a certificate, or all for a key
   * @param from the time of now; parts of a second are cut off
   * @param until not before the end of what is revoked, or that comes back; parts of a second are
   *     cut off
   * @param reason 1 to 256 characters for people, without control characters
   * @throws IllegalArgumentException if something is out of bounds
   */
  public Revocation revoke(
      Revocation.Target target, Instant from, Instant until, @Nullable String reason) {
    return Revocation.issue(
        new Revocation.Draft(
            key,
            target,
            from.getEpochSecond(),
            until.getEpochSecond(),
            SharedCrypto.newId(),
            reason),
        certificates,
        signing);
  }

  /** What to hand to an authority to be certified under this name. */
  public CertificateRequest request(Instant at) {
    return CertificateRequest.sign(name(), key, at, signing);
  }

  /**
   * What to hand to those who are to seal to this identity while it is away. Every statement of one
   * identity has the same key.
   *
   * @param at the time of now; parts of a second are cut off
   * @throws IllegalStateException if this identity was destroyed
   */
  public DurableRecipient recipient(Instant at) {
    byte[] recipientSeed = exposeRecipientSeed();
    KemKey pair;
    try {
      pair = SharedCrypto.get().kemKey(KemSuite.X_WING, recipientSeed);
    } finally {
      Arrays.fill(recipientSeed, (byte) 0);
    }
    byte[] kemKey = pair.publicKey();
    pair.destroy();
    return DurableRecipient.sign(name(), key, kemKey, at, signing);
  }

  /**
   * For the peer that runs under this identity, and nobody else: the seed of the private X-Wing key
   * that belongs to {@link #recipient}. Who has it reads everything that was ever sealed to this
   * identity and that somebody kept; it signs nothing. It is derived from the identity's own seed,
   * so that the file need not hold another.
   *
   * @return 32 bytes, a copy, to be wiped by the caller
   * @throws IllegalStateException if this identity was destroyed
   */
  public byte[] exposeRecipientSeed() {
    return seed.derive(RECIPIENT_LABEL);
  }

  /**
   * For the peer that runs under this identity, and nobody else: what protects the secrets in its
   * data folder. Whoever has it and the folder reads what is retained there. It is derived from the
   * identity's own seed, so that the folder opens for this identity alone.
   *
   * @return 32 bytes, a copy, to be wiped by the caller
   * @throws IllegalStateException if this identity was destroyed
   */
  public byte[] exposeStoreKey() {
    return seed.derive(STORE_LABEL);
  }

  /** Wipes the private key. Calling it again does nothing. */
  public void destroy() {
    signing.destroy();
    seed.destroy();
  }

  SecretSeed seed() {
    return seed;
  }

  /** Without the private key. */
  @Override
  public String toString() {
    return "Identity[" + name() + ", " + key.shortHex() + ", redacted]";
  }
}
