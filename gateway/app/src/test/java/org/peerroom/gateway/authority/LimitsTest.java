package org.peerroom.gateway.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.peerroom.identity.CertificateRequest;
import org.peerroom.identity.Identity;

/** What strangers can take up of the authority is bounded. */
class LimitsTest {

  private final SettableClock clock = new SettableClock();
  private final CertificateRequest request = Identity.generate("someone").request(clock.instant());

  private static InetAddress address(int number) throws UnknownHostException {
    return InetAddress.getByAddress(
        new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
  }

  @Test
  void rateLimit_allowsABurstAndThenSomeASecond() throws Exception {
    AtomicLong nanos = new AtomicLong();
    RateLimit limit = new RateLimit(5, 2, nanos::get);
    for (int i = 0; i < 5; i++) {
      assertTrue(limit.allows(address(1)));
    }
    assertFalse(limit.allows(address(1)));
    assertTrue(limit.allows(address(2)));
    nanos.addAndGet(Duration.ofMillis(600).toNanos());
    assertTrue(limit.allows(address(1)));
    assertFalse(limit.allows(address(1)));
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    for (int i = 0; i < 5; i++) {
      assertTrue(limit.allows(address(1)));
    }
    assertFalse(limit.allows(address(1)));
  }

  @Test
  void rateLimit_countsAnIpv6NetworkAsOne() throws Exception {
    RateLimit limit = new RateLimit(2, 1, () -> 0);
    assertTrue(limit.allows(InetAddress.getByName("2001:db8::1")));
    assertTrue(limit.allows(InetAddress.getByName("2001:db8::2")));
    assertFalse(limit.allows(InetAddress.getByName("2001:db8::3")));
    assertTrue(limit.allows(InetAddress.getByName("2001:db8:0:1::1")));
  }

  @Test
  void rateLimit_remembersABoundedNumber() throws Exception {
    RateLimit limit = new RateLimit(1, 1, () -> 0);
    assertTrue(limit.allows(address(0)));
    for (int i = 1; i <= RateLimit.MAX_ADDRESSES; i++) {
      assertTrue(limit.allows(address(i)));
    }
    assertTrue(limit.allows(address(0)), "the one that was quiet for longest is forgotten");
    assertFalse(limit.allows(address(RateLimit.MAX_ADDRESSES)));
  }

  @Test
  void logins_areBoundedForOneAddress() throws Exception {
    PendingRequests pending = new PendingRequests(clock);
    for (int i = 0; i < PendingRequests.MAX_LOGINS_OF_ADDRESS; i++) {
      pending.login(request, address(1));
    }
    RequestException refused =
        assertThrows(RequestException.class, () -> pending.login(request, address(1)));
    assertEquals(429, refused.status());
    pending.login(request, address(2));
    clock.advance(PendingRequests.LIFE);
    pending.login(request, address(1));
  }

  @Test
  void logins_areBoundedInAll_andTokensStillWork() throws Exception {
    PendingRequests pending = new PendingRequests(clock);
    for (int i = 0; i < PendingRequests.MAX_LOGINS; i++) {
      pending.login(request, address(i));
    }
    InetAddress next = address(PendingRequests.MAX_LOGINS);
    RequestException refused =
        assertThrows(RequestException.class, () -> pending.login(request, next));
    assertEquals(503, refused.status());
    PendingRequests.Pending answered = pending.answered(request, next, List.of());
    assertEquals(answered, pending.find(answered.id()));
  }

  @Test
  void answers_areBoundedAndTheOldestGoes() throws Exception {
    PendingRequests pending = new PendingRequests(clock);
    PendingRequests.Pending oldest = pending.answered(request, address(1), List.of());
    PendingRequests.Pending second = pending.answered(request, address(1), List.of());
    assertNotEquals(oldest.id(), second.id());
    for (int i = 2; i < PendingRequests.MAX_ANSWERS + 1; i++) {
      pending.answered(request, address(1), List.of());
    }
    assertEquals(
        404, assertThrows(RequestException.class, () -> pending.find(oldest.id())).status());
    assertEquals(second, pending.find(second.id()));
    clock.advance(PendingRequests.LIFE);
    assertThrows(RequestException.class, () -> pending.find(second.id()));
  }
}
