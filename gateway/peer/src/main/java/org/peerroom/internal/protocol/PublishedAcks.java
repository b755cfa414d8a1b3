package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.SignedReceipt;
import org.peerroom.identity.ReceiptStatement.Place;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.wire.Topic;

/**
 * Which published messages still wait for receipts of others, and who says that it holds how much
 * of this peer's feed. Receipts that come here have been verified.
 */
final class PublishedAcks {

  private final Topic topic;
  private final Map<MessageId, Pending> pending = new HashMap<>();

  /** Those that wait for replicas, by the last segment of each, in the order of publishing. */
  private final TreeMap<Long, Set<Pending>> bySequence = new TreeMap<>();

  /** Those that wait to be processed, or did and may still hear of it, by where they begin. */
  private final TreeMap<Place, Pending> toProcess = new TreeMap<>();

  /** Up to where each member has signed, without a gap, that it holds this peer's feed. */
  private final Map<PeerId, Long> signed = new HashMap<>();

  private final Map<PeerId, Long> held = new HashMap<>();

  /** How far anyone ever got; who has gone since keeps what it got. */
  private long furthest;

  PublishedAcks(Topic topic) {
    this.topic = topic;
  }

  private static final class Pending {
    final MessageId id;
    final long lastSequence;
    final int replicas;

    /** The identities that have not processed it, as the publisher named them. */
    final Set<String> missing;

    final Map<PeerId, SignedReceipt> receipts = new LinkedHashMap<>();
    boolean done;

    Pending(MessageId id, long lastSequence, int replicas, Collection<String> missing) {
      this.id = id;
      this.lastSequence = lastSequence;
      this.replicas = replicas;
      this.missing = new LinkedHashSet<>(missing);
    }
  }

  /** This message lies in the segments from the one in its id to this one. */
  void await(MessageId id, long lastSequence, int replicas) {
    Pending one = new Pending(id, lastSequence, replicas, Set.of());
    pending.put(id, one);
    bySequence.computeIfAbsent(lastSequence, s -> new LinkedHashSet<>()).add(one);
  }

  /** A peer of each of these identities is to process this message. */
  void awaitProcessed(MessageId id, Collection<String> identities) {
    Pending one = new Pending(id, id.sequence(), 0, identities);
    pending.put(id, one);
    toProcess.put(place(id), one);
  }

  private static Place place(MessageId id) {
    return new Place(id.sequence(), id.index());
  }

  /**
   * Nobody waits for this message any more. Whoever processes it later is still heard, for the sake
   * of the proof.
   *
   * @return what is missing, for people; empty if nobody waited
   */
  String giveUp(MessageId id) {
    Pending one = pending.remove(id);
    if (one == null) {
      return "";
    }
    if (one.replicas > 0) {
      forgetReplicated(one);
      return one.receipts.size()
          + " of "
          + one.replicas
          + " peers have signed that they hold it"
          + silent(one);
    }
    one.done = true;
    return "no peer of " + String.join(", ", one.missing) + " has signed that it processed it";
  }

  /** Whoever is linked and has not signed is a better clue than a number. */
  private String silent(Pending one) {
    List<String> silent =
        held.keySet().stream()
            .filter(peer -> !one.receipts.containsKey(peer))
            .limit(5)
            .map(PeerId::shortHex)
            .toList();
    return silent.isEmpty() ? "" : "; not " + String.join(", ", silent);
  }

  private void forgetReplicated(Pending one) {
    pending.remove(one.id);
    bySequence.computeIfPresent(
        one.lastSequence, (s, some) -> some.remove(one) && some.isEmpty() ? null : some);
  }

  /** Whether anyone waits for replicas. */
  boolean awaitsReplicas() {
    return !bySequence.isEmpty();
  }

  /** Whether it matters that this member holds the feed up to this segment. */
  boolean wantsHeld(PeerId member, long last) {
    long from = signed.getOrDefault(member, 0L);
    return from <= last
        && bySequence.subMap(from, true, last, true).values().stream()
            .anyMatch(some -> some.stream().anyMatch(one -> !one.receipts.containsKey(member)));
  }

  /** A member has signed that it holds a part of this peer's feed; returns what is reported. */
  List<Output> held(SignedReceipt receipt) {
    long last = receipt.statement().last();
    long from = signed.getOrDefault(receipt.signer(), 0L);
    if (from > last) {
      return List.of();
    }
    if (receipt.statement().first() <= from) {
      // What lies before has been signed too; else it may come still.
      signed.put(receipt.signer(), last + 1);
    }
    List<Output> reported = new ArrayList<>();
    for (Set<Pending> some : List.copyOf(bySequence.subMap(from, true, last, true).values())) {
      for (Pending one : List.copyOf(some)) {
        if (receipt.statement().first() <= one.id.sequence()
            && one.receipts.putIfAbsent(receipt.signer(), receipt) == null
            && one.receipts.size() >= one.replicas) {
          forgetReplicated(one);
          reported.add(report(one));
        }
      }
    }
    return reported;
  }

  private Output report(Pending one) {
    return new Output.Acknowledged(
        topic, one.id, Set.copyOf(one.receipts.keySet()), List.copyOf(one.receipts.values()));
  }

  /** Whether one of these messages was to be processed, and this member has not said so before. */
  boolean wantsProcessed(PeerId member, List<Place> places) {
    return places.stream()
        .map(toProcess::get)
        .anyMatch(one -> one != null && !one.receipts.containsKey(member));
  }

  /** A peer of this identity has signed that it processed messages; returns what is reported. */
  List<Output> processed(VerifiedIdentity identity, SignedReceipt receipt) {
    List<Output> reported = new ArrayList<>();
    for (Place place : receipt.statement().messages()) {
      Pending one = toProcess.get(place);
      boolean named = one != null && one.missing.removeIf(name -> isNamed(identity, name));
      if (one != null && named) {
        one.receipts.put(receipt.signer(), receipt);
        if (one.missing.isEmpty()) {
          toProcess.remove(place);
          pending.remove(one.id);
          if (!one.done) {
            reported.add(report(one));
          }
        }
      }
    }
    return reported;
  }

  private static boolean isNamed(VerifiedIdentity identity, String name) {
    return name.equals(identity.name())
        || name.toLowerCase(Locale.ROOT).equals(identity.key().hex());
  }

  /** What lies before this segment has expired: nothing more is heard of it. */
  void forgetBefore(long sequence) {
    toProcess.headMap(new Place(sequence, 0)).values().removeIf(one -> one.done);
    held.keySet().forEach(member -> signed.merge(member, sequence, Math::max));
  }

  /**
   * A linked peer says up to where it holds this peer's feed, unsigned: enough to know when
   * everybody is up to date.
   *
   * @param next one more than the newest segment it holds
   */
  void holds(PeerId peer, long next) {
    held.put(peer, next);
    furthest = Math.max(furthest, next);
  }

  /** The peers that have got as far as this segment, as they said. */
  Set<PeerId> reached(long sequence) {
    Set<PeerId> replicas = new HashSet<>();
    held.forEach(
        (peer, next) -> {
          if (next > sequence) {
            replicas.add(peer);
          }
        });
    return replicas;
  }

  /** Whether any other peer has ever said that it got as far as this segment. */
  boolean everReached(long sequence) {
    return furthest > sequence;
  }

  void forget(PeerId peer) {
    held.remove(peer);
    signed.remove(peer);
  }
}
