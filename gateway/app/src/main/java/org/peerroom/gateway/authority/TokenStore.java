package org.peerroom.gateway.authority;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.peerroom.gateway.command.AtomicFile;

/**
 * One-time tokens, one file each, under the SHA-256 hash of the token: who reads the files can't
 * use them. A token has 128 random bits, so that its hash needs no salt and can't be searched for.
 *
 * <p>Redeeming renames the file, which succeeds for one of any number of threads and processes.
 */
final class TokenStore {

  /** What a used or expired token leaves behind is kept this long, to be able to say so. */
  static final Duration MEMORY = Duration.ofDays(30);

  private static final int TOKEN_BYTES = 16;
  private static final int MAX_FILE = 64 << 10;
  private static final String SUFFIX = ".json";
  private static final HexFormat HEX = HexFormat.of();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Set<String> MEMBERS = members();

  private final AuthorityFolder folder;

  TokenStore(AuthorityFolder folder) {
    this.folder = folder;
  }

  private static Set<String> members() {
    Set<String> members = new HashSet<>(Certification.MEMBERS);
    members.add("created");
    members.add("expires");
    return Set.copyOf(members);
  }

  /** What a token was good for, and how it is called in the list of what was issued. */
  record Redeemed(String hash, Certification certification) {}

  /** Makes a token; nobody can find out later what it was. */
  String create(Certification certification, Instant now, Instant expires) throws IOException {
    byte[] random = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(random);
    String token = HEX.formatHex(random);
    ObjectNode json = certification.toJson();
    json.put("created", now.toString()).put("expires", expires.toString());
    AtomicFile.writeForOwner(
        file(hash(token)), json.toPrettyString().getBytes(StandardCharsets.UTF_8));
    return token;
  }

  /** How a token is called where it must not be told. */
  static String hash(String token) {
    try {
      return HEX.formatHex(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Uses a token up.
   *
   * @throws RequestException if there is no such token, or it is used or expired
   */
  Redeemed redeem(String token, Instant now) throws IOException {
    String hash = hash(token);
    Path file = file(hash);
    ObjectNode json;
    try {
      json = read(file);
    } catch (NoSuchFileException e) {
      throw gone(hash);
    }
    Certification certification;
    try {
      if (!now.isBefore(instant(json, "expires"))) {
        throw RequestException.refused(
            "the token has expired; ask for a new one (gateway authority token)");
      }
      certification = Certification.of(json);
    } catch (Json.MalformedException e) {
      throw new IOException("the token file " + file + " is damaged: " + e.getMessage(), e);
    }
    try {
      AtomicFile.move(file, used(hash));
    } catch (NoSuchFileException e) {
      throw gone(hash);
    }
    AtomicFile.sync(folder.usedTokens());
    AtomicFile.sync(folder.tokens());
    return new Redeemed(hash, certification);
  }

  /** Makes a token usable again for which nothing could be issued. */
  void giveBack(Redeemed redeemed) throws IOException {
    AtomicFile.move(used(redeemed.hash()), file(redeemed.hash()));
  }

  private RequestException gone(String hash) {
    return Files.exists(used(hash))
        ? RequestException.refused(
            "the token is used already; each works once: ask for a new one (gateway authority token)")
        : RequestException.refused("there is no such token; check that all of it was copied");
  }

  /** Deletes what is left of tokens that expired long ago. */
  void sweep(Instant now) throws IOException {
    for (Path part : new Path[] {folder.tokens(), folder.usedTokens()}) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(part, "*" + SUFFIX)) {
        for (Path file : files) {
          sweep(file, now);
        }
      }
    }
  }

  private static void sweep(Path file, Instant now) throws IOException {
    try {
      if (instant(read(file), "expires").plus(MEMORY).isBefore(now)) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // Another process was faster.
    } catch (IOException e) {
      throw e;
    } catch (Json.MalformedException e) {
      throw new IOException("the token file " + file + " is damaged: " + e.getMessage(), e);
    }
  }

  private static ObjectNode read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length > MAX_FILE) {
      throw new IOException("the token file " + file + " is damaged: it is too large");
    }
    try {
      return Json.parse(bytes, MEMBERS);
    } catch (Json.MalformedException e) {
      throw new IOException("the token file " + file + " is damaged: " + e.getMessage(), e);
    }
  }

  private static Instant instant(ObjectNode json, String name) throws Json.MalformedException {
    try {
      return Instant.parse(Json.text(json, name));
    } catch (DateTimeException e) {
      throw new Json.MalformedException("'" + name + "' is not a time");
    }
  }

  private Path file(String hash) {
    return folder.tokens().resolve(hash + SUFFIX);
  }

  private Path used(String hash) {
    return folder.usedTokens().resolve(hash + SUFFIX);
  }
}
