package org.peerroom.identity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Changes good chains, and other signed statements, at random. */
final class ChainMutations {

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final List<String> WORDS =
      List.of(
          "\"", "{", "}", "[", "]", ":", ",", "0", "9", "-", ".", "e", "*", "null", "\\u0000", " ");

  /** Who signs what is signed again: nobody vouches for this key. */
  static final TestKey ATTACKER = TestKey.of(666);

  private final Random random;
  private final List<String> good;

  /**
   * @param good one or more compact JWS, one a line, of which none can be put together to others
   */
  ChainMutations(Random random, List<String> good) {
    this.random = random;
    this.good = List.copyOf(good);
  }

  /** Twelve good chains of 2 to 4 links that share only the authority. */
  static List<String> chains() {
    List<String> chains = new ArrayList<>();
    for (int number = 0; number < 12; number++) {
      chains.add(chain(2 + number % 3, 1_000 + 10 * number).text());
    }
    return chains;
  }

  private static ForgedChain chain(int length, int firstKey) {
    ForgedChain chain = ForgedChain.of();
    TestKey issuer = ForgedChain.AUTHORITY;
    for (int link = 1; link < length; link++) {
      TestKey key = TestKey.of(firstKey + link);
      ForgedJws identity = ForgedJws.identity(issuer, "name " + key.hex().substring(0, 8), key);
      if (link < length - 1) {
        identity = identity.claim("roles", ForgedChain.ALL_ROLES);
      } else if (firstKey % 20 == 0) {
        identity =
            identity
                .claim("rooms", "[\"orders\",\"invoices*\"]")
                .claim("attributes", "{\"org\":\"Acme\",\"email\":\"a@acme.example\"}");
      }
      chain = chain.and(identity);
      issuer = key;
    }
    return chain.and(ForgedJws.peer(issuer, TestKey.of(firstKey + length)));
  }

  List<String> good() {
    return good;
  }

  /** A changed chain; now and then the change changes nothing. */
  byte[] next() {
    String text = any(good);
    return switch (random.nextInt(12)) {
      case 0 -> flipped(utf8(text));
      case 1 -> cutOut(text);
      case 2 -> inserted(text);
      case 3 -> swappedRanges(text);
      case 4 -> otherLetters(text);
      case 5 -> spliced(text, any(good));
      case 6, 7 -> otherPart(text);
      case 8 -> otherLines(text);
      case 9 -> utf8(withChangedPart(text, 2, false));
      case 10 -> utf8(withChangedPart(text, random.nextInt(8) == 0 ? 0 : 1, false));
      default -> utf8(withChangedPart(text, random.nextInt(8) == 0 ? 0 : 1, true));
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private <T> T any(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  private byte[] flipped(byte[] bytes) {
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private byte[] cutOut(String text) {
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextInt(10) == 0 ? 400 : 8));
    return utf8(text.substring(0, at) + text.substring(end));
  }

  private byte[] inserted(String text) {
    int at = random.nextInt(text.length() + 1);
    StringBuilder more = new StringBuilder();
    for (int i = random.nextInt(8); i >= 0; i--) {
      boolean plain = random.nextInt(4) > 0;
      more.append(plain ? ALPHABET.charAt(random.nextInt(64)) : (char) random.nextInt(256));
    }
    return utf8(text.substring(0, at) + more + text.substring(at));
  }

  private byte[] swappedRanges(String text) {
    int size = 1 + random.nextInt(random.nextInt(3) == 0 ? 100 : 4);
    int first = random.nextInt(text.length() - 2 * size);
    int second = first + size + random.nextInt(text.length() - first - 2 * size + 1);
    return utf8(
        text.substring(0, first)
            + text.substring(second, second + size)
            + text.substring(first + size, second)
            + text.substring(first, first + size)
            + text.substring(second + size));
  }

  /** Goes on being base64url, so that it comes further. */
  private byte[] otherLetters(String text) {
    StringBuilder changed = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0; i--) {
      changed.setCharAt(random.nextInt(text.length()), ALPHABET.charAt(random.nextInt(64)));
    }
    return utf8(changed.toString());
  }

  private byte[] spliced(String text, String other) {
    int at = random.nextInt(text.length());
    int from = random.nextBoolean() ? Math.min(at, other.length()) : random.nextInt(other.length());
    return utf8(text.substring(0, at) + other.substring(from));
  }

  /** A header, claims or a signature of another link, most often of another chain. */
  private byte[] otherPart(String text) {
    String[] links = text.split("\n", -1);
    String[] others = any(good).split("\n", -1);
    int link = random.nextInt(links.length);
    String[] parts = links[link].split("\\.", -1);
    String[] otherParts = others[random.nextInt(others.length)].split("\\.", -1);
    int part = random.nextInt(3);
    parts[part] = otherParts[random.nextInt(4) > 0 ? part : random.nextInt(3)];
    links[link] = String.join(".", parts);
    return utf8(String.join("\n", links));
  }

  private byte[] otherLines(String text) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    List<String> others = List.of(any(good).split("\n", -1));
    switch (random.nextInt(6)) {
      case 0 -> Collections.shuffle(lines, random);
      case 1 -> lines.remove(random.nextInt(lines.size()));
      case 2 -> lines.add(random.nextInt(lines.size() + 1), any(lines));
      case 3 -> lines.set(random.nextInt(lines.size()), any(others));
      case 4 -> lines.set(lines.size() - 1, others.get(others.size() - 1));
      default -> lines.add(random.nextInt(lines.size() + 1), any(others));
    }
    return utf8(String.join("\n", lines));
  }

  /** Changes the bytes inside one part; signs it again or leaves the old signature. */
  private String withChangedPart(String text, int part, boolean sign) {
    String[] links = text.split("\n", -1);
    int link = random.nextInt(links.length);
    String[] parts = links[link].split("\\.", -1);
    byte[] bytes = Base64.getUrlDecoder().decode(parts[part]);
    byte[] changed = part == 2 ? changedSignature(bytes) : changedJson(bytes);
    parts[part] = ForgedJws.base64url(changed);
    if (sign) {
      byte[] input = utf8(parts[0] + "." + parts[1]);
      parts[2] = ForgedJws.base64url(ATTACKER.sign(input));
    }
    links[link] = String.join(".", parts);
    return String.join("\n", links);
  }

  private byte[] changedSignature(byte[] signature) {
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(signature, random.nextInt(130));
      case 1 -> {
        byte[] noise = new byte[64];
        random.nextBytes(noise);
        yield noise;
      }
      default -> flipped(signature);
    };
  }

  private byte[] changedJson(byte[] bytes) {
    String json = new String(bytes, StandardCharsets.UTF_8);
    int at = random.nextInt(json.length());
    return switch (random.nextInt(7)) {
      case 0 -> flipped(bytes);
      case 1 -> utf8(json.substring(0, at) + any(WORDS) + json.substring(at));
      case 2 -> utf8(json.substring(0, at) + json.substring(at + 1));
      case 3 -> utf8(withOtherDigit(json, at));
      case 4 -> utf8(withoutMember(json, at));
      case 5 -> utf8(withTheAttackersKey(json));
      default -> utf8(json.replaceFirst("\\}$", "," + memberOf(any(good)) + "}"));
    };
  }

  /** Keeps the JSON whole: another digit where there is one. */
  private String withOtherDigit(String json, int from) {
    for (int i = 0; i < json.length(); i++) {
      int at = (from + i) % json.length();
      if (Character.isDigit(json.charAt(at))) {
        return json.substring(0, at) + random.nextInt(10) + json.substring(at + 1);
      }
    }
    return json;
  }

  private static String withoutMember(String json, int from) {
    int comma = json.indexOf(",\"", from);
    int next = comma < 0 ? -1 : json.indexOf(",\"", comma + 1);
    return next < 0 ? json : json.substring(0, comma) + json.substring(next);
  }

  private String withTheAttackersKey(String json) {
    return random.nextBoolean()
        ? json.replaceAll("\"x\":\"[^\"]*\"", "\"x\":\"" + ATTACKER.x() + '"')
        : json.replaceAll("\"iss\":\"[^\"]*\"", "\"iss\":\"" + ATTACKER.hex() + '"');
  }

  private String memberOf(String chain) {
    String claims = chain.split("\\.", -1)[1];
    String json = new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8);
    String[] members = json.substring(1, json.length() - 1).split(",(?=\")");
    return members[random.nextInt(members.length)];
  }
}
