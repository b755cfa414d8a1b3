package org.peerroom.camel;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.camel.util.TimeUtils;
import org.jspecify.annotations.Nullable;
import org.peerroom.History;
import org.peerroom.RoomConflictException;
import org.peerroom.RoomPolicy;
import org.peerroom.SealingSuite;
import org.peerroom.identity.DurableRecipient;
import org.peerroom.identity.IdentityException;

/**
 * What an endpoint says about its room as a whole, or what several have agreed on. Null is not
 * said.
 *
 * @param history see {@link RoomPolicy#history()}
 * @param retention see {@link RoomPolicy#retention()}
 * @param retentionBytes see {@link RoomPolicy#retentionBytes()}
 * @param maxMessageSize see {@link RoomPolicy#maxMessageSize()}
 * @param admission see {@link RoomPolicy#admission()}
 * @param suite see {@link RoomPolicy#suite()}
 * @param durable see {@link RoomPolicy#durable()}; sorted by key
 * @param persistent whether it is kept on disk, where the component has a folder for that; no part
 *     of the policy, since each member decides it for itself
 */
record PolicyOptions(
    @Nullable History history,
    @Nullable Duration retention,
    @Nullable Long retentionBytes,
    @Nullable Integer maxMessageSize,
    AdmissionOptions admission,
    @Nullable SealingSuite suite,
    @Nullable List<DurableRecipient> durable,
    @Nullable Boolean persistent) {

  /** Says nothing. */
  static final PolicyOptions NONE =
      new PolicyOptions(null, null, null, null, AdmissionOptions.NONE, null, null, null);

  static PolicyOptions of(RoomConfiguration configuration) {
    String history = configuration.getHistory();
    String suite = configuration.getSuite();
    String retention = configuration.getRetention();
    return new PolicyOptions(
        history == null ? null : parseHistory(history),
        retention == null ? null : parseRetention(retention),
        configuration.getRetentionBytes(),
        configuration.getMaxMessageSize(),
        AdmissionOptions.of(configuration),
        suite == null ? null : parseSuite(suite),
        durable(configuration.getDurable()),
        configuration.getPersistent());
  }

  private static History parseHistory(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "none" -> History.NONE;
      case "retained" -> History.RETAINED;
      default ->
          throw new IllegalArgumentException("history=" + text + ": expected none or retained");
    };
  }

  private static Duration parseRetention(String text) {
    String stripped = text.strip();
    if (stripped.equalsIgnoreCase("unlimited")) {
      return RoomPolicy.UNLIMITED;
    }
    try {
      return stripped.startsWith("P")
          ? Duration.parse(stripped)
          : Duration.ofMillis(TimeUtils.toMilliSeconds(stripped));
    } catch (IllegalArgumentException | DateTimeParseException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "retention="
              + text
              + ": expected a time such as 10m or 2h, 0 for live only, or unlimited",
          e);
    }
  }

  private static SealingSuite parseSuite(String text) {
    try {
      return SealingSuite.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "suite=" + text + ": expected x-wing, x25519 or per-recipient", e);
    }
  }

  /** What the file names, as it is now; null where no file is named. */
  private static @Nullable List<DurableRecipient> durable(@Nullable String option) {
    Path file = IdentityOptions.path("durable", option);
    if (file == null) {
      return null;
    }
    List<DurableRecipient> durable;
    try {
      durable = DurableRecipient.load(file);
    } catch (IdentityException e) {
      throw new IllegalArgumentException("option durable: " + e.getMessage(), e);
    }
    if (durable.size() > RoomPolicy.MAX_DURABLE) {
      throw new IllegalArgumentException(
          "option durable: "
              + file
              + ": it names "
              + durable.size()
              + " recipients; a room has at most "
              + RoomPolicy.MAX_DURABLE);
    }
    return durable.stream().sorted(Comparator.comparing(DurableRecipient::key)).toList();
  }

  /**
   * What both say together.
   *
   * @throws RoomConflictException if both say something about one option and not the same
   */
  PolicyOptions agreeWith(PolicyOptions other, String room) {
    return new PolicyOptions(
        agreed("history", history, other.history, room),
        agreed("retention", retention, other.retention, room),
        agreed("retentionBytes", retentionBytes, other.retentionBytes, room),
        agreed("maxMessageSize", maxMessageSize, other.maxMessageSize, room),
        admission.agreeWith(other.admission, room),
        agreed("suite", suite, other.suite, room),
        agreed("durable", durable, other.durable, room),
        agreed("persistent", persistent, other.persistent, room));
  }

  /**
   * What both say about one option, or the one of them that says something.
   *
   * @throws RoomConflictException if they don't say the same
   */
  static <T> @Nullable T agreed(String option, @Nullable T mine, @Nullable T others, String room) {
    if (mine != null && others != null && !mine.equals(others)) {
      throw new RoomConflictException(
          "the endpoints of room '"
              + room
              + "' disagree: "
              + option
              + " is "
              + written(others)
              + " on another endpoint and "
              + written(mine)
              + " on this one; set it on one of them, or to the same value on all");
    }
    return mine != null ? mine : others;
  }

  private static String written(Object value) {
    if (value instanceof SealingSuite suite) {
      return suite.text();
    }
    if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }
    if (value instanceof List<?> recipients) {
      return recipients.stream().map(PolicyOptions::written).collect(Collectors.joining(", "));
    }
    if (value instanceof DurableRecipient recipient) {
      return recipient.name() + " " + recipient.key().shortHex();
    }
    if (value.equals(RoomPolicy.UNLIMITED)) {
      return "unlimited";
    }
    return value instanceof Duration duration
        ? duration.toMillis() + " ms"
        : AdmissionOptions.written(value);
  }

  /**
   * The policy; where nothing is said, the fallback says it, and after that {@link
   * RoomPolicy#DEFAULT}.
   *
   * @param trust what the names of authorities mean
   * @throws IllegalArgumentException if a value is out of range, or an authority unknown
   */
  RoomPolicy toPolicy(PolicyOptions fallback, TrustFile trust) {
    RoomPolicy last = RoomPolicy.DEFAULT;
    return new RoomPolicy(
        firstOf(history, fallback.history, last.history()),
        firstOf(retention, fallback.retention, last.retention()),
        firstOf(retentionBytes, fallback.retentionBytes, last.retentionBytes()),
        firstOf(maxMessageSize, fallback.maxMessageSize, last.maxMessageSize()),
        admission.toAdmission(fallback.admission, trust),
        firstOf(suite, fallback.suite, last.suite()),
        firstOf(durable, fallback.durable, last.durable()));
  }

  /** Whether this peer keeps its identity to itself in the room. */
  boolean isAnonymous(PolicyOptions fallback) {
    return admission.isAnonymous(fallback.admission);
  }

  /** Whether nothing of the room is written to disk. */
  boolean isInMemory(PolicyOptions fallback) {
    return !firstOf(persistent, fallback.persistent, true);
  }

  private static <T> T firstOf(@Nullable T first, @Nullable T second, T last) {
    return first != null ? first : Objects.requireNonNullElse(second, last);
  }
}
