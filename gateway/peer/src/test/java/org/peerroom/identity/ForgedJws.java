package org.peerroom.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A compact JWS (RFC 7515, section 7.1) written by hand, so that it can be wrong in every way: any
 * header, any claims, any bytes for either, signed by any key, any signature. Shares no code with
 * what writes the real ones. Immutable: every change gives another one.
 */
final class ForgedJws {

  static final String IDENTITY = "peerroom-identity+jwt";
  static final String PEER = "peerroom-peer+jwt";

  /** The time at which everything is valid that is not told otherwise. */
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final byte[] header;
  private final Map<String, String> claims;
  private final byte @Nullable [] rawClaims;
  private final TestKey signer;
  private final List<UnaryOperator<byte[]>> signatureChanges;
  private final Map<Integer, UnaryOperator<String>> partChanges;

  private ForgedJws(
      byte[] header,
      Map<String, String> claims,
      byte @Nullable [] rawClaims,
      TestKey signer,
      List<UnaryOperator<byte[]>> signatureChanges,
      Map<Integer, UnaryOperator<String>> partChanges) {
    this.header = header;
    this.claims = claims;
    this.rawClaims = rawClaims;
    this.signer = signer;
    this.signatureChanges = signatureChanges;
    this.partChanges = partChanges;
  }

  /** A JWS with these claims, each value as JSON. */
  static ForgedJws of(String typ, TestKey signer, Map<String, String> claims) {
    return new ForgedJws(
        utf8("{\"alg\":\"EdDSA\",\"typ\":\"" + typ + "\"}"),
        new LinkedHashMap<>(claims),
        null,
        signer,
        List.of(),
        Map.of());
  }

  /** A certificate for an identity, valid from an hour ago for 30 days. */
  static ForgedJws identity(TestKey issuer, String name, TestKey key) {
    return certificate(IDENTITY, issuer, name, key, 30 * 24 * 3600);
  }

  /** A certificate for a peer, valid from an hour ago for 12 hours. */
  static ForgedJws peer(TestKey issuer, TestKey key) {
    return certificate(PEER, issuer, key.hex(), key, 12 * 3600);
  }

  private static ForgedJws certificate(
      String typ, TestKey issuer, String subject, TestKey key, long seconds) {
    long from = NOW.getEpochSecond() - 3600;
    Map<String, String> claims = new LinkedHashMap<>();
    claims.put("iss", quoted(issuer.hex()));
    claims.put("sub", quoted(subject));
    claims.put("iat", Long.toString(from));
    claims.put("nbf", Long.toString(from));
    claims.put("exp", Long.toString(from + seconds));
    claims.put("jti", quoted("id-" + key.hex().substring(0, 12)));
    claims.put("cnf", "{\"jwk\":" + key.jwk() + "}");
    return of(typ, issuer, claims);
  }

  static String quoted(String text) {
    return '"' + text + '"';
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String base64url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  ForgedJws header(String json) {
    return header(utf8(json));
  }

  ForgedJws header(byte[] bytes) {
    return new ForgedJws(bytes, claims, rawClaims, signer, signatureChanges, partChanges);
  }

  /** Sets a claim to a value in JSON. */
  ForgedJws claim(String name, Object json) {
    Map<String, String> changed = new LinkedHashMap<>(claims);
    changed.put(name, json.toString());
    return new ForgedJws(header, changed, rawClaims, signer, signatureChanges, partChanges);
  }

  ForgedJws without(String name) {
    Map<String, String> changed = new LinkedHashMap<>(claims);
    changed.remove(name);
    return new ForgedJws(header, changed, rawClaims, signer, signatureChanges, partChanges);
  }

  /** Replaces the claims as a whole, before signing. */
  ForgedJws claims(byte[] bytes) {
    return new ForgedJws(header, claims, bytes, signer, signatureChanges, partChanges);
  }

  /** Changes the JSON of the claims, before signing. */
  ForgedJws json(UnaryOperator<String> change) {
    return claims(utf8(change.apply(json())));
  }

  /** The claims in another order. */
  ForgedJws shuffled(Random random) {
    List<String> names = new ArrayList<>(claims.keySet());
    Collections.shuffle(names, random);
    Map<String, String> changed = new LinkedHashMap<>();
    names.forEach(name -> changed.put(name, claims.get(name)));
    return new ForgedJws(header, changed, rawClaims, signer, signatureChanges, partChanges);
  }

  ForgedJws signedBy(TestKey other) {
    return new ForgedJws(header, claims, rawClaims, other, signatureChanges, partChanges);
  }

  ForgedJws signature(UnaryOperator<byte[]> change) {
    List<UnaryOperator<byte[]>> changes = new ArrayList<>(signatureChanges);
    changes.add(change);
    return new ForgedJws(header, claims, rawClaims, signer, changes, partChanges);
  }

  /**
   * Changes one encoded part: header 0, claims 1, before they are signed; signature 2, after that.
   */
  ForgedJws part(int part, UnaryOperator<String> change) {
    Map<Integer, UnaryOperator<String>> changes = new LinkedHashMap<>(partChanges);
    changes.put(part, change);
    return new ForgedJws(header, claims, rawClaims, signer, signatureChanges, changes);
  }

  /** The claims as JSON, the members in the order in which they were set. */
  String json() {
    return claims.entrySet().stream()
        .map(claim -> quoted(claim.getKey()) + ":" + claim.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  String headerJson() {
    return new String(header, StandardCharsets.UTF_8);
  }

  byte[] signatureBytes() {
    return signature(signingInput());
  }

  private byte[] signature(byte[] input) {
    byte[] signature = signer.sign(input);
    for (UnaryOperator<byte[]> change : signatureChanges) {
      signature = change.apply(signature);
    }
    return signature;
  }

  private byte[] signingInput() {
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    input.writeBytes(utf8(encoded(0, header)));
    input.write('.');
    input.writeBytes(utf8(encoded(1, rawClaims == null ? utf8(json()) : rawClaims)));
    return input.toByteArray();
  }

  private String encoded(int part, byte[] bytes) {
    return partChanges.getOrDefault(part, UnaryOperator.identity()).apply(base64url(bytes));
  }

  String text() {
    byte[] input = signingInput();
    return new String(input, StandardCharsets.UTF_8) + "." + encoded(2, signature(input));
  }
}
