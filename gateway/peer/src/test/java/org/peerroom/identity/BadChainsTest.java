package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Thousands of chains, each bad in one way that somebody thought of. None is admitted, each is
 * refused for the reason that is wrong with it, nothing else is thrown, and none costs more than
 * what a chain may cost.
 */
class BadChainsTest {

  /** A ceiling on the processor's time for what hangs or explodes; usual is a tenth of a ms. */
  private static final long MAX_NANOS = 1_000_000_000L;

  /** A chain of 8 KiB, decoded, as JSON, and verified; what is larger is refused unread. */
  private static final long MAX_ALLOCATED = 2 << 20;

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final ChainVerifier VERIFIER = ChainVerifier.create();

  /** Without those that another family has already. */
  private static Stream<BadChain> all() {
    Set<String> seen = new HashSet<>();
    return Stream.<Supplier<Stream<BadChain>>>of(
            BadHeaders::all,
            BadClaims::all,
            BadKeys::all,
            BadSignatures::all,
            BadStructures::all,
            BadScopes::all,
            BadTimes::all,
            RevokedChains::all)
        .flatMap(Supplier::get)
        .filter(chain -> seen.add(whole(chain)));
  }

  /** Classes are loaded and good chains are known before anything is measured. */
  @BeforeAll
  static void warmUp() {
    for (int length = 2; length <= 4; length++) {
      byte[] encoded = ForgedChain.ofLength(length).text().getBytes(StandardCharsets.UTF_8);
      Question.PUBLISH.ask(VERIFIER, encoded);
    }
    all().limit(200).forEach(BadChainsTest::answer);
  }

  @TestFactory
  Stream<DynamicContainer> badChain_isRefusedForItsReason() {
    Map<String, List<BadChain>> families =
        all().collect(Collectors.groupingBy(BadChain::family, TreeMap::new, Collectors.toList()));
    return families.entrySet().stream()
        .map(
            family ->
                DynamicContainer.dynamicContainer(
                    family.getKey(), family.getValue().stream().map(BadChainsTest::test)));
  }

  private static DynamicTest test(BadChain chain) {
    return DynamicTest.dynamicTest(printable(chain.name()), () -> assertRefused(chain));
  }

  private static String printable(String name) {
    StringBuilder printable = new StringBuilder();
    name.chars()
        .limit(160)
        .forEach(
            c ->
                printable.append(
                    c >= ' ' && c < 0x7f
                        ? String.valueOf((char) c)
                        : "\\u" + Integer.toHexString(c)));
    return printable.toString();
  }

  private static void assertRefused(BadChain chain) {
    long allocatedBefore = THREAD.getCurrentThreadAllocatedBytes();
    long nanosBefore = THREAD.getCurrentThreadCpuTime();
    Verification answer = answer(chain);
    long nanos = THREAD.getCurrentThreadCpuTime() - nanosBefore;
    long allocated = THREAD.getCurrentThreadAllocatedBytes() - allocatedBefore;
    Refusal refusal = assertInstanceOf(Refusal.class, answer, () -> chain + " was admitted");
    assertTrue(
        chain.reasons().contains(refusal.reason()),
        () -> chain + " is to be refused for one of " + chain.reasons() + ", not " + refusal);
    assertTrue(refusal.link() <= SignatureChain.MAX_LINKS, refusal::toString);
    assertTrue(isOneLine(refusal.message()), refusal::toString);
    assertTrue(nanos < MAX_NANOS, () -> chain + " took " + nanos + " ns");
    assertTrue(allocated < MAX_ALLOCATED, () -> chain + " took " + allocated + " bytes");
  }

  private static Verification answer(BadChain chain) {
    return chain.question().ask(VERIFIER, chain.encoded());
  }

  private static boolean isOneLine(String message) {
    return !message.isBlank()
        && message.length() < 500
        && message.chars().noneMatch(Character::isISOControl);
  }

  /** Else the refusals above would prove nothing. */
  @Test
  void goodChains_areAdmitted() {
    for (int length = 2; length <= 4; length++) {
      byte[] encoded = ForgedChain.ofLength(length).text().getBytes(StandardCharsets.UTF_8);
      for (Purpose purpose :
          List.of(Purpose.IDENTIFY, Purpose.PUBLISH, Purpose.SUBSCRIBE, Purpose.RELAY)) {
        Verification answer = Question.of(purpose).ask(ChainVerifier.create(), encoded);
        VerifiedIdentity alice = assertInstanceOf(VerifiedIdentity.class, answer);
        assertEquals("alice", alice.name());
        assertEquals(ForgedChain.ALICE.verification(), alice.key());
        assertEquals("Acme", alice.authority());
      }
    }
  }

  @Test
  void badChains_areMany() {
    Set<String> texts = all().map(BadChainsTest::text).collect(Collectors.toSet());
    assertTrue(texts.size() >= 1_000, () -> "only " + texts.size() + " chains");
  }

  private static String text(BadChain chain) {
    return new String(chain.encoded(), StandardCharsets.ISO_8859_1);
  }

  private static String whole(BadChain chain) {
    Question asked = chain.question();
    return text(chain)
        + asked.at()
        + asked.trusted().toJson()
        + asked.revoked().all()
        + asked.purpose()
        + asked.room();
  }

  /** What a verifier has seen before, it still asks everything about. */
  @Test
  void goodChain_seenBefore_isRefusedWhereItIsNotGood() {
    ChainVerifier verifier = ChainVerifier.create();
    byte[] encoded = ForgedChain.ofLength(3).text().getBytes(StandardCharsets.UTF_8);
    assertInstanceOf(VerifiedIdentity.class, Question.PUBLISH.ask(verifier, encoded));
    Collection<BadChain> others =
        BadTimes.all().filter(chain -> Arrays.equals(chain.encoded(), encoded)).toList();
    assertFalse(others.isEmpty());
    for (BadChain other : others) {
      assertInstanceOf(Refusal.class, other.question().ask(verifier, encoded), other::toString);
    }
    assertInstanceOf(VerifiedIdentity.class, Question.PUBLISH.ask(verifier, encoded));
  }

  @Test
  void certificate_parse_refusesWhatIsTooLargeUnread() {
    for (int size : new int[] {8_193, 1_000_000, 50_000_000}) {
      String text = "a".repeat(size);
      long before = THREAD.getCurrentThreadAllocatedBytes();
      assertThrows(RefusedException.class, () -> Certificate.parse(text));
      assertThrows(RefusedException.class, () -> SignatureChain.parse(text));
      assertThrows(RefusedException.class, () -> CertificateRequest.parse(text));
      assertThrows(RefusedException.class, () -> Revocation.parse(text));
      long allocated = THREAD.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < MAX_ALLOCATED, () -> size + " took " + allocated + " bytes");
    }
  }
}
