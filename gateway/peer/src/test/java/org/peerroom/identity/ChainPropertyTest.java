package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** What holds for every chain, whatever its links narrow and whenever it is asked about. */
class ChainPropertyTest {

  private static final List<String> ROOMS =
      List.of("orders", "orders1", "order", "orders/eu", "invoices", "o");
  private static final List<String> PATTERNS =
      List.of("*", "o*", "order*", "orders*", "orders/*", "orders", "orders1", "invoices");
  private static final List<Purpose> PURPOSES =
      List.of(Purpose.PUBLISH, Purpose.SUBSCRIBE, Purpose.RELAY, Purpose.IDENTIFY);
  private static final Duration SKEW = ChainVerifier.MAX_SKEW;

  private final ChainVerifier verifier = ChainVerifier.create();

  @Provide
  Arbitrary<List<Scope>> scopes() {
    return scope().list().ofMinSize(2).ofMaxSize(4);
  }

  /** Often the same few values, so that later links are often within earlier ones. */
  private static Arbitrary<Scope> scope() {
    Arbitrary<Set<RoomPattern>> rooms =
        Arbitraries.of(PATTERNS)
            .map(RoomPattern::new)
            .set()
            .ofMinSize(1)
            .ofMaxSize(3)
            .injectNull(0.6);
    Arbitrary<Set<Role>> roles =
        Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.just(Set.of(Role.values()))),
            Tuple.of(2, Arbitraries.just(Set.of(Role.PUBLISH, Role.SUBSCRIBE, Role.CERTIFY))),
            Tuple.of(1, Arbitraries.of(Role.values()).set()),
            Tuple.of(4, Arbitraries.just((Set<Role>) null)));
    Arbitrary<Map<String, String>> attributes =
        Arbitraries.maps(
                Arbitraries.of("org", "email"),
                Arbitraries.frequency(Tuple.of(9, "Acme"), Tuple.of(1, "Globex")))
            .ofMaxSize(1);
    return Combinators.combine(rooms, roles, attributes).as(Scope::new);
  }

  /** Each link states its scope; the last is a peer, which states no attributes. */
  private static ForgedChain chain(List<Scope> scopes) {
    ForgedChain chain = ForgedChain.of();
    TestKey issuer = ForgedChain.AUTHORITY;
    for (int link = 1; link <= scopes.size(); link++) {
      TestKey key = TestKey.of(300 + link);
      boolean last = link == scopes.size();
      ForgedJws jws =
          last ? ForgedJws.peer(issuer, key) : ForgedJws.identity(issuer, "name " + link, key);
      chain = chain.and(stating(jws, scopes.get(link - 1), last));
      issuer = key;
    }
    return chain;
  }

  private static ForgedJws stating(ForgedJws jws, Scope scope, boolean peer) {
    ForgedJws stating = jws;
    if (scope.rooms() != null) {
      stating =
          stating.claim("rooms", list(scope.rooms().stream().map(RoomPattern::text).toList()));
    }
    if (scope.roles() != null) {
      stating = stating.claim("roles", list(scope.roles().stream().map(Role::claim).toList()));
    }
    if (!peer && !scope.attributes().isEmpty()) {
      List<String> members = new ArrayList<>();
      scope.attributes().forEach((name, value) -> members.add('"' + name + "\":\"" + value + '"'));
      stating = stating.claim("attributes", "{" + String.join(",", members) + "}");
    }
    return stating;
  }

  private static String list(List<String> texts) {
    return "[" + String.join(",", texts.stream().map(ForgedJws::quoted).toList()) + "]";
  }

  /**
   * The rules once more, written another way: a chain is taken exactly if every link lies within
   * every one before it, the last one reaches the room and the role, and who certifies may.
   */
  private static boolean isToBeAdmitted(List<Scope> scopes, Purpose purpose, String room) {
    for (int later = 0; later < scopes.size(); later++) {
      boolean peer = later == scopes.size() - 1;
      for (int earlier = 0; earlier < later; earlier++) {
        if (!isWithin(scopes.get(later), scopes.get(earlier), peer)) {
          return false;
        }
      }
      if (!effectiveRoles(scopes, later).containsAll(stated(scopes.get(later)))
          || (peer && stated(scopes.get(later)).contains(Role.CERTIFY))) {
        return false;
      }
      if (later < scopes.size() - 2 && !effectiveRoles(scopes, later).contains(Role.CERTIFY)) {
        return false;
      }
    }
    boolean everyLinkMeansTheRoom =
        scopes.stream()
            .allMatch(
                scope ->
                    scope.rooms() == null
                        || scope.rooms().stream().anyMatch(pattern -> pattern.matches(room)));
    return everyLinkMeansTheRoom
        && (purpose == Purpose.IDENTIFY
            || effectiveRoles(scopes, scopes.size() - 1).contains(Role.valueOf(purpose.name())));
  }

  private static boolean isWithin(Scope later, Scope earlier, boolean peer) {
    boolean rooms =
        later.rooms() == null
            || earlier.rooms() == null
            || later.rooms().stream()
                .allMatch(room -> earlier.rooms().stream().anyMatch(wide -> wide.covers(room)));
    boolean attributes =
        peer
            || later.attributes().entrySet().stream()
                .allMatch(
                    stated ->
                        earlier
                            .attributes()
                            .getOrDefault(stated.getKey(), stated.getValue())
                            .equals(stated.getValue()));
    return rooms && attributes;
  }

  private static Set<Role> stated(Scope scope) {
    return scope.roles() == null ? Set.of() : scope.roles();
  }

  /** What every link up to this one lets pass. */
  private static Set<Role> effectiveRoles(List<Scope> scopes, int link) {
    Set<Role> unstated = Set.of(Role.PUBLISH, Role.SUBSCRIBE, Role.RELAY);
    Set<Role> roles = new HashSet<>(Set.of(Role.values()));
    for (Scope scope : scopes.subList(0, link + 1)) {
      roles.retainAll(scope.roles() == null ? unstated : scope.roles());
    }
    return roles;
  }

  @Property(tries = 2_000)
  void chain_isAdmittedExactlyWhenEveryLinkLetsItPass(
      @ForAll("scopes") List<Scope> scopes,
      @ForAll @IntRange(max = 3) int purpose,
      @ForAll @IntRange(max = 5) int room)
      throws RefusedException {
    Question question = Question.of(PURPOSES.get(purpose)).in(ROOMS.get(room));
    byte[] encoded = ForgedJws.utf8(chain(scopes).text());
    Verification answer = question.ask(verifier, encoded);
    assertEquals(
        isToBeAdmitted(scopes, question.purpose(), ROOMS.get(room)),
        answer instanceof VerifiedIdentity,
        () -> scopes + " for " + question.purpose() + " in " + question.room() + ": " + answer);
    assertEquals(answer, question.ask(verifier, encoded), "asked again");
    assertEquals(answer, question.ask(ChainVerifier.create(), encoded), "asked of another");
    // Else the scopes would hardly ever, or always, fit together.
    Statistics.collect(answer instanceof VerifiedIdentity);
    Statistics.coverage(
        coverage -> {
          coverage.check(true).percentage(share -> share > 3);
          coverage.check(false).percentage(share -> share > 3);
        });
    if (answer instanceof VerifiedIdentity identity) {
      assertEquals(effectiveRoles(scopes, scopes.size() - 1), identity.roles());
      Map<String, String> attributes = new HashMap<>();
      scopes.subList(0, scopes.size() - 1).forEach(scope -> attributes.putAll(scope.attributes()));
      assertEquals(attributes, identity.attributes());
      assertEquals("name " + (scopes.size() - 1), identity.name());
    }
  }

  @Property
  void chain_readAndWritten_isTheSame(@ForAll("scopes") List<Scope> scopes)
      throws RefusedException {
    String text = chain(scopes).text();
    SignatureChain chain = SignatureChain.parse(text);
    assertEquals(text, chain.text());
    assertArrayEquals(ForgedJws.utf8(text), chain.encoded());
    assertEquals(chain, SignatureChain.decode(chain.encoded()));
    assertEquals(chain, SignatureChain.of(chain.certificates()));
    assertEquals(chain.digest(), SignatureChain.parse(text + "\n").digest());
  }

  @Property
  void orderOfTheClaims_doesNotMatter(@ForAll("scopes") List<Scope> scopes, @ForAll long seed)
      throws RefusedException {
    ForgedChain chain = chain(scopes);
    ForgedChain shuffled = chain;
    for (int link = 1; link <= scopes.size(); link++) {
      shuffled = shuffled.with(link, jws -> jws.shuffled(new Random(seed)));
    }
    Question question = Question.PUBLISH;
    Verification answer = question.ask(verifier, ForgedJws.utf8(chain.text()));
    Verification other = question.ask(verifier, ForgedJws.utf8(shuffled.text()));
    if (answer instanceof VerifiedIdentity) {
      assertEquals(answer, other);
    } else {
      assertEquals(((Refusal) answer).link(), assertInstanceOf(Refusal.class, other).link());
      assertEquals(((Refusal) answer).reason(), ((Refusal) other).reason());
    }
  }

  /** Seconds and nanoseconds around each edge, for each link, with and without nbf. */
  @Property(tries = 500)
  void validity_endsTwoMinutesAfterItsEdges(
      @ForAll @IntRange(min = 2, max = 4) int length,
      @ForAll @IntRange(min = 1, max = 4) int which,
      @ForAll @IntRange(min = -200_000, max = 200_000) int milliseconds,
      @ForAll boolean stated) {
    int link = Math.min(which, length);
    Instant from = ForgedJws.NOW.minusSeconds(1_000);
    Instant until = ForgedJws.NOW.plusSeconds(1_000);
    ForgedChain chain =
        ForgedChain.ofLength(length)
            .with(
                link,
                jws -> {
                  ForgedJws issued = jws.claim("exp", until.getEpochSecond());
                  return stated
                      ? issued.claim("nbf", from.getEpochSecond())
                      : issued.without("nbf").claim("iat", from.getEpochSecond());
                });
    byte[] encoded = ForgedJws.utf8(chain.text());
    Instant start = from.minus(SKEW).plusMillis(milliseconds);
    assertEquals(
        milliseconds >= 0,
        Question.PUBLISH.at(start).ask(verifier, encoded) instanceof VerifiedIdentity,
        () -> start + " around the start");
    // RFC 7519, section 4.1.4: "on or after which" it is over.
    Instant end = until.plus(SKEW).plusMillis(milliseconds);
    assertEquals(
        milliseconds < 0,
        Question.PUBLISH.at(end).ask(verifier, encoded) instanceof VerifiedIdentity,
        () -> end + " around the end");
  }

  /** The verifier has no clock and no memory of time: the same time, the same answer. */
  @Property(tries = 200)
  void clockSetBack_changesNothing(
      @ForAll List<@IntRange(min = -60_000, max = 60_000) Integer> times) {
    byte[] encoded = ForgedJws.utf8(ForgedChain.ofLength(3).text());
    List<Question> questions = new ArrayList<>();
    times.forEach(
        seconds -> questions.add(Question.PUBLISH.at(ForgedJws.NOW.plusSeconds(seconds))));
    List<Verification> forwards =
        questions.stream().map(question -> question.ask(verifier, encoded)).toList();
    List<Verification> backwards = new ArrayList<>();
    for (int i = questions.size() - 1; i >= 0; i--) {
      backwards.add(questions.get(i).ask(verifier, encoded));
    }
    Collections.reverse(backwards);
    assertEquals(forwards, backwards);
  }

  /** A clock that goes back in its own list does not bring back what has been revoked. */
  @Property(tries = 50)
  void clockSetBack_revokedStaysRevoked(@ForAll @IntRange(min = 0, max = 100_000) int seconds) {
    ForgedChain chain = ForgedChain.ofLength(3);
    RevocationList list =
        RevokedChains.listWith(RevokedChains.revocation(chain, 2, seconds % 2 == 0));
    byte[] encoded = ForgedJws.utf8(chain.text());
    list.expire(ForgedJws.NOW.minusSeconds(seconds));
    Question asked = Question.PUBLISH.knowing(list);
    Refusal refusal = assertInstanceOf(Refusal.class, asked.ask(verifier, encoded));
    assertEquals(Refusal.Reason.REVOKED, refusal.reason());
    Verification before = asked.at(ForgedJws.NOW.minusSeconds(seconds)).ask(verifier, encoded);
    assertInstanceOf(Refusal.class, before);
  }

  @Property
  void pattern_coversExactlyWhatItMatches(
      @ForAll("patterns") String wide, @ForAll("patterns") String narrow) {
    RoomPattern wider = new RoomPattern(wide);
    RoomPattern narrower = new RoomPattern(narrow);
    List<String> witnesses = witnesses(wide, narrow);
    List<String> meant = witnesses.stream().filter(narrower::matches).toList();
    assertTrue(!meant.isEmpty(), "no room to tell by");
    assertEquals(
        meant.stream().allMatch(wider::matches),
        wider.covers(narrower),
        () -> wide + " and " + narrow + " by " + meant);
    assertTrue(wider.covers(wider));
  }

  @Provide
  Arbitrary<String> patterns() {
    Arbitrary<String> names =
        Arbitraries.strings().withChars('a', 'b', '/').ofMinLength(1).ofMaxLength(5);
    return Arbitraries.oneOf(
        names, names.map(name -> name + "*"), Arbitraries.just("*"), Arbitraries.of(PATTERNS));
  }

  /** Rooms at and around the ends of both patterns: if one tells them apart, one of these does. */
  private static List<String> witnesses(String wide, String narrow) {
    List<String> rooms = new ArrayList<>();
    for (String pattern : Arrays.asList(wide, narrow)) {
      String stem = pattern.replace("*", "");
      for (String end : List.of("", "a", "b", "/", "0", "s", "x*")) {
        rooms.add(stem + end);
      }
    }
    rooms.remove("");
    return rooms;
  }
}
