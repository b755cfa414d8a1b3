package org.peerroom.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A chain written by hand: good as it is made, and to be spoilt link by link. Immutable. */
final class ForgedChain {

  static final TestKey AUTHORITY = TestKey.of(0);
  static final TestKey ORGANISATION = TestKey.of(1);
  static final TestKey UNIT = TestKey.of(2);
  static final TestKey ALICE = TestKey.of(3);
  static final TestKey PEER = TestKey.of(4);

  /** Whom nobody vouches for. */
  static final TestKey STRANGER = TestKey.of(99);

  static final String ALL_ROLES = "[\"publish\",\"subscribe\",\"relay\",\"certify\"]";

  private final List<ForgedJws> links;

  private ForgedChain(List<ForgedJws> links) {
    this.links = List.copyOf(links);
  }

  static ForgedChain of(ForgedJws... links) {
    return new ForgedChain(List.of(links));
  }

  /**
   * A good chain: 1 link ends in Alice, 2 in her peer; with 3 an organisation that may certify
   * stands before her, with 4 also a unit of it.
   */
  static ForgedChain ofLength(int links) {
    ForgedJws organisation =
        ForgedJws.identity(AUTHORITY, "Acme", ORGANISATION).claim("roles", ALL_ROLES);
    ForgedJws unit = ForgedJws.identity(ORGANISATION, "Acme Sales", UNIT).claim("roles", ALL_ROLES);
    ForgedJws peer = ForgedJws.peer(ALICE, PEER);
    return switch (links) {
      case 1 -> of(alice(AUTHORITY));
      case 2 -> of(alice(AUTHORITY), peer);
      case 3 -> of(organisation, alice(ORGANISATION), peer);
      case 4 -> of(organisation, unit, alice(UNIT), peer);
      default -> throw new IllegalArgumentException("a good chain has 1 to 4 links, not " + links);
    };
  }

  private static ForgedJws alice(TestKey issuer) {
    return ForgedJws.identity(issuer, "alice", ALICE);
  }

  int size() {
    return links.size();
  }

  /** A link, counted from 1 as in a refusal. */
  ForgedJws link(int link) {
    return links.get(link - 1);
  }

  ForgedChain with(int link, UnaryOperator<ForgedJws> change) {
    List<ForgedJws> changed = new ArrayList<>(links);
    changed.set(link - 1, change.apply(changed.get(link - 1)));
    return new ForgedChain(changed);
  }

  ForgedChain and(ForgedJws further) {
    List<ForgedJws> longer = new ArrayList<>(links);
    longer.add(further);
    return new ForgedChain(longer);
  }

  /** The links in another order, some left out or repeated, each counted from 1. */
  ForgedChain pick(List<Integer> order) {
    return new ForgedChain(order.stream().map(this::link).toList());
  }

  List<String> texts() {
    return links.stream().map(ForgedJws::text).toList();
  }

  /** One compact JWS a line. */
  String text() {
    return links.stream().map(ForgedJws::text).collect(Collectors.joining("\n"));
  }
}
