package org.peerroom.identity;

import static org.peerroom.identity.Refusal.Reason.BAD_SIGNATURE;
import static org.peerroom.identity.Refusal.Reason.BROKEN;
import static org.peerroom.identity.Refusal.Reason.MALFORMED;
import static org.peerroom.identity.Refusal.Reason.WRONG_KEY_TYPE;
import static org.peerroom.identity.Refusal.Reason.WRONG_SUBJECT;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.peerroom.identity.Refusal.Reason;

/** Chains with a link that vouches for what is no Ed25519 public key, or for more than that. */
final class BadKeys {

  private static final Reason[] NO_KEY = {MALFORMED, WRONG_KEY_TYPE};
  private static final byte[] KEY = ForgedChain.PEER.bytes();
  private static final String X = ForgedChain.PEER.x();

  /** Points of small order, and coordinates that are not reduced: little-endian y with x's sign. */
  private static final List<String> BAD_POINTS =
      List.of(
          "0000000000000000000000000000000000000000000000000000000000000000",
          "0000000000000000000000000000000000000000000000000000000000000080",
          "0100000000000000000000000000000000000000000000000000000000000000",
          "0100000000000000000000000000000000000000000000000000000000000080",
          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");

  private BadKeys() {}

  static Stream<BadChain> all() {
    return Stream.of(types(), encodings(), points(), confirmations())
        .map(BadChains::all)
        .flatMap(List::stream);
  }

  private static String jwk(String kty, String crv, String x) {
    return "{\"kty\":\"" + kty + "\",\"crv\":\"" + crv + "\",\"x\":\"" + x + "\"}";
  }

  private static void spoil(BadChains chains, String name, String jwk, Reason... reasons) {
    chains.spoilEach(name, link -> link.claim("cnf", "{\"jwk\":" + jwk + "}"), reasons);
  }

  private static BadChains types() {
    BadChains chains = new BadChains("key type");
    for (String kty : List.of("EC", "RSA", "oct", "okp", "Okp", "AKP", "OKP ", "")) {
      spoil(chains, "kty " + kty, jwk(kty, "Ed25519", X), NO_KEY);
    }
    for (String crv :
        List.of("X25519", "Ed448", "X448", "P-256", "ed25519", "ED25519", "Ed25519\\u0000", "")) {
      spoil(chains, "crv " + crv, jwk("OKP", crv, X), NO_KEY);
    }
    Map.of(
            "P-256", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + X + "\",\"y\":\"" + X + "\"}",
            "RSA", "{\"kty\":\"RSA\",\"n\":\"" + X + "\",\"e\":\"AQAB\"}",
            "a secret", "{\"kty\":\"oct\",\"k\":\"" + X + "\"}",
            "no kty", "{\"crv\":\"Ed25519\",\"x\":\"" + X + "\"}",
            "no crv", "{\"kty\":\"OKP\",\"x\":\"" + X + "\"}",
            "no x", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}",
            "empty", "{}",
            "a list", '[' + ForgedChain.PEER.jwk() + ']',
            "hex", '"' + ForgedChain.PEER.hex() + '"',
            "null", "null")
        .forEach((name, jwk) -> spoil(chains, name, jwk, NO_KEY));
    for (String json : List.of("null", "1", "[\"OKP\"]", "true", "{}")) {
      spoil(chains, "kty is " + json, good().replace("\"OKP\"", json), NO_KEY);
      spoil(chains, "crv is " + json, good().replace("\"Ed25519\"", json), NO_KEY);
      spoil(chains, "x is " + json, good().replace('"' + X + '"', json), NO_KEY);
    }
    return chains;
  }

  private static String good() {
    return ForgedChain.PEER.jwk();
  }

  private static BadChains encodings() {
    BadChains chains = new BadChains("encoding of a key");
    Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
    for (int size : new int[] {0, 1, 16, 31, 33, 48, 64, 300}) {
      String x = url.encodeToString(Arrays.copyOf(KEY, size));
      spoil(chains, "x of " + size + " bytes", jwk("OKP", "Ed25519", x), NO_KEY);
    }
    byte[] dashes = KEY.clone();
    Arrays.fill(dashes, (byte) 0xfb);
    String otherAlphabet = Base64.getEncoder().withoutPadding().encodeToString(dashes);
    for (String x :
        List.of(
            X + '=',
            X + "==",
            ' ' + X,
            X + ' ',
            X + "\\n",
            X.substring(0, 20) + "\\r\\n" + X.substring(20),
            X + '.',
            otherAlphabet,
            ForgedChain.PEER.hex(),
            withTrailingBits(X, 1),
            withTrailingBits(X, 2),
            withTrailingBits(X, 3),
            "~".repeat(43),
            "\u00fc".repeat(43))) {
      spoil(chains, "x is " + x, jwk("OKP", "Ed25519", x), NO_KEY);
    }
    return chains;
  }

  /** The last of 43 characters carries two bits that no byte holds. */
  static String withTrailingBits(String base64url, int bits) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = base64url.length() - 1;
    int value = alphabet.indexOf(base64url.charAt(last));
    return base64url.substring(0, last) + alphabet.charAt(value | bits);
  }

  /** Each point at the end of a chain, and in the middle with a link after it that names it. */
  private static BadChains points() {
    BadChains chains = new BadChains("points that are no keys");
    for (String hex : BAD_POINTS) {
      String x = ForgedJws.base64url(HexFormat.of().parseHex(hex));
      String confirmation = "{\"jwk\":" + jwk("OKP", "Ed25519", x) + "}";
      for (int length = 2; length <= 3; length++) {
        ForgedChain atTheEnd =
            ForgedChain.ofLength(length)
                .with(
                    length,
                    link -> link.claim("cnf", confirmation).claim("sub", ForgedJws.quoted(hex)));
        chains.add(hex + " of a peer, " + length, atTheEnd, NO_KEY);
        ForgedChain inTheMiddle =
            ForgedChain.ofLength(length)
                .with(length - 1, link -> link.claim("cnf", confirmation))
                .with(length, link -> signedUnder(link, hex));
        chains.add(
            hex + " of an identity, " + length,
            inTheMiddle,
            MALFORMED,
            WRONG_KEY_TYPE,
            BAD_SIGNATURE);
      }
    }
    return chains;
  }

  /** R the neutral point and S zero: holds for every message under a key of order 1. */
  private static ForgedJws signedUnder(ForgedJws link, String hex) {
    byte[] signature = new byte[64];
    signature[0] = 1;
    return link.claim("iss", ForgedJws.quoted(hex)).signature(old -> signature);
  }

  private static BadChains confirmations() {
    BadChains chains = new BadChains("confirmation");
    for (String member :
        List.of(
            "\"d\":\"" + X + '"',
            "\"d\":\"\"",
            "\"d\":null",
            "\"kid\":\"1\"",
            "\"alg\":\"EdDSA\"",
            "\"use\":\"sig\"",
            "\"key_ops\":[\"verify\"]",
            "\"y\":\"" + X + '"',
            "\"k\":\"" + X + '"',
            "\"x5c\":[]",
            "\"\":1",
            "\"kty\":\"OKP\"",
            "\"kty\":\"EC\"",
            "\"crv\":\"Ed25519\"",
            "\"cr\\u0076\":\"X25519\"",
            "\"x\":\"" + ForgedChain.STRANGER.x() + '"',
            "\"\\u0078\":\"" + ForgedChain.STRANGER.x() + '"')) {
      chains.spoilEach(
          "jwk with " + member,
          link -> link.json(json -> json.replace("\"}}", "\"," + member + "}}")),
          NO_KEY);
      chains.spoilEach(
          "jwk with first " + member,
          link -> link.json(json -> json.replace("{\"kty\"", "{" + member + ",\"kty\"")),
          NO_KEY);
    }
    for (String member :
        List.of(
            "\"jkt\":\"" + X + '"',
            "\"kid\":\"1\"",
            "\"jku\":\"https://keys.example\"",
            "\"jwe\":\"a.b.c.d.e\"",
            "\"x5t#S256\":\"" + X + '"',
            "\"jwk\":" + ForgedChain.STRANGER.jwk(),
            "\"jw\\u006b\":" + ForgedChain.STRANGER.jwk(),
            "\"\":{}")) {
      chains.spoilEach(
          "cnf with " + member,
          link -> link.json(json -> json.replace("\"}}", "\"}," + member + "}")),
          NO_KEY);
    }
    for (String confirmation :
        List.of(
            "{\"jkt\":\"" + X + "\"}",
            "{\"kid\":\"1\"}",
            "{\"JWK\":" + good() + "}",
            good(),
            "[{\"jwk\":" + good() + "}]",
            "{\"jwk\":{\"jwk\":" + good() + "}}")) {
      chains.spoilEach("cnf " + confirmation, link -> link.claim("cnf", confirmation), NO_KEY);
    }
    chains.spoilEach(
        "of a stranger",
        link -> link.claim("cnf", "{\"jwk\":" + ForgedChain.STRANGER.jwk() + "}"),
        BROKEN,
        WRONG_SUBJECT);
    return chains;
  }
}
