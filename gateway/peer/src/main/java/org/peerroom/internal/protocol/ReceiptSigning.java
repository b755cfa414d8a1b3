package org.peerroom.internal.protocol;

import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.identity.ReceiptStatement;
import org.peerroom.identity.ReceiptStatement.Draft;
import org.peerroom.identity.ReceiptStatement.Kind;
import org.peerroom.identity.ReceiptStatement.Place;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.wire.Frame.Receipt;
import org.peerroom.internal.wire.Frame.ReceiptRequest;
import org.peerroom.internal.wire.Frame.ReceiptTaken;

/**
 * What this peer signs for authors: once they ask, which of their segments it holds; without being
 * asked, which of the messages that want it were processed here. One signature covers all that is
 * due to an author at the end of a turn.
 *
 * <p>What others can bring about is bounded: 1,000 signatures a second for one author and 4,000 for
 * the room; what is over waits. Of what was processed and is not signed or not taken yet, {@value
 * #MAX_DUE} messages are remembered, the oldest forgotten first, and each until it expires.
 */
final class ReceiptSigning {

  static final int MAX_DUE = 16_384;

  private static final int MAX_UNTAKEN = 64;
  private static final int AUTHOR_RATE = 1_000;
  private static final int ROOM_RATE = 4_000;
  private static final long LARGE_STEP = 4_096;
  private static final long SMALL_STEP = 64;
  private static final long AGAIN_MILLIS = 1_000;
  private static final long MOST_MILLIS = 15_000;
  private static final long BUDGET_MILLIS = 5;

  private final PeerContext context;
  private final RoomMachine room;
  private final Routes routes;
  private final Predicate<PeerId> admitted;
  private final SigningBudget budget = new SigningBudget(ROOM_RATE, ROOM_RATE / 10);

  /** What authors have asked; of feeds that are here alone. */
  private final Map<PeerId, Asked> asked = new HashMap<>();

  /** Those of them that have asked for more than was signed. */
  private final Set<PeerId> open = new LinkedHashSet<>();

  private final Map<PeerId, Processed> processed = new LinkedHashMap<>();
  private int due;
  private long nextTick = Long.MAX_VALUE;

  ReceiptSigning(PeerContext context, RoomMachine room, Routes routes, Predicate<PeerId> admitted) {
    this.context = context;
    this.room = room;
    this.routes = routes;
    this.admitted = admitted;
  }

  private static final class Asked {
    final SigningBudget budget = new SigningBudget(AUTHOR_RATE, AUTHOR_RATE / 10);
    long next;
    long signedNext;
  }

  /** What was processed of one author's messages. */
  private static final class Processed {
    final SigningBudget budget = new SigningBudget(AUTHOR_RATE, AUTHOR_RATE / 10);
    final Map<Place, Done> due = new LinkedHashMap<>();
    final Map<String, Untaken> untaken = new LinkedHashMap<>();
  }

  /** A message that was processed and is not signed yet. */
  @SuppressWarnings("ArrayRecordComponent") // a public hash, compared nowhere
  private record Done(byte[] hash, long expiresMillis) {}

  /** What was signed and the author has not said that it has. */
  private static final class Untaken {
    final String statement;
    final long expiresMillis;
    long waitMillis = AGAIN_MILLIS;
    long againTick;

    Untaken(String statement, long expiresMillis, long againTick) {
      this.statement = statement;
      this.expiresMillis = expiresMillis;
      this.againTick = againTick;
    }
  }

  /** The author of a feed wants to know what of it is held here. */
  void onRequest(ReceiptRequest request) throws Refused {
    PeerId author = request.from();
    if (!admitted.test(author)) {
      throw Refused.untimely("it asks for receipts, and is not admitted");
    }
    Feed feed = room.replica().get(author);
    if (feed == null || !feed.admitted()) {
      return; // it will ask again
    }
    Asked one = asked.computeIfAbsent(author, a -> new Asked());
    if (request.next() <= one.signedNext) {
      one.signedNext = 0; // what was signed before has not arrived
    }
    one.next = Math.max(one.next, request.next());
    open.add(author);
  }

  /** The author has got a receipt. */
  void onTaken(ReceiptTaken taken, Now now) {
    Processed of = processed.get(taken.from());
    if (of != null
        && of.untaken.remove(ReceiptDigest.hex(taken.digest())) != null
        && !of.due.isEmpty()) {
      nextTick = Math.min(nextTick, now.tickMillis());
    }
  }

  /** A message was processed here; its author wants that signed. */
  void processed(MessageId id, Now now) {
    Feed feed = room.replica().get(id.author());
    Feed.Stored stored = feed == null ? null : feed.get(id.sequence());
    byte[] hash = feed == null ? null : feed.hashOf(id.sequence());
    boolean anonymous = room.admissions().own().identity() == null;
    if (stored == null || hash == null || anonymous || id.author().equals(context.self.id())) {
      return;
    }
    Processed of = processed.computeIfAbsent(id.author(), a -> new Processed());
    Place place = new Place(id.sequence(), id.index());
    if (of.due.putIfAbsent(place, new Done(hash, stored.expiresMillis)) == null
        && ++due > MAX_DUE) {
      forgetOldest();
    }
    nextTick = Math.min(nextTick, now.tickMillis());
  }

  private void forgetOldest() {
    for (Processed of : processed.values()) {
      Iterator<Place> oldest = of.due.keySet().iterator();
      if (oldest.hasNext()) {
        oldest.next();
        oldest.remove();
        due--;
        return;
      }
    }
  }

  /** At the end of a turn: signs what is held of the feeds whose authors asked. */
  void flush(Now now) {
    for (Iterator<PeerId> i = open.iterator(); i.hasNext(); ) {
      PeerId author = i.next();
      Asked one = asked.get(author);
      Feed feed = room.replica().get(author);
      if (one == null || feed == null || !admitted.test(author)) {
        i.remove();
        continue;
      }
      long next = heldNext(feed);
      if (next <= one.signedNext) {
        continue;
      }
      if (!maySign(one.budget, now)) {
        nextTick = Math.min(nextTick, now.tickMillis() + BUDGET_MILLIS);
        continue;
      }
      byte[] hash = feed.hashOf(next - 1);
      if (next > feed.first() && hash != null && next - 1 <= ReceiptStatement.MAX_SEQUENCE) {
        one.budget.take();
        long first = firstOf(feed, one.signedNext);
        send(author, sign(author, Kind.HELD, first, next - 1, hash, List.of(), now));
      }
      one.signedNext = next;
      if (one.signedNext >= one.next) {
        i.remove();
      }
    }
  }

  /** One more than the newest segment that this peer can answer for. */
  private static long heldNext(Feed feed) {
    return feed.durableNext();
  }

  /**
   * Where a statement begins: not behind what was signed, and rather at a round number, so that an
   * author that keeps the last statement of each beginning keeps few.
   */
  private static long firstOf(Feed feed, long signedNext) {
    long round = signedNext - signedNext % LARGE_STEP;
    if (round < feed.first()) {
      round = (feed.first() + SMALL_STEP - 1) / SMALL_STEP * SMALL_STEP;
    }
    return round <= signedNext ? Math.max(feed.first(), round) : feed.first();
  }

  private boolean maySign(SigningBudget own, Now now) {
    return budget.hasOne(now) && own.hasOne(now);
  }

  private String sign(
      PeerId author, Kind kind, long first, long last, byte[] hash, List<Place> places, Now now) {
    budget.take();
    Draft draft =
        new Draft(
            VerificationKey.of(context.self.id().bytes()),
            room.topic().hex(),
            VerificationKey.of(author.bytes()),
            kind,
            first,
            last,
            hash,
            places,
            Instant.ofEpochSecond(Math.floorDiv(now.wallMillis(), 1_000L)));
    return ReceiptStatement.sign(draft, context.self.signing()::sign).text();
  }

  private void send(PeerId author, String statement) {
    routes.send(
        author, new Receipt(room.topic(), context.self.id(), author, statement, Routes.HOPS));
  }

  /** Signs what was processed, and says again what the author may not have got. */
  void advance(Now now) {
    if (now.tickMillis() < nextTick) {
      return;
    }
    nextTick = Long.MAX_VALUE;
    for (Iterator<Map.Entry<PeerId, Processed>> i = processed.entrySet().iterator();
        i.hasNext(); ) {
      Map.Entry<PeerId, Processed> entry = i.next();
      Processed of = entry.getValue();
      expire(of, now);
      if (of.due.isEmpty() && of.untaken.isEmpty()) {
        i.remove();
        continue;
      }
      if (admitted.test(entry.getKey())) {
        repeat(entry.getKey(), of, now);
        signProcessed(entry.getKey(), of, now);
      } else {
        nextTick = Math.min(nextTick, now.tickMillis() + AGAIN_MILLIS);
      }
    }
  }

  private void expire(Processed of, Now now) {
    int before = of.due.size();
    of.due.values().removeIf(done -> done.expiresMillis() <= now.wallMillis());
    due -= before - of.due.size();
    of.untaken.values().removeIf(one -> one.expiresMillis <= now.wallMillis());
  }

  private void repeat(PeerId author, Processed of, Now now) {
    for (Untaken one : of.untaken.values()) {
      if (one.againTick <= now.tickMillis()) {
        one.waitMillis = Math.min(MOST_MILLIS, one.waitMillis * 2);
        one.againTick = now.tickMillis() + one.waitMillis;
        send(author, one.statement);
      }
      nextTick = Math.min(nextTick, one.againTick);
    }
  }

  private void signProcessed(PeerId author, Processed of, Now now) {
    if (of.due.isEmpty() || of.untaken.size() >= MAX_UNTAKEN) {
      return; // goes on when something has been taken, or has expired
    }
    if (!maySign(of.budget, now)) {
      nextTick = Math.min(nextTick, now.tickMillis() + BUDGET_MILLIS);
      return;
    }
    of.budget.take();
    List<Place> places =
        of.due.keySet().stream().limit(ReceiptStatement.MAX_MESSAGES).sorted().toList();
    Place last = places.get(places.size() - 1);
    byte[] hash = new byte[0];
    long expires = Long.MIN_VALUE;
    for (Place place : places) {
      Done done = of.due.remove(place);
      if (done != null) {
        due--;
        expires = Math.max(expires, done.expiresMillis());
        hash = place.equals(last) ? done.hash() : hash;
      }
    }
    if (last.sequence() <= ReceiptStatement.MAX_SEQUENCE) {
      long first = places.get(0).sequence();
      String text = sign(author, Kind.PROCESSED, first, last.sequence(), hash, places, now);
      long again = now.tickMillis() + AGAIN_MILLIS;
      of.untaken.put(ReceiptDigest.of(text), new Untaken(text, expires, again));
      send(author, text);
      nextTick = Math.min(nextTick, again);
    }
    if (!of.due.isEmpty()) {
      nextTick = Math.min(nextTick, now.tickMillis());
    }
  }

  /** Whether every author that is here has what was signed for it. */
  boolean settled() {
    return processed.entrySet().stream()
        .noneMatch(
            entry ->
                admitted.test(entry.getKey())
                    && !(entry.getValue().due.isEmpty() && entry.getValue().untaken.isEmpty()));
  }

  /** Once a second or so: forgets authors whose feeds are gone. */
  void housekeeping() {
    asked.keySet().removeIf(author -> room.replica().get(author) == null);
  }

  long nextTick() {
    return nextTick;
  }
}
