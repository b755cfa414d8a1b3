package org.peerroom;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.peerroom.identity.DurableRecipient;

/**
 * Who is admitted to a room, how it is sealed, how long its items stay, how large they may be, and
 * what newcomers can read.
 *
 * <p>All members of a room have the same policy, but for {@code retentionBytes}, which is each
 * peer's own matter. They show it to each other, sealed, before they exchange keys; two whose
 * policies differ exchange none, and both tell so as {@link RoomEvent.PolicyDiffers}. Each peer
 * applies the policy for itself; nobody can make another one drop it.
 *
 * <p>A durable recipient can read what was sent while it was away, even if the author has left and
 * only replicas that can't read it are still there: authors seal their keys to its identity too.
 * The price: unlike everything else in a room, what is sealed to a durable recipient has no forward
 * secrecy. Whoever gets hold of that identity's private key, however much later, can read all of it
 * that somebody kept. Nobody becomes a member by being named here: a recipient whose identity is
 * revoked gets no more keys, and what it was given before can't be taken back.
 *
 * <p><b>What is given up, and when.</b> A message is gone for good when the time that its author
 * has signed is over: no member delivers it, serves it or passes it on any more, and nobody can
 * bring it back. Clocks may be two minutes apart; what claims to come from further in the future is
 * refused. Before its time a replica gives up messages only when it holds more than {@code
 * retentionBytes}: then the largest feed gives up its oldest segment, and again. A feed that holds
 * no more than its fair share, the bound divided by the number of authors of whom anything is held,
 * loses nothing to others: who floods a room pushes out itself. Of the feeds over their share those
 * go first whose oldest segment everyone here has read; who has not read what is given up is told
 * with a {@link RoomEvent.Gap}.
 *
 * <p><b>What a publisher gets at the limit.</b> Publishing waits while a reader that makes progress
 * has more of this author still to read than half of its fair share, or 16 MiB of a 64 MiB room
 * with two authors; after its timeout it fails with {@link PublishTimeoutException}. Nobody waits
 * for a reader that gives no sign of progress for ten seconds.
 *
 * <p><b>Live-only.</b> With {@code retention} zero a room keeps nothing: a segment is given up as
 * soon as every linked reader has taken it, ten seconds after it came at the latest. Who joins or
 * subscribes later gets nothing of before; {@code history} is then always {@link History#NONE}, and
 * there are no durable recipients. Nobody holds anything there that could be answered for: what is
 * published with {@link Acks#replicated} fails at its timeout, though it may have arrived.
 *
 * @param history what newcomers get from this peer; always none where nothing is retained
 * @param retention how long this peer's messages live, signed as an absolute time: zero for a
 *     live-only room, 1 second to 30 days, or {@link #UNLIMITED}
 * @param retentionBytes how many bytes of sealed segments this peer's replica holds, 1 MiB to 16
 *     GiB
 * @param maxMessageSize the largest payload this peer publishes or delivers, in bytes, 1 to 64 MiB
 * @param admission who is admitted
 * @param suite how it is sealed
 * @param durable the identities that are sealed to while they are away, at most {@value
 *     #MAX_DURABLE}, no key twice; sorted by key
 */
public record RoomPolicy(
    History history,
    Duration retention,
    long retentionBytes,
    int maxMessageSize,
    Admission admission,
    SealingSuite suite,
    List<DurableRecipient> durable) {

  /** The largest number of durable recipients. */
  public static final int MAX_DURABLE = 32;

  /**
   * Messages live until they are given up for the bound of bytes; a room keeps at most 8,000
   * authors that have gone.
   */
  public static final Duration UNLIMITED = Duration.ofDays(365_000);

  private static final Duration MIN_RETENTION = Duration.ofSeconds(1);
  private static final Duration MAX_RETENTION = Duration.ofDays(30);

  /**
   * 10 minutes, 64 MiB, messages up to 16 MiB, newcomers get what is retained, open, sealed with
   * X-Wing, no durable recipients.
   */
  public static final RoomPolicy DEFAULT =
      new RoomPolicy(
          History.RETAINED,
          Duration.ofMinutes(10),
          64L << 20,
          16 << 20,
          Admission.open(),
          SealingSuite.X_WING,
          List.of());

  /**
   * @throws IllegalArgumentException with one line that names the value and its range
   */
  public RoomPolicy {
    boolean limited = !retention.isZero() && !retention.equals(UNLIMITED);
    if (limited
        && (retention.compareTo(MIN_RETENTION) < 0 || retention.compareTo(MAX_RETENTION) > 0)) {
      throw new IllegalArgumentException(
          "retention is from 1 second to 30 days, or 0 or unlimited, not " + retention);
    }
    history = retention.isZero() ? History.NONE : history;
    if (retentionBytes < (1L << 20) || retentionBytes > (16L << 30)) {
      throw new IllegalArgumentException(
          "retention in bytes is from 1 MiB to 16 GiB, not " + retentionBytes);
    }
    if (maxMessageSize < 1 || maxMessageSize > (64 << 20)) {
      throw new IllegalArgumentException(
          "the largest message is from 1 byte to 64 MiB, not " + maxMessageSize);
    }
    durable = sorted(durable);
    if (retention.isZero() && !durable.isEmpty()) {
      throw new IllegalArgumentException(
          "a room that keeps nothing has no durable recipients: set a retention");
    }
    if (suite == SealingSuite.PER_RECIPIENT && !durable.isEmpty()) {
      throw new IllegalArgumentException(
          "a room that seals per recipient has no durable recipients: take x-wing or x25519");
    }
  }

  private static List<DurableRecipient> sorted(List<DurableRecipient> durable) {
    if (durable.size() > MAX_DURABLE) {
      throw new IllegalArgumentException(
          "a room has at most " + MAX_DURABLE + " durable recipients, not " + durable.size());
    }
    List<DurableRecipient> sorted =
        durable.stream().sorted(Comparator.comparing(DurableRecipient::key)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).key().equals(sorted.get(i - 1).key())) {
        throw new IllegalArgumentException(
            "durable recipient "
                + sorted.get(i).name()
                + " is named twice, by the key "
                + sorted.get(i).key().shortHex());
      }
    }
    return sorted;
  }

  /** Whether nothing is kept but what is on its way to those who are linked. */
  public boolean isLiveOnly() {
    return retention.isZero();
  }

  /** Whether messages live until they are given up for the bound of bytes. */
  public boolean isUnlimited() {
    return retention.equals(UNLIMITED);
  }

  /** The same policy with another history. */
  public RoomPolicy withHistory(History value) {
    return new RoomPolicy(
        value, retention, retentionBytes, maxMessageSize, admission, suite, durable);
  }

  /**
   * The same policy with another retention time: zero for live-only, which ends the history too, or
   * {@link #UNLIMITED}.
   */
  public RoomPolicy withRetention(Duration value) {
    return new RoomPolicy(
        history, value, retentionBytes, maxMessageSize, admission, suite, durable);
  }

  /** The same policy with another bound of retained bytes. */
  public RoomPolicy withRetentionBytes(long value) {
    return new RoomPolicy(history, retention, value, maxMessageSize, admission, suite, durable);
  }

  /** The same policy with another largest message. */
  public RoomPolicy withMaxMessageSize(int value) {
    return new RoomPolicy(history, retention, retentionBytes, value, admission, suite, durable);
  }

  /** The same policy with another rule for who is admitted. */
  public RoomPolicy withAdmission(Admission value) {
    return new RoomPolicy(
        history, retention, retentionBytes, maxMessageSize, value, suite, durable);
  }

  /** The same policy with another suite. */
  public RoomPolicy withSuite(SealingSuite value) {
    return new RoomPolicy(
        history, retention, retentionBytes, maxMessageSize, admission, value, durable);
  }

  /**
   * The same policy with these durable recipients instead.
   *
   * @throws IllegalArgumentException if there are too many, or one is named twice
   */
  public RoomPolicy withDurable(Collection<DurableRecipient> value) {
    return new RoomPolicy(
        history, retention, retentionBytes, maxMessageSize, admission, suite, List.copyOf(value));
  }
}
