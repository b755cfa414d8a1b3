package org.peerroom;

import org.jspecify.annotations.Nullable;

/**
 * Which room to join, and how: its name, its secret if it has one, and the policy of this peer's
 * replica.
 *
 * <p>Two peers meet when name and secret are the same. Another secret is another room.
 */
public final class RoomConfig {

  private static final int MAX_NAME = 128;

  private final String name;
  private final @Nullable RoomSecret secret;
  private final RoomPolicy policy;
  private final boolean anonymous;
  private final boolean inMemory;

  private RoomConfig(
      String name,
      @Nullable RoomSecret secret,
      RoomPolicy policy,
      boolean anonymous,
      boolean inMemory) {
    this.name = name;
    this.secret = secret;
    this.policy = policy;
    this.anonymous = anonymous;
    this.inMemory = inMemory;
  }

  /**
   * A room with this name, no secret and {@link RoomPolicy#DEFAULT}.
   *
   * @throws IllegalArgumentException if the name is blank, longer than 128 characters or has
   *     control characters
   */
  public static RoomConfig of(String name) {
    if (name.isBlank()
        || name.length() > MAX_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a room name has 1 to "
              + MAX_NAME
              + " characters, not all of them blank, and no control characters");
    }
    return new RoomConfig(name, null, RoomPolicy.DEFAULT, false, false);
  }

  /** The same room, only for those who hold this secret. */
  public RoomConfig withSecret(RoomSecret value) {
    return new RoomConfig(name, value, policy, anonymous, inMemory);
  }

  /**
   * The same room with another policy.
   *
   * @throws IllegalArgumentException if the retained bytes can't hold two messages of the largest
   *     size
   */
  public RoomConfig withPolicy(RoomPolicy value) {
    if (value.retentionBytes() < 2L * value.maxMessageSize()) {
      throw new IllegalArgumentException(
          "room '"
              + name
              + "': a replica of "
              + value.retentionBytes()
              + " bytes can't hold two messages of "
              + value.maxMessageSize()
              + "; raise the retained bytes or lower the largest message");
    }
    return new RoomConfig(name, secret, value, anonymous, inMemory);
  }

  /**
   * The same room, in which this peer does not show its identity until {@link Room#reveal()}. The
   * other members see that it is the same peer before and after, and the same as in other rooms:
   * whoever is told its identity in one of these, or was told it in this room before it was left,
   * knows who it is. To be unknown to them as well takes a peer of its own.
   */
  public RoomConfig anonymous() {
    return new RoomConfig(name, secret, policy, true, inMemory);
  }

  /** The same room, of which nothing is written to disk though the peer has a data folder. */
  public RoomConfig inMemory() {
    return new RoomConfig(name, secret, policy, anonymous, true);
  }

  public String name() {
    return name;
  }

  public @Nullable RoomSecret secret() {
    return secret;
  }

  public RoomPolicy policy() {
    return policy;
  }

  /** Whether this peer's identity is not shown in this room. */
  public boolean isAnonymous() {
    return anonymous;
  }

  /** Whether nothing of this room is written to disk. */
  public boolean isInMemory() {
    return inMemory;
  }

  @Override
  public String toString() {
    return "RoomConfig["
        + name
        + (secret == null ? "" : ", with a secret")
        + (anonymous ? ", anonymous" : "")
        + ", "
        + policy
        + "]";
  }
}
