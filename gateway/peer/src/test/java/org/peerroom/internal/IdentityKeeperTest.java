package org.peerroom.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.peerroom.NotAdmittedException;
import org.peerroom.PeerId;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.Refusal;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.Verification;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.protocol.Now;
import org.peerroom.simulator.Authority;

/** When an identity vouches for its peer again, and what is said when it can't much longer. */
class IdentityKeeperTest {

  private static final Duration LIFE = Duration.ofMinutes(1);
  private static final long TICK = 1_000_000;

  /** The certificates of {@link Authority} count from an hour before. */
  private static final Duration BEFORE = Duration.ofHours(1);

  private final Authority acme = new Authority("Acme");
  private final PeerId peer = peer();
  private final IdentityKeeper keeper = new IdentityKeeper(peer, LIFE);

  private static PeerId peer() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 7);
    return PeerId.of(key);
  }

  /** So long after the beginning, by both clocks. */
  private static Now at(Duration later) {
    return at(later, later);
  }

  private static Now at(Duration byWall, Duration byTimer) {
    return new Now(Authority.BEGIN.plus(byWall).toEpochMilli(), TICK + byTimer.toMillis());
  }

  private static Now seconds(long seconds) {
    return at(Duration.ofSeconds(seconds));
  }

  private static Now days(long days) {
    return at(Duration.ofDays(days));
  }

  private Identity lasting(Duration life) {
    return acme.identity("ann", Scope.ALL, life.minus(BEFORE));
  }

  private Verification verify(SignatureChain chain, Now now) {
    Instant at = Instant.ofEpochMilli(now.wallMillis());
    return acme.trusted().verify(chain, at, Purpose.PUBLISH, "orders");
  }

  @Test
  void identity_vouchesForThePeerAgain_beforeTheTimeIsOver() {
    SignatureChain first = keeper.speakAs(acme.identity("ann"), seconds(0));

    assertTrue(keeper.speaks());
    assertEquals(peer.hex(), first.subjectKey().hex());
    assertInstanceOf(VerifiedIdentity.class, verify(first, seconds(0)));
    assertEquals(TICK + 40_000, keeper.nextTick(), "after two thirds of the life");
    assertNull(keeper.renewed(seconds(0)));
    assertNull(keeper.renewed(seconds(39)));

    SignatureChain second = keeper.renewed(seconds(40));
    assertNotNull(second);
    assertNull(keeper.renewed(seconds(41)), "once is enough");
    assertEquals(TICK + 80_000, keeper.nextTick());

    Now firstIsOver = at(LIFE.plusMinutes(2));
    Refusal refusal = assertInstanceOf(Refusal.class, verify(first, firstIsOver));
    assertEquals(Refusal.Reason.EXPIRED, refusal.reason());
    VerifiedIdentity identity =
        assertInstanceOf(VerifiedIdentity.class, verify(second, firstIsOver));
    assertEquals("ann", identity.name());
    assertEquals(Authority.BEGIN.plusSeconds(100), identity.expiresAt());
    assertNotNull(keeper.renewed(seconds(80)), "and so on");
  }

  @Test
  void peerWithoutAnIdentity_hasNothingToDo() {
    assertFalse(keeper.speaks());
    assertNull(keeper.renewed(days(100)));
    assertNull(keeper.problem(days(100)));
    assertEquals(Long.MAX_VALUE, keeper.nextTick());
  }

  @Test
  void certificatesThatEnd_areToldOnceSoonBefore_andOnceWhenTheyHave() {
    keeper.speakAs(lasting(Duration.ofDays(100)), days(0));

    assertNull(keeper.problem(days(89)));
    String soon = keeper.problem(days(90));
    assertEquals(
        "the certificates of identity 'ann' end in PT239H; have its authority sign it again"
            + " before that",
        soon);
    assertNull(keeper.problem(days(91)), "once");

    String over = keeper.problem(days(100));
    assertNotNull(over);
    assertTrue(over.startsWith("the certificates of identity 'ann' have expired"), over);
    assertNull(keeper.problem(days(101)), "once");
    assertNull(keeper.renewed(days(101)), "nobody would believe it");
  }

  @Test
  void certificatesThatLastForYears_areToldAMonthBeforeTheirEnd() {
    keeper.speakAs(lasting(Duration.ofDays(3_650)), days(0));

    assertNull(keeper.problem(days(3_619)));
    assertNotNull(keeper.problem(days(3_620)));
  }

  @Test
  void peerThatStartsWithLittleTimeLeft_isToldAtOnce() {
    Now almost = at(Duration.ofDays(99));
    keeper.speakAs(lasting(Duration.ofDays(100)), almost);

    assertEquals(almost.tickMillis(), keeper.nextTick());
    assertNotNull(keeper.problem(almost));
    assertNull(keeper.problem(almost));
    assertTrue(keeper.nextTick() > almost.tickMillis());
  }

  @Test
  void certificatesThatWereRenewed_areWarnedOfAnew() {
    keeper.speakAs(lasting(Duration.ofDays(10)), days(0));
    assertNotNull(keeper.problem(days(9)));

    keeper.speakAs(lasting(Duration.ofDays(20)), days(9));

    assertNull(keeper.problem(days(10)));
    assertNotNull(keeper.problem(days(19)));
  }

  @Test
  void clockThatIsSetBack_makesNothingBusyAndNothingToldTwice() {
    keeper.speakAs(lasting(Duration.ofDays(10)), days(0));
    assertNotNull(keeper.problem(days(9)));

    Now setBack = at(Duration.ofDays(8), Duration.ofDays(10));
    assertNull(keeper.problem(setBack));
    keeper.renewed(setBack);

    assertTrue(keeper.nextTick() > setBack.tickMillis(), "or the loop never rests");
  }

  @Test
  void identityThatIsNotValidNow_isRefused_andTheOneBeforeStays() {
    keeper.speakAs(acme.identity("ann"), seconds(0));
    Identity bare = Identity.generate("eve");

    assertRefused(bare, seconds(1), "identity 'eve' has no certificates");
    Identity ended = lasting(Duration.ofDays(1));
    assertRefused(ended, days(1), "expired at " + ended.certificates().get(0).expiresAt());
    assertRefused(acme.identity("ann"), at(Duration.ofHours(-2)), "are not valid before ");
    Identity destroyed = acme.identity("ann");
    destroyed.destroy();
    assertRefused(destroyed, seconds(1), "was destroyed");

    SignatureChain renewed = keeper.renewed(seconds(40));
    assertNotNull(renewed, "the first identity goes on");
    assertInstanceOf(VerifiedIdentity.class, verify(renewed, seconds(40)));
  }

  private void assertRefused(Identity identity, Now now, String why) {
    NotAdmittedException refused =
        assertThrows(NotAdmittedException.class, () -> keeper.speakAs(identity, now));
    assertTrue(refused.getMessage().contains(why), refused::getMessage);
    assertFalse(refused.getMessage().contains("\n"), refused::getMessage);
  }

  @Test
  void authorityWhoseClockIsAMinuteAhead_disturbsNothing() {
    assertNotNull(keeper.speakAs(acme.identity("ann"), at(BEFORE.negated().minusMinutes(1))));
  }

  @Test
  void identityThatWasDestroyed_isToldWhenItWouldBeRenewed_andTriedLaterAgain() {
    Identity identity = acme.identity("ann");
    keeper.speakAs(identity, seconds(0));
    identity.destroy();

    NotAdmittedException refused =
        assertThrows(NotAdmittedException.class, () -> keeper.renewed(seconds(40)));
    assertTrue(refused.getMessage().contains("was destroyed"), refused::getMessage);
    assertNull(keeper.renewed(seconds(41)));
  }
}
