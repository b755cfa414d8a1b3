package org.peerroom.identity;

import static org.peerroom.identity.ForgedChain.ALL_ROLES;
import static org.peerroom.identity.Refusal.Reason.WIDENED;
import static org.peerroom.identity.Refusal.Reason.WRONG_ROLE;
import static org.peerroom.identity.Refusal.Reason.WRONG_ROOM;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Chains that do not reach this room or role, or whose later links allow more than earlier. */
final class BadScopes {

  /** A pattern, and what it does not cover. */
  private static final List<List<String>> WIDER =
      List.of(
          List.of("orders", "*", "orders*", "order*", "order", "orders2", "Orders", "ORDERS"),
          List.of("orders", "orders ", "orders/", "o*", "ordersorders", "\u043erders", "invoices"),
          List.of("orders*", "*", "order*", "o*", "order", "Orders*", "orderz*", "invoices*"),
          List.of("order*", "*", "o*", "orde", "Order", "ord*", "\u043erder*"),
          List.of("orders/eu/*", "orders/*", "orders/eu*", "orders/eu", "orders/us/1", "*"));

  private BadScopes() {}

  static Stream<BadChain> all() {
    return Stream.of(rooms(), roomSets(), roles(), attributes(), wrongRooms(), wrongRoles())
        .map(BadChains::all)
        .flatMap(List::stream);
  }

  private static String list(String... texts) {
    return Stream.of(texts).collect(Collectors.joining("\",\"", "[\"", "\"]"));
  }

  /** One link narrows, a later one takes it back: every pair of links. */
  private static BadChains rooms() {
    BadChains chains = new BadChains("widened rooms");
    for (List<String> patterns : WIDER) {
      String narrow = patterns.get(0);
      String room = narrow.replace("*", "1");
      for (String wide : patterns.subList(1, patterns.size())) {
        for (int later = 2; later <= 3; later++) {
          for (int earlier = 1; earlier < later; earlier++) {
            int widening = later;
            ForgedChain chain =
                ForgedChain.ofLength(3)
                    .with(earlier, link -> link.claim("rooms", list(narrow)))
                    .with(widening, link -> link.claim("rooms", list(wide)));
            chains.add(
                narrow + " to " + wide + ", links " + earlier + " and " + later,
                chain,
                Question.PUBLISH.in(room),
                WIDENED);
          }
        }
      }
    }
    return chains;
  }

  private static BadChains roomSets() {
    BadChains chains = new BadChains("widened sets of rooms");
    String narrow = list("orders", "invoices*");
    for (String wide :
        List.of(
            list("orders", "*"),
            list("orders", "invoices"),
            list("orders", "invoices*", "wages"),
            list("invoices2", "orders2"),
            list("invoice*"),
            list("orders*"),
            list("orders*", "invoices*"),
            list("invoices1", "invoices2", "invoices3", "invoice4"))) {
      for (int length = 2; length <= 4; length++) {
        int last = length;
        // "invoices" itself starts with "invoices": covered, and so it must be let through.
        if (!wide.equals(list("orders", "invoices"))) {
          chains.add(
              narrow + " to " + wide + " of " + length,
              ForgedChain.ofLength(length)
                  .with(1, link -> link.claim("rooms", narrow))
                  .with(last, link -> link.claim("rooms", wide)),
              WIDENED);
        }
      }
    }
    for (String wide : List.of(list("*"), list("orders"), list("o*"))) {
      chains.add(
          "none to " + wide,
          ForgedChain.ofLength(2)
              .with(1, link -> link.claim("rooms", "[]"))
              .with(2, link -> link.claim("rooms", wide)),
          WIDENED,
          Refusal.Reason.MALFORMED);
    }
    return chains;
  }

  private static String roles(int set) {
    List<String> names = List.of("publish", "subscribe", "relay", "certify");
    List<String> roles = new ArrayList<>();
    for (int role = 0; role < names.size(); role++) {
      if ((set & (1 << role)) != 0) {
        roles.add('"' + names.get(role) + '"');
      }
    }
    return "[" + String.join(",", roles) + "]";
  }

  /** Every set of roles that is followed by one that it does not contain. */
  private static BadChains roles() {
    BadChains chains = new BadChains("widened roles");
    for (int narrow = 0; narrow < 16; narrow++) {
      for (int wide = 1; wide < 16; wide++) {
        if ((wide & ~narrow) != 0) {
          String first = roles(narrow);
          String second = roles(wide);
          chains.add(
              first + " to " + second,
              ForgedChain.ofLength(2)
                  .with(1, link -> link.claim("roles", first))
                  .with(2, link -> link.claim("roles", second)),
              Question.of(Purpose.IDENTIFY),
              WIDENED);
        }
      }
    }
    for (int wide : IntStream.range(8, 16).toArray()) {
      chains.add(
          "certify out of nothing, " + roles(wide),
          ForgedChain.ofLength(3)
              .with(1, link -> link.claim("roles", "[\"certify\"]"))
              .with(2, link -> link.without("roles"))
              .with(3, link -> link.claim("roles", roles(wide))),
          WIDENED);
    }
    return chains;
  }

  private static BadChains attributes() {
    BadChains chains = new BadChains("widened attributes");
    for (String other :
        List.of(
            "Globex", "acme", "ACME", "Acme ", "Acme\u0301", "\u0410cme", "A", "Acme, Globex")) {
      String first = "{\"org\":\"Acme\"}";
      String second = "{\"org\":\"" + other + "\"}";
      chains.add(
          "org to " + other,
          ForgedChain.ofLength(3)
              .with(1, link -> link.claim("attributes", first))
              .with(2, link -> link.claim("attributes", second)),
          WIDENED);
      chains.add(
          "org to " + other + " two links on",
          ForgedChain.ofLength(4)
              .with(1, link -> link.claim("attributes", first))
              .with(3, link -> link.claim("attributes", second)),
          WIDENED);
      chains.add(
          "org to " + other + " of a unit",
          ForgedChain.ofLength(4)
              .with(2, link -> link.claim("attributes", first))
              .with(
                  3,
                  link ->
                      link.claim("attributes", "{\"email\":\"a@b\",\"org\":\"" + other + "\"}")),
          WIDENED);
    }
    return chains;
  }

  private static BadChains wrongRooms() {
    BadChains chains = new BadChains("wrong room");
    for (String pattern : List.of("orders", "orders*", "orders/eu/*", "order")) {
      for (String room :
          List.of(
              "invoices",
              "order ",
              "Orders",
              "ORDERS",
              "\u043erders",
              "*",
              "orde",
              " orders",
              "eu")) {
        for (int length = 2; length <= 3; length++) {
          for (int link = 1; link <= length; link++) {
            ForgedChain chain =
                ForgedChain.ofLength(length).with(link, jws -> jws.claim("rooms", list(pattern)));
            String name = pattern + " asked for " + room + ", link " + link + " of " + length;
            chains.add(name, chain, Question.PUBLISH.in(room), WRONG_ROOM);
          }
        }
      }
    }
    return chains;
  }

  private static BadChains wrongRoles() {
    BadChains chains = new BadChains("wrong role");
    List<Purpose> purposes = List.of(Purpose.PUBLISH, Purpose.SUBSCRIBE, Purpose.RELAY);
    for (int set = 0; set < 16; set++) {
      for (int purpose = 0; purpose < 3; purpose++) {
        if ((set & (1 << purpose)) == 0) {
          String only = roles(set);
          Question question = Question.of(purposes.get(purpose));
          chains.add(
              purposes.get(purpose) + " with " + only + " of the identity",
              ForgedChain.ofLength(2).with(1, link -> link.claim("roles", only)),
              question,
              WRONG_ROLE);
          chains.add(
              purposes.get(purpose) + " with " + only + " of the second of three",
              ForgedChain.ofLength(3)
                  .with(1, link -> link.claim("roles", ALL_ROLES))
                  .with(2, link -> link.claim("roles", only)),
              question,
              WRONG_ROLE);
          if (set < 8) {
            chains.add(
                purposes.get(purpose) + " with " + only + " of the peer",
                ForgedChain.ofLength(2).with(2, link -> link.claim("roles", only)),
                question,
                WRONG_ROLE);
          }
        }
      }
    }
    return chains;
  }
}
