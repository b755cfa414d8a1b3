package org.peerroom.identity;

import static org.peerroom.identity.ForgedChain.ALICE;
import static org.peerroom.identity.ForgedChain.ALL_ROLES;
import static org.peerroom.identity.ForgedChain.AUTHORITY;
import static org.peerroom.identity.ForgedChain.ORGANISATION;
import static org.peerroom.identity.ForgedChain.PEER;
import static org.peerroom.identity.ForgedChain.STRANGER;
import static org.peerroom.identity.ForgedChain.UNIT;
import static org.peerroom.identity.Refusal.Reason.BAD_SIGNATURE;
import static org.peerroom.identity.Refusal.Reason.BROKEN;
import static org.peerroom.identity.Refusal.Reason.LOOPED;
import static org.peerroom.identity.Refusal.Reason.MALFORMED;
import static org.peerroom.identity.Refusal.Reason.MAY_NOT_CERTIFY;
import static org.peerroom.identity.Refusal.Reason.TOO_LARGE;
import static org.peerroom.identity.Refusal.Reason.TOO_MANY_LINKS;
import static org.peerroom.identity.Refusal.Reason.UNKNOWN_AUTHORITY;
import static org.peerroom.identity.Refusal.Reason.WIDENED;
import static org.peerroom.identity.Refusal.Reason.WRONG_ALGORITHM;
import static org.peerroom.identity.Refusal.Reason.WRONG_ROLE;
import static org.peerroom.identity.Refusal.Reason.WRONG_SUBJECT;
import static org.peerroom.identity.Refusal.Reason.WRONG_TYPE;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.peerroom.identity.Refusal.Reason;

/** Chains of certificates that are all well signed, but do not hang together. */
final class BadStructures {

  private static final Reason[] OUT_OF_ORDER = {
    BROKEN, UNKNOWN_AUTHORITY, LOOPED, WRONG_SUBJECT, WRONG_TYPE, MAY_NOT_CERTIFY
  };

  private BadStructures() {}

  static Stream<BadChain> all() {
    return Stream.of(orders(), loops(), lengths(), lines(), peers(), certifying(), endings())
        .map(BadChains::all)
        .flatMap(List::stream);
  }

  private static ForgedJws certifier(TestKey issuer, String name, TestKey key) {
    return ForgedJws.identity(issuer, name, key).claim("roles", ALL_ROLES);
  }

  /** Every order of the links of a good chain with up to one left out or one repeated. */
  private static BadChains orders() {
    BadChains chains = new BadChains("reordered, left out, repeated");
    for (int length = 2; length <= 4; length++) {
      List<Integer> good = IntStream.rangeClosed(1, length).boxed().toList();
      Set<List<Integer>> orders = new HashSet<>();
      collect(length, new ArrayList<>(), orders);
      for (List<Integer> order : orders.stream().sorted(BadStructures::compare).toList()) {
        if (!order.equals(good)) {
          chains.add(
              order + " of " + length, ForgedChain.ofLength(length).pick(order), OUT_OF_ORDER);
        }
      }
    }
    return chains;
  }

  private static int compare(List<Integer> a, List<Integer> b) {
    return a.toString().compareTo(b.toString());
  }

  /** Up to 4 of them each time: of 4 links, those that start or end as the good chain does. */
  private static void collect(int length, List<Integer> begun, Set<List<Integer>> orders) {
    if (!begun.isEmpty() && (length < 4 || begun.get(0) == 1 || begun.contains(length))) {
      orders.add(List.copyOf(begun));
    }
    for (int link = 1; link <= length && begun.size() < Math.min(4, length + 1); link++) {
      begun.add(link);
      collect(length, begun, orders);
      begun.remove(begun.size() - 1);
    }
  }

  private static BadChains loops() {
    BadChains chains = new BadChains("looped");
    ForgedJws organisation = certifier(AUTHORITY, "Acme", ORGANISATION);
    ForgedJws alice = ForgedJws.identity(ORGANISATION, "alice", ALICE);
    ForgedJws peer = ForgedJws.peer(ALICE, PEER);
    Map<String, ForgedChain> loops = new LinkedHashMap<>();
    loops.put(
        "the authority vouches for itself",
        ForgedChain.of(
            certifier(AUTHORITY, "Acme", AUTHORITY),
            ForgedJws.identity(AUTHORITY, "alice", ALICE),
            peer));
    loops.put(
        "the authority vouches for itself as a person",
        ForgedChain.of(
            ForgedJws.identity(AUTHORITY, "Acme", AUTHORITY), ForgedJws.peer(AUTHORITY, PEER)));
    loops.put(
        "an organisation vouches for itself",
        ForgedChain.of(organisation, certifier(ORGANISATION, "Acme", ORGANISATION), alice, peer));
    loops.put(
        "back to the authority",
        ForgedChain.of(
            organisation,
            certifier(ORGANISATION, "Acme", AUTHORITY),
            ForgedJws.identity(AUTHORITY, "alice", ALICE),
            peer));
    loops.put(
        "back to the organisation",
        ForgedChain.of(
            organisation,
            certifier(ORGANISATION, "unit", UNIT),
            certifier(UNIT, "Acme", ORGANISATION),
            ForgedJws.peer(ORGANISATION, PEER)));
    loops.put(
        "a peer with the key of its identity",
        ForgedChain.of(organisation, alice, ForgedJws.peer(ALICE, ALICE)));
    loops.put(
        "a peer with the key of the organisation",
        ForgedChain.of(organisation, alice, ForgedJws.peer(ALICE, ORGANISATION)));
    loops.put(
        "a peer with the key of the authority",
        ForgedChain.of(organisation, alice, ForgedJws.peer(ALICE, AUTHORITY)));
    loops.put(
        "a peer with the key of its identity, short",
        ForgedChain.of(
            ForgedJws.identity(AUTHORITY, "alice", ALICE), ForgedJws.peer(ALICE, ALICE)));
    loops.put(
        "a peer with the key of the authority, short",
        ForgedChain.of(
            ForgedJws.identity(AUTHORITY, "alice", ALICE), ForgedJws.peer(ALICE, AUTHORITY)));
    loops.forEach((name, chain) -> chains.add(name, chain, LOOPED));
    chains.add(
        "only the authority, by itself",
        ForgedChain.of(certifier(AUTHORITY, "Acme", AUTHORITY)),
        Question.of(Purpose.IDENTIFY),
        LOOPED);
    chains.add(
        "only the authority, by itself, to certify",
        ForgedChain.of(certifier(AUTHORITY, "Acme", AUTHORITY)),
        Question.of(Purpose.CERTIFY),
        LOOPED);
    return chains;
  }

  private static BadChains lengths() {
    BadChains chains = new BadChains("over-long");
    for (int length = 5; length <= 60; length++) {
      ForgedChain chain = ForgedChain.of(certifier(AUTHORITY, "Acme", TestKey.of(200)));
      for (int link = 2; link < length; link++) {
        chain =
            chain.and(certifier(TestKey.of(198 + link), "unit " + link, TestKey.of(199 + link)));
      }
      chain = chain.and(ForgedJws.peer(TestKey.of(198 + length), PEER));
      chains.add(length + " links", chain, TOO_MANY_LINKS, TOO_LARGE);
    }
    for (int extra : new int[] {8_000, 8_192, 10_000, 100_000, 1_000_000}) {
      String padding = "x".repeat(extra);
      ForgedChain good = ForgedChain.ofLength(2);
      chains.add(
          "an unknown claim of " + extra,
          good.with(1, link -> link.claim("note", '"' + padding + '"')),
          MALFORMED,
          TOO_LARGE);
      chains.add(
          "a name of " + extra,
          good.with(1, link -> link.claim("sub", '"' + padding + '"')),
          MALFORMED,
          TOO_LARGE);
      chains.add("spaces, " + extra, " ".repeat(extra), MALFORMED, TOO_LARGE);
      chains.add("line ends, " + extra, "\n".repeat(extra), MALFORMED, TOO_LARGE, TOO_MANY_LINKS);
      chains.add("dots, " + extra, ".".repeat(extra), MALFORMED, TOO_LARGE);
      chains.add(
          "after a good chain, " + extra,
          good.text() + padding,
          MALFORMED,
          TOO_LARGE,
          BAD_SIGNATURE);
      chains.add(
          "white space in the JSON, " + extra,
          good.with(2, link -> link.json(json -> json.replaceFirst(":", ":" + " ".repeat(extra)))),
          TOO_LARGE);
    }
    return chains;
  }

  private static BadChains lines() {
    BadChains chains = new BadChains("lines");
    for (int length = 2; length <= 4; length++) {
      List<String> links = ForgedChain.ofLength(length).texts();
      String text = String.join("\n", links);
      Map<String, String> others = new LinkedHashMap<>();
      for (String separator :
          List.of("\r\n", "\r", "\n\n", " ", ",", "~", "", "\u2028", "\0", "\t")) {
        others.put(
            "separated by " + separator.codePoints().boxed().toList(),
            String.join(separator, links));
      }
      others.put("a line end before", '\n' + text);
      others.put("two line ends after", text + "\n\n");
      others.put("a space after", text + ' ');
      others.put("a byte order mark", '\ufeff' + text);
      others.put("a line of text before", "# Acme\n" + text);
      others.put("in JSON", "[\"" + String.join("\",\"", links) + "\"]");
      others.put("quoted", '"' + text + '"');
      others.put("a NUL after", text + '\0');
      others.forEach(
          (name, other) ->
              chains.add(
                  name + ", " + links.size() + " links",
                  other,
                  MALFORMED,
                  TOO_MANY_LINKS,
                  TOO_LARGE));
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      for (int wrong : new int[] {0x80, 0xc0, 0xe9, 0xff}) {
        byte[] spoilt = bytes.clone();
        spoilt[bytes.length / 2] = (byte) wrong;
        chains.add(
            "byte " + wrong + ", " + links.size() + " links", spoilt, Question.PUBLISH, MALFORMED);
      }
      chains.add(
          "UTF-16, " + links.size() + " links",
          text.getBytes(StandardCharsets.UTF_16),
          Question.PUBLISH,
          MALFORMED,
          TOO_LARGE);
    }
    for (String text : List.of("", " ", "\n", ".", "..", "...", "a.b.c", "null", "{}")) {
      chains.add("only " + text.codePoints().boxed().toList(), text, MALFORMED, WRONG_ALGORITHM);
    }
    return chains;
  }

  /** A peer's key signs messages, never certificates. */
  private static BadChains peers() {
    BadChains chains = new BadChains("signed by a peer");
    for (int length = 2; length <= 3; length++) {
      ForgedChain good = ForgedChain.ofLength(length);
      chains.add("a peer, " + length, good.and(ForgedJws.peer(PEER, STRANGER)), notByAPeer());
      chains.add(
          "an identity, " + length,
          good.and(ForgedJws.identity(PEER, "mallory", STRANGER)),
          notByAPeer());
      chains.add(
          "an identity that may certify, " + length,
          good.and(certifier(PEER, "mallory", STRANGER)),
          notByAPeer());
      chains.add(
          "an identity, to know who, " + length,
          good.and(ForgedJws.identity(PEER, "mallory", STRANGER)),
          Question.of(Purpose.IDENTIFY),
          notByAPeer());
    }
    chains.add(
        "an identity and a peer of it",
        ForgedChain.ofLength(2)
            .and(ForgedJws.identity(PEER, "mallory", STRANGER))
            .and(ForgedJws.peer(STRANGER, UNIT)),
        notByAPeer());
    chains.add(
        "the first link is a peer", ForgedChain.of(ForgedJws.peer(AUTHORITY, PEER)), notByAPeer());
    chains.add(
        "the first of two is a peer",
        ForgedChain.of(ForgedJws.peer(AUTHORITY, ALICE), ForgedJws.peer(ALICE, PEER)),
        notByAPeer());
    for (String claim : List.of("attributes", "roles")) {
      String json = claim.equals("roles") ? "[\"publish\",\"certify\"]" : "{\"org\":\"Acme\"}";
      for (int length = 2; length <= 4; length++) {
        ForgedChain good = ForgedChain.ofLength(length);
        chains.add(
            claim + " of a peer, " + length,
            good.with(good.size(), link -> link.claim(claim, json)),
            WIDENED,
            MALFORMED);
      }
    }
    for (int length = 2; length <= 4; length++) {
      ForgedChain good = ForgedChain.ofLength(length);
      for (String subject :
          List.of("alice", ALICE.hex(), STRANGER.hex(), AUTHORITY.hex(), PEER.x())) {
        chains.add(
            "subject " + subject + " of a peer, " + length,
            good.with(good.size(), link -> link.claim("sub", ForgedJws.quoted(subject))),
            WRONG_SUBJECT,
            MALFORMED);
      }
    }
    return chains;
  }

  private static Reason[] notByAPeer() {
    return new Reason[] {MAY_NOT_CERTIFY, BROKEN, WRONG_TYPE, WRONG_SUBJECT, MALFORMED};
  }

  /** Identities whose key signs other identities, but without the role certify. */
  private static BadChains certifying() {
    BadChains chains = new BadChains("may not certify");
    List<String> without =
        List.of(
            "[]",
            "[\"publish\"]",
            "[\"subscribe\"]",
            "[\"relay\"]",
            "[\"publish\",\"subscribe\"]",
            "[\"publish\",\"relay\"]",
            "[\"subscribe\",\"relay\"]",
            "[\"publish\",\"subscribe\",\"relay\"]");
    for (String roles : without) {
      for (int length = 3; length <= 4; length++) {
        for (int link = 1; link <= length - 2; link++) {
          chains.add(
              "link " + link + " of " + length + " has " + roles,
              ForgedChain.ofLength(length).with(link, jws -> jws.claim("roles", roles)),
              MAY_NOT_CERTIFY,
              WIDENED);
        }
      }
    }
    for (int length = 3; length <= 4; length++) {
      for (int link = 1; link <= length - 2; link++) {
        chains.add(
            "link " + link + " of " + length + " states no roles",
            ForgedChain.ofLength(length).with(link, jws -> jws.without("roles")),
            MAY_NOT_CERTIFY,
            WIDENED);
      }
    }
    Question certify = Question.of(Purpose.CERTIFY);
    chains.add(
        "alice asks to certify", ForgedChain.ofLength(1), certify, WRONG_ROLE, MAY_NOT_CERTIFY);
    for (String roles : without) {
      chains.add(
          "to certify with " + roles,
          ForgedChain.ofLength(1).with(1, link -> link.claim("roles", roles)),
          certify,
          WRONG_ROLE,
          MAY_NOT_CERTIFY);
    }
    chains.add(
        "to certify, the role only further up",
        ForgedChain.ofLength(3).pick(List.of(1, 2)),
        certify,
        WRONG_ROLE,
        MAY_NOT_CERTIFY);
    return chains;
  }

  /** Good chains that end in what the purpose can't use. */
  private static BadChains endings() {
    BadChains chains = new BadChains("wrong end");
    for (int length = 2; length <= 4; length++) {
      ForgedChain whole = ForgedChain.ofLength(length);
      chains.add(
          "a peer asks to certify, " + length,
          whole,
          Question.of(Purpose.CERTIFY),
          WRONG_SUBJECT,
          WRONG_ROLE,
          MAY_NOT_CERTIFY);
      for (int end = 1; end < length; end++) {
        List<Integer> start = IntStream.rangeClosed(1, end).boxed().toList();
        for (Purpose purpose : List.of(Purpose.PUBLISH, Purpose.SUBSCRIBE, Purpose.RELAY)) {
          chains.add(
              purpose + " without a peer, " + end + " of " + length,
              whole.pick(start),
              Question.of(purpose),
              WRONG_SUBJECT);
        }
      }
    }
    return chains;
  }
}
