package org.peerroom.identity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.internal.crypto.ProviderCrypto;

/**
 * What a certificate states (RFC 7519, section 4.1; RFC 7800, section 3.2; RFC 8037, section 2).
 * Times are seconds since 1970.
 */
record CertificateClaims(
    Certificate.Kind kind,
    VerificationKey issuer,
    String subject,
    VerificationKey key,
    long issuedAt,
    long notBefore,
    long expiresAt,
    String id,
    Scope scope) {

  private static final Set<String> KNOWN =
      Set.of("iss", "sub", "iat", "nbf", "exp", "jti", "cnf", "rooms", "roles", "attributes");
  private static final Set<String> CNF_MEMBERS = Set.of("jwk");
  private static final Set<String> JWK_MEMBERS = Set.of("kty", "crv", "x");

  static CertificateClaims read(Certificate.Kind kind, Claims claims) throws RefusedException {
    claims.only(KNOWN);
    long issuedAt = claims.seconds("iat");
    CertificateClaims read =
        new CertificateClaims(
            kind,
            claims.key("iss"),
            claims.plain("sub", Texts.MAX_NAME),
            confirmedKey(claims.object("cnf")),
            issuedAt,
            claims.has("nbf") ? claims.seconds("nbf") : issuedAt,
            claims.seconds("exp"),
            claims.id("jti"),
            scope(claims));
    if (read.expiresAt <= read.start()) {
      throw claims.malformed("ends before it begins");
    }
    if (kind == Certificate.Kind.PEER && !read.subject.equals(read.key.hex())) {
      throw claims.refused(Reason.WRONG_SUBJECT, "is of a peer that is not the key it vouches for");
    }
    return read;
  }

  /**
   * From when it counts. Not {@code nbf} alone: a certificate that says it is issued next year
   * would else count from now on while its life is reckoned from next year.
   */
  long start() {
    return Math.max(issuedAt, notBefore);
  }

  private static VerificationKey confirmedKey(Claims cnf) throws RefusedException {
    Claims jwk = cnf.only(CNF_MEMBERS).object("jwk");
    if (jwk.has("d")) {
      throw jwk.malformed("carries a private key, which is now known to others: make a new one");
    }
    if (!jwk.text("kty").equals("OKP") || !jwk.text("crv").equals("Ed25519")) {
      throw jwk.refused(Reason.WRONG_KEY_TYPE, "is not an Ed25519 key");
    }
    byte[] key = CanonicalBase64.decode(jwk.only(JWK_MEMBERS).text("x"));
    if (key == null || key.length != VerificationKey.SIZE) {
      throw jwk.refused(Reason.WRONG_KEY_TYPE, "is not an Ed25519 key of 32 bytes");
    }
    if (!ProviderCrypto.isPossibleKey(key)) {
      throw jwk.refused(
          Reason.WRONG_KEY_TYPE, "is not an Ed25519 key: of small order, or not reduced");
    }
    return VerificationKey.of(key);
  }

  private static Scope scope(Claims claims) throws RefusedException {
    if (!claims.has("rooms") && !claims.has("roles") && !claims.has("attributes")) {
      return Scope.ALL;
    }
    try {
      return new Scope(
          claims.has("rooms") ? rooms(claims) : null,
          claims.has("roles") ? roles(claims) : null,
          claims.has("attributes") ? attributes(claims.object("attributes")) : Map.of());
    } catch (IllegalArgumentException e) {
      throw claims.malformed("is out of bounds: " + e.getMessage());
    }
  }

  private static Set<RoomPattern> rooms(Claims claims) throws RefusedException {
    Set<RoomPattern> rooms = new HashSet<>();
    for (String text : atMost(Scope.MAX_ROOMS, claims, "rooms")) {
      if (!rooms.add(new RoomPattern(text))) {
        throw claims.malformed("names a room twice");
      }
    }
    return rooms;
  }

  private static Set<Role> roles(Claims claims) throws RefusedException {
    Set<Role> roles = new HashSet<>();
    for (String text : atMost(Role.values().length, claims, "roles")) {
      if (!roles.add(Role.parse(text))) {
        throw claims.malformed("names a role twice");
      }
    }
    return roles;
  }

  private static List<String> atMost(int max, Claims claims, String name) throws RefusedException {
    List<String> texts = claims.texts(name);
    if (texts.size() > max) {
      throw claims.malformed("has more than " + max + " " + name);
    }
    return texts;
  }

  private static Map<String, String> attributes(Claims attributes) throws RefusedException {
    Map<String, String> map = new HashMap<>();
    for (String name : attributes.names()) {
      map.put(name, attributes.text(name));
    }
    return map;
  }

  ObjectNode toJson() {
    ObjectNode json = Claims.JSON.createObjectNode();
    json.put("iss", issuer.hex());
    json.put("sub", subject);
    json.put("iat", issuedAt);
    if (notBefore != issuedAt) {
      json.put("nbf", notBefore);
    }
    json.put("exp", expiresAt);
    json.put("jti", id);
    ObjectNode jwk = json.putObject("cnf").putObject("jwk");
    jwk.put("kty", "OKP");
    jwk.put("crv", "Ed25519");
    jwk.put("x", CanonicalBase64.encode(key.bytes()));
    addScope(json);
    return json;
  }

  private void addScope(ObjectNode json) {
    addTexts(json, "rooms", scope.rooms() == null ? null : sorted(scope.rooms()));
    addTexts(
        json,
        "roles",
        scope.roles() == null ? null : scope.roles().stream().sorted().map(Role::claim).toList());
    if (!scope.attributes().isEmpty()) {
      ObjectNode attributes = json.putObject("attributes");
      new TreeMap<>(scope.attributes()).forEach(attributes::put);
    }
  }

  private static List<String> sorted(Set<RoomPattern> rooms) {
    return rooms.stream().map(RoomPattern::text).sorted().toList();
  }

  private static void addTexts(ObjectNode json, String name, @Nullable List<String> texts) {
    if (texts != null) {
      ArrayNode array = json.putArray(name);
      texts.forEach(array::add);
    }
  }
}
