package org.peerroom.gateway.authority;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.peerroom.gateway.command.AtomicFile;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.RevocationList;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.VerificationKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revocations of one authority, a file each, in a folder where another process may add some at
 * any time: what is there counts at once. A file that is not a valid statement of this authority
 * counts for nothing and is logged. Thread-safe; does I/O.
 */
final class Revocations {

  private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);
  private static final int MAX_FILE = 64 << 10;
  private static final String SUFFIX = ".txt";

  private final Path folder;
  private final TrustedAuthorities trusted;
  private final ChainVerifier verifier = ChainVerifier.create();
  private Set<String> names = Set.of();
  private RevocationList list = RevocationList.create();

  /**
   * @param trusted the authority that these are the revocations of
   */
  Revocations(AuthorityFolder folder, TrustedAuthorities trusted) {
    this.folder = folder.revocations();
    this.trusted = trusted;
  }

  /** Keeps a revocation; a service that runs on the folder serves it from now on. */
  Path add(Revocation revocation) throws IOException {
    Path file = folder.resolve(revocation.id() + SUFFIX);
    AtomicFile.writeForOwner(file, revocation.text().getBytes(StandardCharsets.UTF_8));
    return file;
  }

  /** Those that count now. */
  synchronized List<Revocation> all(Instant now) throws IOException {
    refresh(now);
    return list.all();
  }

  /** Whether one of them is about this certificate. */
  synchronized boolean revokes(Certificate certificate, Instant now) throws IOException {
    refresh(now);
    return list.revokes(certificate);
  }

  /** Whether one of them is about every certificate of this key. */
  synchronized boolean revokes(VerificationKey key, Instant now) throws IOException {
    refresh(now);
    return list.all().stream()
        .anyMatch(
            revocation ->
                revocation.target() instanceof Revocation.Target.Key target
                    && target.key().equals(key));
  }

  private void refresh(Instant now) throws IOException {
    Set<String> present = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      files.forEach(file -> present.add(file.getFileName().toString()));
    }
    if (!present.equals(names)) {
      RevocationList fresh = RevocationList.create();
      for (String name : present) {
        add(fresh, folder.resolve(name), now);
      }
      list = fresh;
      names = present;
    }
    list.expire(now);
  }

  private void add(RevocationList fresh, Path file, Instant now) throws IOException {
    try {
      if (Files.size(file) > MAX_FILE) {
        LOG.error("the revocation {} is too large and counts for nothing", file);
        return;
      }
      String text = Files.readString(file);
      if (fresh.add(Revocation.parse(text), trusted, now, verifier) == RevocationList.Added.FULL) {
        LOG.error(
            "there are too many revocations; {} counts for nothing: delete those that expired",
            file);
      }
    } catch (RefusedException e) {
      LOG.warn("the revocation {} counts for nothing: {}", file, e.getMessage());
    } catch (NoSuchFileException e) {
      LOG.info("the revocation {} was deleted meanwhile", file);
    }
  }
}
