package org.peerroom;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** When a publish is complete: what its receipt stands for. */
public sealed interface Acks {

  /**
   * The message is sealed, signed and in this peer's own replica; it may still be lost with this
   * process.
   */
  Acks LOCAL = new Local();

  /**
   * As {@link #LOCAL}, and this many other admitted members have signed that their replicas hold
   * it; in a persistent room of theirs, that it is synced to disk there.
   */
  static Acks replicated(int peers) {
    return new Replicated(peers);
  }

  /**
   * Reads {@code local}, {@code replicated:N} or {@code processed:NAME,NAME}; the words in any
   * case, the names as they are.
   *
   * @throws IllegalArgumentException with one line that says what is expected
   */
  static Acks parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.equals("local")) {
      return LOCAL;
    }
    if (lower.startsWith("replicated:")) {
      try {
        return replicated(Integer.parseInt(lower.substring("replicated:".length())));
      } catch (IllegalArgumentException e) {
        throw unknown(text, e);
      }
    }
    if (lower.startsWith("processed:")) {
      String names = text.strip().substring("processed:".length());
      try {
        return processed(Arrays.stream(names.split(",", -1)).map(String::strip).toList());
      } catch (IllegalArgumentException e) {
        throw unknown(text, e);
      }
    }
    throw unknown(text, null);
  }

  /**
   * As {@link #LOCAL}, and a peer of each of these identities has signed that a subscription there
   * has acknowledged the message (see {@link Room#deliveries}).
   *
   * <p>A member says so again and again until this peer has it or the message expires, as long as
   * both run: a link that breaks in between does not matter. When this peer is started anew it is
   * another peer, and what is signed for the one before reaches nobody; when the member is, what it
   * had not delivered is lost. Then publish again with the same key: what has been acknowledged is
   * not delivered again, and signed for again. A name that two trusted authorities vouch for stands
   * for either identity; a key stands for one.
   *
   * @param identities the names of identities as the publisher's trusted authorities vouch for
   *     them, or their public keys in hex
   */
  static Acks processed(List<String> identities) {
    return new Processed(identities);
  }

  private static IllegalArgumentException unknown(
      String text, @org.jspecify.annotations.Nullable Throwable cause) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is not an acknowledgement; expected local, replicated:N with N from 1"
            + " to 1000, or processed:NAME,NAME with names or keys of identities",
        cause);
  }

  /** See {@link Acks#LOCAL}. */
  record Local() implements Acks {
    @Override
    public String toString() {
      return "local";
    }
  }

  /**
   * See {@link Acks#processed}.
   *
   * @param identities 1 to 32 of them
   */
  record Processed(List<String> identities) implements Acks {
    /**
     * @throws IllegalArgumentException if there is none, too many, or a blank one
     */
    public Processed {
      identities = List.copyOf(identities);
      if (identities.isEmpty()
          || identities.size() > 32
          || identities.stream().anyMatch(String::isBlank)) {
        throw new IllegalArgumentException(
            "processed: takes 1 to 32 names or keys of identities, not " + identities);
      }
    }

    @Override
    public String toString() {
      return "processed:" + String.join(",", identities);
    }
  }

  /**
   * See {@link Acks#replicated}.
   *
   * @param peers how many other peers, 1 to 1,000
   */
  record Replicated(int peers) implements Acks {
    /**
     * @throws IllegalArgumentException if the number is out of range
     */
    public Replicated {
      if (peers < 1 || peers > 1000) {
        throw new IllegalArgumentException("replicated:N takes N from 1 to 1000, not " + peers);
      }
    }

    @Override
    public String toString() {
      return "replicated:" + peers;
    }
  }
}
