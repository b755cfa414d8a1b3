package org.peerroom.identity;

import static org.peerroom.identity.Refusal.Reason.BROKEN;
import static org.peerroom.identity.Refusal.Reason.EXPIRED;
import static org.peerroom.identity.Refusal.Reason.LIVES_TOO_LONG;
import static org.peerroom.identity.Refusal.Reason.MALFORMED;
import static org.peerroom.identity.Refusal.Reason.TOO_LARGE;
import static org.peerroom.identity.Refusal.Reason.UNKNOWN_AUTHORITY;
import static org.peerroom.identity.Refusal.Reason.WRONG_KEY_TYPE;
import static org.peerroom.identity.Refusal.Reason.WRONG_ROOM;
import static org.peerroom.identity.Refusal.Reason.WRONG_SUBJECT;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.peerroom.identity.Refusal.Reason;

/** Chains with a link whose claims are not what they must be, signed by the right key. */
final class BadClaims {

  private static final List<String> REQUIRED = List.of("iss", "sub", "iat", "exp", "jti", "cnf");

  private BadClaims() {}

  static Stream<BadChain> all() {
    return Stream.of(members(), numbers(), syntax(), encodings(), texts(), scopes())
        .map(BadChains::all)
        .flatMap(List::stream);
  }

  /** Puts a member before all others, or after them: what a lenient reader takes is the last. */
  private static UnaryOperator<ForgedJws> first(String member) {
    return link -> link.json(json -> json.replaceFirst("\\{", "{" + quote(member) + ","));
  }

  private static UnaryOperator<ForgedJws> last(String member) {
    return link -> link.json(json -> json.substring(0, json.length() - 1) + "," + member + "}");
  }

  private static String quote(String member) {
    return java.util.regex.Matcher.quoteReplacement(member);
  }

  private static BadChains members() {
    BadChains chains = new BadChains("members of the claims");
    for (String name : REQUIRED) {
      chains.spoilEach(name + " missing", link -> link.without(name), MALFORMED, WRONG_KEY_TYPE);
      for (String json : List.of("null", "[]", "{}", "true", "\"\"", "[\"x\"]", "-7", "1.5")) {
        chains.spoilEach(
            name + " is " + json, link -> link.claim(name, json), MALFORMED, WRONG_KEY_TYPE);
      }
    }
    for (String member :
        List.of(
            "\"iss\":\"" + ForgedChain.STRANGER.hex() + '"',
            "\"\\u0069ss\":\"" + ForgedChain.STRANGER.hex() + '"',
            "\"sub\":\"mallory\"",
            "\"su\\u0062\":\"mallory\"",
            "\"iat\":1",
            "\"exp\":99999999999",
            "\"e\\u0078p\":99999999999",
            "\"nbf\":1",
            "\"jti\":\"another\"",
            "\"cnf\":{\"jwk\":" + ForgedChain.STRANGER.jwk() + "}")) {
      chains.spoilEach("doubled, first " + member, first(member), MALFORMED);
      chains.spoilEach("doubled, last " + member, last(member), MALFORMED);
    }
    for (String member :
        List.of(
            "\"aud\":\"orders\"",
            "\"nonce\":\"1\"",
            "\"x-note\":\"1\"",
            "\"\":\"\"",
            "\"ISS\":\"1\"",
            "\"iss \":\"1\"",
            "\"room\":[\"orders\"]",
            "\"__proto__\":{}",
            "\"@class\":\"java.lang.Object\"")) {
      chains.spoilEach("unknown " + member, last(member), MALFORMED);
    }
    return chains;
  }

  /** Numbers that a JSON reader may take for a time. */
  private static BadChains numbers() {
    BadChains chains = new BadChains("numbers");
    List<String> never =
        List.of(
            "-1",
            "-9223372036854775808",
            "2.5",
            "1e3",
            "1E10",
            "1e400",
            "-1e400",
            "1.0",
            "9007199254740992",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551616",
            "9".repeat(400),
            "1e-400",
            "NaN",
            "Infinity",
            "-Infinity",
            "01",
            "00",
            "+1",
            "0x10",
            ".5",
            "1.",
            "1_000",
            "1e",
            "--1",
            "\"1772366400\"",
            "1772366400.0",
            "1772366400e0");
    for (String number : never) {
      String name = number.length() > 30 ? number.length() + " digits" : number;
      for (String claim : List.of("iat", "nbf", "exp")) {
        chains.spoilEach(claim + " " + name, link -> link.claim(claim, number), MALFORMED);
      }
    }
    // Not exp: an identity may live that long.
    for (String claim : List.of("iat", "nbf")) {
      chains.spoilEach(claim + " 2^53-1", link -> link.claim(claim, "9007199254740991"), MALFORMED);
    }
    for (int length = 2; length <= 4; length++) {
      ForgedChain good = ForgedChain.ofLength(length);
      chains.add(
          "exp 2^53-1 of a peer, " + length,
          good.with(length, link -> link.claim("exp", "9007199254740991")),
          LIVES_TOO_LONG);
    }
    chains.spoilEach("exp 0", link -> link.claim("exp", "0"), MALFORMED, EXPIRED);
    chains.spoilEach("exp -0", link -> link.claim("exp", "-0"), MALFORMED, EXPIRED);
    return chains;
  }

  private static BadChains syntax() {
    BadChains chains = new BadChains("syntax of the claims");
    Map<String, UnaryOperator<String>> changes =
        Map.of(
            "trailing brace", json -> json + '}',
            "trailing object", json -> json + "{}",
            "the same twice", json -> json + json,
            "trailing comma", json -> json.substring(0, json.length() - 1) + ",}",
            "trailing text", json -> json + " x",
            "a comment", json -> json.replaceFirst("\\{", "{/* */"),
            "a line comment", json -> json.replaceFirst("\\{", "{//\n"),
            "a YAML comment", json -> json.replaceFirst("\\{", "{#\n"),
            "single quotes", json -> json.replace('"', '\''),
            "names without quotes", json -> json.replace("\"iss\"", "iss"));
    changes.forEach((name, change) -> chains.spoilEach(name, l -> l.json(change), MALFORMED));
    Map<String, UnaryOperator<String>> further =
        Map.of(
            "in an array", json -> '[' + json + ']',
            "in a string", json -> '"' + json.replace("\"", "\\\"") + '"',
            "NUL before", json -> '\0' + json,
            "NUL after", json -> json + '\0',
            "NUL inside", json -> json.replaceFirst("\"sub\":\"", "\"sub\":\"\0"),
            "unterminated", json -> json.substring(0, json.length() - 1),
            "form feed", json -> json.replaceFirst("\\{", "{\f"),
            "no-break space", json -> json.replaceFirst("\\{", "{\u00a0"),
            "a byte order mark", json -> '\ufeff' + json,
            "a bad escape", json -> json.replaceFirst("\"sub\":\"", "\"sub\":\"\\\\x41"));
    further.forEach((name, change) -> chains.spoilEach(name, l -> l.json(change), MALFORMED));
    for (String json : List.of("", " ", "null", "[]", "{}", "0", "\"\"", "true", "{\"iss\"", "}")) {
      chains.spoilEach("claims are " + json, link -> link.json(old -> json), MALFORMED);
    }
    for (int depth : new int[] {20, 500, 1_000, 2_000, 10_000}) {
      for (String open : List.of("[", "{\"a\":")) {
        String close = open.equals("[") ? "]" : "}";
        String value = open.repeat(depth) + '1' + close.repeat(depth);
        String name = "nested " + depth + " deep by " + open;
        chains.spoilEach(name + " in sub", l -> l.claim("sub", value), MALFORMED, TOO_LARGE);
        chains.spoilEach(name + " unknown", l -> l.claim("a", value), MALFORMED, TOO_LARGE);
        chains.spoilEach(
            name + ", open", l -> l.json(old -> open.repeat(depth)), MALFORMED, TOO_LARGE);
      }
    }
    return chains;
  }

  private static BadChains encodings() {
    BadChains chains = new BadChains("encoding of the claims");
    for (Charset charset :
        List.of(
            StandardCharsets.UTF_16BE,
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_16,
            Charset.forName("UTF-32BE"),
            Charset.forName("UTF-32LE"))) {
      chains.spoilEach(
          charset.name(), link -> link.claims(link.json().getBytes(charset)), MALFORMED);
    }
    Map.of(
            "a byte that never stands", new int[] {0xff},
            "a lone continuation", new int[] {0x80},
            "an overlong NUL", new int[] {0xc0, 0x80},
            "an overlong slash", new int[] {0xe0, 0x80, 0xaf},
            "a surrogate", new int[] {0xed, 0xa0, 0x80},
            "a pair of surrogates", new int[] {0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80},
            "beyond the last", new int[] {0xf4, 0x90, 0x80, 0x80},
            "cut short", new int[] {0xe2, 0x98},
            "five bytes", new int[] {0xf8, 0x88, 0x80, 0x80, 0x80},
            "an umlaut in Latin 1", new int[] {0xfc})
        .forEach(
            (name, bytes) -> {
              chains.spoilEach(
                  name + " in jti", link -> link.claims(inside(link, "jti", bytes)), MALFORMED);
              ForgedChain good = ForgedChain.ofLength(3);
              chains.add(
                  name + " in sub",
                  good.with(2, link -> link.claims(inside(link, "sub", bytes))),
                  MALFORMED);
              chains.add(
                  name + " in an attribute",
                  good.with(
                      2,
                      link -> {
                        ForgedJws with = link.claim("attributes", "{\"org\":\"Acme\"}");
                        return with.claims(inside(with, "org", bytes));
                      }),
                  MALFORMED);
            });
    return chains;
  }

  /** Bytes as they are at the start of a string. */
  private static byte[] inside(ForgedJws link, String member, int... bytes) {
    StringBuilder inserted = new StringBuilder();
    for (int b : bytes) {
      inserted.append((char) b);
    }
    String start = '"' + member + "\":\"";
    return link.json().replace(start, start + inserted).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Names and ids that must not be. */
  private static BadChains texts() {
    BadChains chains = new BadChains("names and ids");
    ForgedChain good = ForgedChain.ofLength(3);
    for (String name :
        List.of(
            " ",
            "x".repeat(129),
            "a\\u0000b",
            "a\\nb",
            "a\\tb",
            "a\\rb",
            "\\u007f",
            "a\\u0085b",
            "\\ud800",
            "a\\udc00b",
            "\\ude00\\ud83d",
            "\\u001b[2J")) {
      String quoted = '"' + name + '"';
      String what = name.length() > 100 ? name.length() + " characters" : name;
      chains.add("sub " + what, good.with(1, l -> l.claim("sub", quoted)), MALFORMED);
      chains.add("sub " + what + " of two", good.with(2, l -> l.claim("sub", quoted)), MALFORMED);
      chains.add(
          "sub " + what + " of a peer",
          good.with(3, link -> link.claim("sub", quoted)),
          MALFORMED,
          WRONG_SUBJECT);
    }
    for (String id :
        List.of("x".repeat(65), "a b", "a.b", "a/b", "ä", "a\\u0000", "a\\n", "\\ud800", "*")) {
      String quoted = '"' + id + '"';
      chains.spoilEach("jti " + id, link -> link.claim("jti", quoted), MALFORMED);
    }
    for (UnaryOperator<String> change :
        List.<UnaryOperator<String>>of(
            hex -> hex.toUpperCase(java.util.Locale.ROOT),
            hex -> hex.substring(1),
            hex -> hex + '0',
            hex -> ' ' + hex.substring(1),
            hex -> "0x" + hex.substring(2),
            hex -> hex.replaceFirst("[0-9a-f]$", "g"),
            hex -> hex.replaceFirst("^.", "\uff11"),
            hex -> "\\u0000" + hex.substring(1))) {
      String all = change.apply("abcdef0123456789".repeat(4));
      chains.spoilEach(
          "iss " + all,
          link -> link.json(json -> changedHex(json, "iss", change)),
          MALFORMED,
          BROKEN,
          UNKNOWN_AUTHORITY);
      for (int length = 2; length <= 3; length++) {
        chains.add(
            "sub " + all + " of a peer, " + length,
            ForgedChain.ofLength(length)
                .with(length, link -> link.json(json -> changedHex(json, "sub", change))),
            MALFORMED,
            WRONG_SUBJECT);
      }
    }
    return chains;
  }

  private static String changedHex(String json, String claim, UnaryOperator<String> change) {
    int start = json.indexOf('"' + claim + "\":\"") + claim.length() + 4;
    int end = json.indexOf('"', start);
    return json.substring(0, start)
        + change.apply(json.substring(start, end))
        + json.substring(end);
  }

  /** Rooms, roles and attributes that are malformed in themselves. */
  private static BadChains scopes() {
    BadChains chains = new BadChains("rooms, roles and attributes");
    Reason[] unreadable = {MALFORMED, TOO_LARGE};
    for (String rooms :
        List.of(
            "null",
            "{}",
            "\"orders\"",
            "1",
            "true",
            "[1]",
            "[null]",
            "[[\"orders\"]]",
            "[\"\"]",
            "[\"or*ers\"]",
            "[\"*orders\"]",
            "[\"orders**\"]",
            "[\"a\\u0000\"]",
            "[\"\\ud800\"]",
            "[" + "\"orders\",".repeat(16) + "\"orders\"]",
            seventeenRooms())) {
      chains.spoilEach("rooms " + rooms, link -> link.claim("rooms", rooms), unreadable);
    }
    chains.spoilEach("no room", link -> link.claim("rooms", "[]"), MALFORMED, WRONG_ROOM);
    for (String roles :
        List.of(
            "null",
            "{}",
            "\"publish\"",
            "1",
            "[1]",
            "[null]",
            "[\"Publish\"]",
            "[\"PUBLISH\"]",
            "[\"publish\",\"admin\"]",
            "[\"publish \"]",
            "[\"*\"]",
            "[\"\"]",
            "[[\"publish\"]]",
            "[\"publish\",\"publish\"]",
            "[\"publish\",null]")) {
      chains.spoilEach("roles " + roles, link -> link.claim("roles", roles), unreadable);
    }
    ForgedChain good = ForgedChain.ofLength(3);
    for (String attributes :
        List.of(
            "null",
            "[]",
            "\"org\"",
            "1",
            "{\"org\":1}",
            "{\"org\":null}",
            "{\"org\":[]}",
            "{\"org\":{}}",
            "{\"org\":\"\"}",
            "{\"\":\"a\"}",
            "{\"Org\":\"a\"}",
            "{\"o g\":\"a\"}",
            "{\"org\":\"a\\u0000\"}",
            "{\"org\":\"a\\nb\"}",
            "{\"org\":\"\\ud800\"}",
            "{\"org\":\"a\",\"org\":\"a\"}",
            "{\"org\":\"a\",\"o\\u0072g\":\"b\"}",
            "{\"" + "o".repeat(65) + "\":\"a\"}",
            "{\"org\":\"" + "a".repeat(257) + "\"}",
            seventeenAttributes())) {
      for (int link = 1; link <= 2; link++) {
        chains.add(
            "attributes " + attributes + " of link " + link,
            good.with(link, jws -> jws.claim("attributes", attributes)),
            unreadable);
      }
    }
    return chains;
  }

  private static String seventeenRooms() {
    StringBuilder rooms = new StringBuilder("[\"orders\"");
    for (int i = 1; i < 17; i++) {
      rooms.append(",\"room").append(i).append('"');
    }
    return rooms.append(']').toString();
  }

  private static String seventeenAttributes() {
    StringBuilder attributes = new StringBuilder("{\"a0\":\"v\"");
    for (int i = 1; i < 17; i++) {
      attributes.append(",\"a").append(i).append("\":\"v\"");
    }
    return attributes.append('}').toString();
  }
}
