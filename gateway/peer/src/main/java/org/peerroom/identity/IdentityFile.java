package org.peerroom.identity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.PassphraseSeal;
import org.peerroom.internal.crypto.PublicKeyCrypto;

/**
 * The file of an identity: JSON, in which the seed of the key is sealed with a passphrase, or
 * stands as it is and only the mode of the file protects it. Name, key and address of the authority
 * are sealed with the seed; certificates are signed themselves and can be replaced.
 */
final class IdentityFile {

  static final int MAX_BYTES = 64 * 1024;
  static final int MAX_PASSPHRASE = 1024;

  private static final int VERSION = 1;
  private static final String KIND = "peerroom-identity";
  private static final String BY_PASSPHRASE = "passphrase";
  private static final String BY_MODE = "file-mode";
  private static final String CONTEXT_LABEL = Digests.LABEL_PREFIX + "identity file";
  private static final String WHAT = "the identity";
  private static final Set<String> MEMBERS =
      Set.of(
          "version",
          "kind",
          "name",
          "key",
          "certificates",
          "authority",
          "protection",
          "salt",
          "sealed",
          "seed");

  private IdentityFile() {}

  static Identity load(Path file, char @Nullable [] passphrase) {
    byte[] bytes = SmallFiles.read(file, MAX_BYTES, WHAT);
    try {
      Claims claims = Claims.parse(bytes, 0, "it").only(MEMBERS);
      return read(file, claims, passphrase);
    } catch (RefusedException e) {
      throw new IdentityException(
          file
              + ": this is no whole identity file: "
              + e.refusal().message()
              + "; take a copy that nobody changed",
          e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static Identity read(Path file, Claims claims, char @Nullable [] passphrase)
      throws RefusedException {
    if (claims.seconds("version") != VERSION || !claims.text("kind").equals(KIND)) {
      throw claims.malformed("is not of version " + VERSION + " of the kind " + KIND);
    }
    String name = claims.plain("name", Texts.MAX_NAME);
    VerificationKey key = claims.key("key");
    List<Certificate> certificates = certificates(claims);
    URI authority = authority(claims);
    byte[] seed =
        switch (claims.text("protection")) {
          case BY_PASSPHRASE -> unseal(file, claims, passphrase, context(name, key, authority));
          case BY_MODE -> openSeed(file, claims);
          default ->
              throw claims.malformed("is not protected by " + BY_PASSPHRASE + " or " + BY_MODE);
        };
    try {
      Identity identity = Identity.fromSeed(name, seed, certificates, authority);
      if (!identity.key().equals(key)) {
        identity.destroy();
        throw claims.malformed("names another key than it holds");
      }
      return identity;
    } catch (IllegalArgumentException e) {
      throw claims.malformed("does not fit together: " + e.getMessage());
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  private static List<Certificate> certificates(Claims claims) throws RefusedException {
    List<Certificate> certificates = new ArrayList<>();
    for (String text : claims.texts("certificates")) {
      certificates.add(Certificate.parse(text, certificates.size() + 1));
    }
    return certificates;
  }

  private static @Nullable URI authority(Claims claims) throws RefusedException {
    if (!claims.has("authority")) {
      return null;
    }
    try {
      return new URI(claims.text("authority"));
    } catch (URISyntaxException e) {
      throw claims.malformed("has an 'authority' that is not a URI");
    }
  }

  private static byte[] unseal(
      Path file, Claims claims, char @Nullable [] passphrase, byte[] context)
      throws RefusedException {
    if (passphrase == null) {
      throw new IdentityException(file + ": the key is sealed with a passphrase: give it");
    }
    requirePassphrase(file, passphrase);
    byte[] salt = binary(claims, "salt", PassphraseSeal.SALT_SIZE);
    byte[] sealed = binary(claims, "sealed", PublicKeyCrypto.SEED_SIZE + 16);
    try {
      return PassphraseSeal.open(sealed, passphrase, salt, context);
    } catch (CryptoException e) {
      throw new IdentityException(
          file + ": the passphrase is wrong, or the file was changed: try again, or take a copy",
          e);
    }
  }

  private static byte[] openSeed(Path file, Claims claims) throws RefusedException {
    SmallFiles.requireOwnerOnly(file);
    return binary(claims, "seed", PublicKeyCrypto.SEED_SIZE);
  }

  private static byte[] binary(Claims claims, String name, int size) throws RefusedException {
    byte[] bytes = CanonicalBase64.decode(claims.text(name));
    if (bytes == null || bytes.length != size) {
      throw claims.malformed("has a '" + name + "' that is not " + size + " bytes in base64url");
    }
    return bytes;
  }

  private static void requirePassphrase(Path file, char[] passphrase) {
    if (passphrase.length == 0 || passphrase.length > MAX_PASSPHRASE) {
      throw new IdentityException(
          file + ": a passphrase has 1 to " + MAX_PASSPHRASE + " characters");
    }
    if (!isPaired(passphrase)) {
      throw new IdentityException(
          file + ": the passphrase contains half of a surrogate pair: it is no Unicode text");
    }
  }

  private static boolean isPaired(char[] text) {
    for (int i = 0; i < text.length; i++) {
      if (Character.isHighSurrogate(text[i])) {
        i++;
        if (i == text.length || !Character.isLowSurrogate(text[i])) {
          return false;
        }
      } else if (Character.isLowSurrogate(text[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * What is bound to the sealed seed, so that nobody can give the key another name or authority.
   */
  private static byte[] context(String name, VerificationKey key, @Nullable URI authority) {
    return Digests.sha256(
        CONTEXT_LABEL,
        name.getBytes(StandardCharsets.UTF_8),
        key.bytes(),
        (authority == null ? "" : authority.toString()).getBytes(StandardCharsets.UTF_8));
  }

  static void save(Identity identity, Path file, char @Nullable [] passphrase) {
    if (passphrase != null) {
      requirePassphrase(file, passphrase);
    }
    byte[] seed = identity.seed().expose();
    byte[] json;
    try {
      json = toJson(identity, seed, passphrase).getBytes(StandardCharsets.UTF_8);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
    try {
      SmallFiles.writeOwnerOnly(file, json, WHAT);
    } finally {
      Arrays.fill(json, (byte) 0);
    }
  }

  private static String toJson(Identity identity, byte[] seed, char @Nullable [] passphrase) {
    String name = identity.ownName();
    URI authority = identity.authority().orElse(null);
    ObjectNode json = Claims.JSON.createObjectNode();
    json.put("version", VERSION);
    json.put("kind", KIND);
    json.put("name", name);
    json.put("key", identity.key().hex());
    ArrayNode certificates = json.putArray("certificates");
    identity.certificates().forEach(certificate -> certificates.add(certificate.text()));
    if (authority != null) {
      json.put("authority", authority.toString());
    }
    if (passphrase == null) {
      json.put("protection", BY_MODE);
      json.put("seed", CanonicalBase64.encode(seed));
    } else {
      byte[] salt = SharedCrypto.randomBytes(PassphraseSeal.SALT_SIZE);
      byte[] context = context(name, identity.key(), authority);
      json.put("protection", BY_PASSPHRASE);
      json.put("salt", CanonicalBase64.encode(salt));
      json.put(
          "sealed", CanonicalBase64.encode(PassphraseSeal.seal(seed, passphrase, salt, context)));
    }
    return json.toPrettyString() + "\n";
  }
}
