package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerEvent;
import org.peerroom.PeerId;

/**
 * Which addresses are dialled, and when: bootstrap addresses for as long as the peer runs,
 * addresses of members for as long as their records hold. Failures are tried again later each time,
 * with jitter; only a few dials are under way at once.
 */
final class Dialling {

  private static final long FIRST_RETRY_MILLIS = 250;
  private static final long MAX_RETRY_MILLIS = 30_000;
  private static final int MAX_UNDER_WAY = 16;
  private static final int MAX_TARGETS = 4_000;

  /** Of two peers that can dial each other the one with the larger id lets the other go first. */
  private static final long COURTESY_MILLIS = 1_500;

  private final PeerContext context;
  private final Map<PeerAddress, Target> targets = new LinkedHashMap<>();
  private int underWay;

  Dialling(PeerContext context) {
    this.context = context;
  }

  private static final class Target {
    final PeerAddress address;
    final boolean bootstrap;
    @Nullable PeerId peer;
    boolean dialling;
    int attempts;
    long dueTick;

    Target(PeerAddress address, boolean bootstrap, long dueTick) {
      this.address = address;
      this.bootstrap = bootstrap;
      this.peer = address.peer();
      this.dueTick = dueTick;
    }
  }

  void bootstrap(List<PeerAddress> addresses, Now now) {
    for (PeerAddress address : addresses) {
      targets.put(address, new Target(address, true, now.tickMillis()));
    }
  }

  /** A member says that it can be dialled at these addresses. */
  void member(PeerId peer, List<PeerAddress> addresses, Now now) {
    for (PeerAddress address : addresses) {
      PeerAddress exact = new PeerAddress(address.host(), address.port(), peer);
      if (targets.size() >= MAX_TARGETS
          || targets.containsKey(exact)
          || context.addresses().contains(address)) {
        continue;
      }
      boolean waits = !context.addresses().isEmpty() && context.self.id().compareTo(peer) > 0;
      targets.put(
          exact, new Target(exact, false, now.tickMillis() + (waits ? COURTESY_MILLIS : 0)));
    }
  }

  /** Stops dialling members that are gone. */
  void retain(Predicate<PeerId> isMember) {
    targets
        .values()
        .removeIf(t -> !t.bootstrap && !t.dialling && t.peer != null && !isMember.test(t.peer));
  }

  void linked(@Nullable PeerAddress dialled, PeerId peer) {
    Target target = dialled == null ? null : targets.get(dialled);
    if (target != null) {
      finished(target);
      target.peer = peer;
      target.attempts = 0;
    }
  }

  void failed(PeerAddress address, String reason, Now now) {
    Target target = targets.get(address);
    if (target == null) {
      return;
    }
    finished(target);
    target.attempts++;
    target.dueTick = now.tickMillis() + backoff(target.attempts);
    context.emit(
        new Output.PeerTold(
            new PeerEvent.DialFailed(address, reason, target.attempts, address.peer())));
  }

  private void finished(Target target) {
    if (target.dialling) {
      target.dialling = false;
      underWay--;
    }
  }

  private long backoff(int attempts) {
    long wait = Math.min(MAX_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(attempts - 1, 10));
    return wait / 2 + context.entropy.nextInt((int) wait);
  }

  /** A link is gone: its addresses are due again soon. */
  void unlinked(PeerId peer, Now now) {
    for (Target target : targets.values()) {
      if (Objects.equals(target.peer, peer) && !target.dialling) {
        long soon = now.tickMillis() + backoff(1);
        target.dueTick = target.attempts == 0 ? soon : Math.max(soon, target.dueTick);
      }
    }
  }

  void advance(Now now) {
    List<Target> due = new ArrayList<>();
    for (Target target : targets.values()) {
      if (isDue(target) && target.dueTick <= now.tickMillis()) {
        due.add(target);
      }
    }
    for (Target target : due) {
      if (underWay >= MAX_UNDER_WAY) {
        return;
      }
      target.dialling = true;
      underWay++;
      context.emit(new Output.Dial(target.address));
    }
  }

  private boolean isDue(Target target) {
    return !target.dialling && (target.peer == null || context.linkTo(target.peer) == null);
  }

  long nextTick() {
    long next = Long.MAX_VALUE;
    if (underWay < MAX_UNDER_WAY) {
      for (Target target : targets.values()) {
        if (isDue(target)) {
          next = Math.min(next, target.dueTick);
        }
      }
    }
    return next;
  }
}
