package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerEvent;
import org.peerroom.PeerId;

/**
 * Which addresses are dialled, and when: bootstrap addresses for as long as the peer runs,
 * addresses of members for as long as their records hold. Failures are tried again later each time,
 * with jitter; only a few dials are under way at once, and only one to each peer. What has failed
 * less often goes first, so that addresses that lead nowhere don't hold up the others.
 */
final class Dialling {

  private static final long FIRST_RETRY_MILLIS = 250;
  private static final long MAX_RETRY_MILLIS = 30_000;
  private static final int MAX_UNDER_WAY = 16;
  private static final int MAX_TARGETS = 4_000;
  private static final int GIVEN_UP_AFTER = 3;

  /** Of two peers that can dial each other the one with the larger id lets the other go first. */
  private static final long COURTESY_MILLIS = 1_500;

  private static final Comparator<Target> FIRST =
      Comparator.<Target, Boolean>comparing(t -> !t.bootstrap)
          .thenComparing(t -> t.attempts)
          .thenComparing(t -> t.dueTick);

  private final PeerContext context;
  private final Map<PeerAddress, Target> targets = new LinkedHashMap<>();

  /** The addresses that each member told last. */
  private final Map<PeerId, List<PeerAddress>> told = new HashMap<>();

  private int underWay;
  private boolean changed = true;
  private long next = Long.MAX_VALUE;

  Dialling(PeerContext context) {
    this.context = context;
  }

  private static final class Target {
    final PeerAddress address;
    final boolean bootstrap;
    @Nullable PeerId peer;
    boolean dialling;

    /** Dials since the last one that led to a link with a hello. */
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
    changed = true;
  }

  /** A member says that it can be dialled at these addresses. */
  void member(PeerId peer, List<PeerAddress> addresses, Now now) {
    if (addresses.isEmpty() || addresses.equals(told.get(peer))) {
      return;
    }
    told.put(peer, addresses);
    for (PeerAddress address : addresses) {
      PeerAddress exact = new PeerAddress(address.host(), address.port(), peer);
      if (targets.containsKey(exact) || context.addresses().contains(address)) {
        continue;
      }
      if (targets.size() >= MAX_TARGETS && !makeRoom()) {
        told.remove(peer);
        return;
      }
      boolean waits = !context.addresses().isEmpty() && context.self.id().compareTo(peer) > 0;
      targets.put(
          exact, new Target(exact, false, now.tickMillis() + (waits ? COURTESY_MILLIS : 0)));
      changed = true;
    }
  }

  private boolean makeRoom() {
    Target worst = null;
    for (Target target : targets.values()) {
      boolean hopeless = !target.bootstrap && !target.dialling && target.attempts >= GIVEN_UP_AFTER;
      if (hopeless && (worst == null || target.attempts > worst.attempts)) {
        worst = target;
      }
    }
    if (worst == null) {
      return false;
    }
    told.remove(worst.peer);
    return targets.remove(worst.address, worst);
  }

  /** Stops dialling members that are gone. */
  void retain(Predicate<PeerId> isMember) {
    told.keySet().removeIf(peer -> !isMember.test(peer));
    changed |=
        targets
            .values()
            .removeIf(t -> !t.bootstrap && !t.dialling && t.peer != null && !isMember.test(t.peer));
  }

  /** A connection was made: to this peer, by dialling this address if this side dialled. */
  void opened(@Nullable PeerAddress dialled, PeerId peer) {
    changed = true;
    Target target = dialled == null ? null : targets.get(dialled);
    if (target != null) {
      finished(target);
      target.peer = peer;
      target.attempts++;
    }
  }

  /** A peer has said hello. */
  void ready(PeerId peer) {
    changed = true;
    for (Target target : targets.values()) {
      if (Objects.equals(target.peer, peer)) {
        target.attempts = 0;
      }
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
    changed = true;
    if (target.dialling) {
      target.dialling = false;
      underWay--;
    }
  }

  private long backoff(int attempts) {
    long wait = Math.min(MAX_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(attempts - 1, 10));
    return wait / 2 + context.entropy.nextInt((int) wait);
  }

  /** A connection is gone: its addresses are due again, the later the longer there was no hello. */
  void closed(PeerId peer, Now now) {
    changed = true;
    for (Target target : targets.values()) {
      if (Objects.equals(target.peer, peer) && !target.dialling) {
        target.dueTick = now.tickMillis() + backoff(Math.max(1, target.attempts));
      }
    }
  }

  void advance(Now now) {
    if (nextTick() > now.tickMillis()) {
      return;
    }
    List<Target> due = new ArrayList<>();
    Set<PeerId> beingDialled = new HashSet<>();
    for (Target target : targets.values()) {
      if (target.dialling && target.peer != null) {
        beingDialled.add(target.peer);
      } else if (isDue(target) && target.dueTick <= now.tickMillis()) {
        due.add(target);
      }
    }
    due.sort(FIRST);
    for (Target target : due) {
      if (underWay >= MAX_UNDER_WAY) {
        break;
      }
      if (target.peer != null && !beingDialled.add(target.peer)) {
        target.dueTick = now.tickMillis() + FIRST_RETRY_MILLIS;
        continue;
      }
      target.dialling = true;
      underWay++;
      context.emit(new Output.Dial(target.address));
    }
    changed = true;
  }

  private boolean isDue(Target target) {
    boolean self = context.self.id().equals(target.peer);
    return !target.dialling && !self && (target.peer == null || !context.isOpen(target.peer));
  }

  long nextTick() {
    if (changed) {
      changed = false;
      next = Long.MAX_VALUE;
      if (underWay < MAX_UNDER_WAY) {
        for (Target target : targets.values()) {
          if (isDue(target)) {
            next = Math.min(next, target.dueTick);
          }
        }
      }
    }
    return next;
  }
}
