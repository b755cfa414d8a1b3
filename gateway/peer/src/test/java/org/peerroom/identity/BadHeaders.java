package org.peerroom.identity;

import static org.peerroom.identity.Refusal.Reason.BAD_SIGNATURE;
import static org.peerroom.identity.Refusal.Reason.BROKEN;
import static org.peerroom.identity.Refusal.Reason.MALFORMED;
import static org.peerroom.identity.Refusal.Reason.MAY_NOT_CERTIFY;
import static org.peerroom.identity.Refusal.Reason.WRONG_ALGORITHM;
import static org.peerroom.identity.Refusal.Reason.WRONG_SUBJECT;
import static org.peerroom.identity.Refusal.Reason.WRONG_TYPE;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.peerroom.identity.Refusal.Reason;

/**
 * Chains with a link whose header is not the one that is allowed. All are signed by the right key
 * unless they say otherwise: it is the header alone that is wrong.
 */
final class BadHeaders {

  private static final Reason[] MALFORMED_OR_TYPE = {MALFORMED, WRONG_TYPE};
  private static final Reason[] MALFORMED_OR_ALGORITHM = {MALFORMED, WRONG_ALGORITHM};

  private BadHeaders() {}

  static Stream<BadChain> all() {
    return Stream.of(algorithms(), forgedAlgorithms(), types(), extraMembers(), syntax())
        .map(BadChains::all)
        .flatMap(List::stream);
  }

  /** Puts a value in JSON where the algorithm stands. */
  private static UnaryOperator<ForgedJws> algorithm(String json) {
    return link -> link.header(link.headerJson().replace("\"EdDSA\"", json));
  }

  private static BadChains algorithms() {
    BadChains chains = new BadChains("algorithm");
    Stream.of("none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "RS256", "PS256", "ES256")
        .forEach(
            name -> chains.spoilEach(name, algorithm('"' + name + '"'), MALFORMED_OR_ALGORITHM));
    Stream.of(
            "ES256K",
            "Ed25519",
            "Ed448",
            "eddsa",
            "EDDSA",
            "Eddsa",
            "EdDSA ",
            " EdDSA",
            "EdDSA\\u0000",
            "")
        .forEach(
            name -> chains.spoilEach(name, algorithm('"' + name + '"'), MALFORMED_OR_ALGORITHM));
    Stream.of("null", "0", "true", "[\"EdDSA\"]", "{\"EdDSA\":1}")
        .forEach(json -> chains.spoilEach(json, algorithm(json), MALFORMED_OR_ALGORITHM));
    chains.spoilEach(
        "missing",
        link -> link.header(link.headerJson().replace("\"alg\":\"EdDSA\",", "")),
        MALFORMED_OR_ALGORITHM);
    chains.spoilEach(
        "in capitals",
        link -> link.header(link.headerJson().replace("\"alg\"", "\"ALG\"")),
        MALFORMED_OR_ALGORITHM);
    return chains;
  }

  /** What would pass where the header chooses the algorithm. */
  private static BadChains forgedAlgorithms() {
    BadChains chains = new BadChains("algorithm, forged");
    chains.spoilEach(
        "none without a signature",
        link -> algorithm("\"none\"").apply(link).signature(signature -> new byte[0]),
        MALFORMED,
        WRONG_ALGORITHM,
        BAD_SIGNATURE);
    for (int length = 2; length <= 3; length++) {
      for (int number = 1; number <= length; number++) {
        ForgedChain good = ForgedChain.ofLength(length);
        TestKey issuer = issuer(length, number);
        String which = ", link " + number + " of " + length;
        for (Map.Entry<String, byte[]> secret : publicSecrets(issuer).entrySet()) {
          String text = spoilt(good, number, "HS256", input -> mac(secret.getValue(), input));
          chains.add(
              "HS256 keyed with " + secret.getKey() + which, text, MALFORMED, WRONG_ALGORITHM);
        }
        String text = spoilt(good, number, "ES256", BadHeaders::ecdsa);
        chains.add("ES256 by a key of its own" + which, text, MALFORMED, WRONG_ALGORITHM);
      }
    }
    return chains;
  }

  private static TestKey issuer(int length, int link) {
    if (link == 1) {
      return ForgedChain.AUTHORITY;
    }
    return link == length ? ForgedChain.ALICE : ForgedChain.ORGANISATION;
  }

  private static Map<String, byte[]> publicSecrets(TestKey key) {
    return Map.of(
        "the public key", key.bytes(),
        "its hex digits", key.hex().getBytes(StandardCharsets.UTF_8),
        "its x", key.x().getBytes(StandardCharsets.UTF_8),
        "its JWK", key.jwk().getBytes(StandardCharsets.UTF_8));
  }

  private static String spoilt(
      ForgedChain good, int number, String algorithm, UnaryOperator<byte[]> signer) {
    String[] links = good.texts().toArray(String[]::new);
    String[] parts =
        algorithm('"' + algorithm + '"').apply(good.link(number)).text().split("\\.", -1);
    String input = parts[0] + '.' + parts[1];
    byte[] signature = signer.apply(input.getBytes(StandardCharsets.UTF_8));
    links[number - 1] = input + '.' + ForgedJws.base64url(signature);
    return String.join("\n", links);
  }

  private static byte[] mac(byte[] secret, byte[] input) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** In the form of RFC 7518, section 3.4: R and S side by side, 64 bytes as in Ed25519. */
  private static byte[] ecdsa(byte[] input) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(generator.generateKeyPair().getPrivate());
      signature.update(input);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static UnaryOperator<ForgedJws> type(String json) {
    return link ->
        link.header(link.headerJson().replaceFirst("\"typ\":.*}", "\"typ\":" + json + "}"));
  }

  private static BadChains types() {
    BadChains chains = new BadChains("type");
    Stream.of("JWT", "jwt", "JOSE", "at+jwt", "peerroom-identity", "peerroom-peer", "")
        .forEach(typ -> chains.spoilEach(typ, type('"' + typ + '"'), MALFORMED_OR_TYPE));
    Stream.of("peerroom-revocation+jwt", "peerroom-request+jwt", "PEERROOM-IDENTITY+JWT")
        .forEach(typ -> chains.spoilEach(typ, type('"' + typ + '"'), MALFORMED_OR_TYPE));
    Stream.of("application/peerroom-identity+jwt", "application/peerroom-peer+jwt")
        .forEach(typ -> chains.spoilEach(typ, type('"' + typ + '"'), MALFORMED_OR_TYPE));
    Stream.of("peerroom-peer+jwt ", "peerroom-peer+jwt\\u0000", "peerroom\\u002dpeer+jwt\\n")
        .forEach(typ -> chains.spoilEach(typ, type('"' + typ + '"'), MALFORMED_OR_TYPE));
    Stream.of("null", "1", "[\"peerroom-peer+jwt\"]", "{}")
        .forEach(json -> chains.spoilEach(json, type(json), MALFORMED_OR_TYPE));
    chains.spoilEach("missing", link -> link.header("{\"alg\":\"EdDSA\"}"), MALFORMED_OR_TYPE);
    chains.spoilEach(
        "of the other kind",
        link ->
            link.header(
                link.headerJson().contains("identity")
                    ? link.headerJson().replace("identity", "peer")
                    : link.headerJson().replace("peerroom-peer", "peerroom-identity")),
        WRONG_TYPE,
        WRONG_SUBJECT,
        BROKEN,
        MAY_NOT_CERTIFY,
        MALFORMED);
    return chains;
  }

  private static UnaryOperator<ForgedJws> extra(String members) {
    return link -> link.header(link.headerJson().replace("}", "," + members + "}"));
  }

  private static BadChains extraMembers() {
    BadChains chains = new BadChains("extra member of the header");
    TestKey stranger = ForgedChain.STRANGER;
    Map.of(
            "crit", "\"crit\":[\"b64\"]",
            "empty crit", "\"crit\":[]",
            "crit exp", "\"crit\":[\"exp\"],\"exp\":99999999999",
            "b64", "\"b64\":true",
            "b64 and crit", "\"b64\":false,\"crit\":[\"b64\"]",
            "kid", "\"kid\":\"" + ForgedChain.AUTHORITY.hex() + '"',
            "jku", "\"jku\":\"https://keys.example/jwks.json\"",
            "x5u", "\"x5u\":\"https://keys.example/chain.pem\"",
            "x5c", "\"x5c\":[\"MIIB\"]",
            "x5t", "\"x5t#S256\":\"" + stranger.x() + '"')
        .forEach((name, members) -> chains.spoilEach(name, extra(members), MALFORMED));
    Map.of(
            "cty", "\"cty\":\"JWT\"",
            "zip", "\"zip\":\"DEF\"",
            "enc", "\"enc\":\"A256GCM\"",
            "iss", "\"iss\":\"" + ForgedChain.AUTHORITY.hex() + '"',
            "empty name", "\"\":\"\"",
            "unknown", "\"x-peerroom\":1",
            "alg in capitals", "\"ALG\":\"none\"",
            "alg again", "\"alg\":\"EdDSA\"",
            "alg none after", "\"alg\":\"none\"",
            "alg none after, escaped", "\"\\u0061lg\":\"none\"")
        .forEach((name, members) -> chains.spoilEach(name, extra(members), MALFORMED_OR_ALGORITHM));
    chains.spoilEach(
        "jwk of a stranger who signs",
        link -> extra("\"jwk\":" + stranger.jwk()).apply(link).signedBy(stranger),
        MALFORMED,
        BAD_SIGNATURE);
    chains.spoilEach(
        "alg none before",
        link -> link.header(link.headerJson().replace("{", "{\"alg\":\"none\",")),
        MALFORMED_OR_ALGORITHM);
    chains.spoilEach(
        "typ again",
        link -> link.header(link.headerJson().replace("{", "{\"typ\":\"JWT\",")),
        MALFORMED_OR_TYPE);
    chains.spoilEach(
        "typ again, escaped, after", extra("\"t\\u0079p\":\"JWT\""), MALFORMED_OR_TYPE);
    return chains;
  }

  private static BadChains syntax() {
    BadChains chains = new BadChains("syntax of the header");
    Map.of(
            "empty object", "{}",
            "array", "[]",
            "string", "\"EdDSA\"",
            "null", "null",
            "number", "1",
            "empty", "",
            "spaces", "   ",
            "not JSON", "alg=EdDSA",
            "brace", "{",
            "nested deep", "[".repeat(3000))
        .forEach(
            (name, json) ->
                chains.spoilEach(
                    name, link -> link.header(json), MALFORMED, WRONG_ALGORITHM, WRONG_TYPE));
    Map<String, UnaryOperator<String>> changes =
        Map.of(
            "trailing brace", json -> json + '}',
            "trailing object", json -> json + json,
            "trailing comma", json -> json.replace("}", ",}"),
            "trailing NUL", json -> json + '\0',
            "byte order mark", json -> '\ufeff' + json,
            "comment", json -> json.replace("{", "{/**/"),
            "single quotes", json -> json.replace('"', '\''),
            "names without quotes", json -> json.replace("\"alg\"", "alg"),
            "a missing comma", json -> json.replace(",", " "),
            "in an array", json -> '[' + json + ']');
    changes.forEach(
        (name, change) ->
            chains.spoilEach(
                name, link -> link.header(change.apply(link.headerJson())), MALFORMED));
    chains.spoilEach(
        "invalid UTF-8", link -> link.header(insideTyp(link, 0xff)), MALFORMED_OR_TYPE);
    chains.spoilEach(
        "overlong NUL", link -> link.header(insideTyp(link, 0xc0, 0x80)), MALFORMED_OR_TYPE);
    chains.spoilEach(
        "UTF-16",
        link -> link.header(link.headerJson().getBytes(StandardCharsets.UTF_16LE)),
        MALFORMED);
    return chains;
  }

  private static byte[] insideTyp(ForgedJws link, int... bytes) {
    StringBuilder inserted = new StringBuilder();
    for (int b : bytes) {
      inserted.append((char) b);
    }
    return link.headerJson()
        .replace("+jwt", "+jwt" + inserted)
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
