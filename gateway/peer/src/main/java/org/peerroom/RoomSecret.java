package org.peerroom;

import java.util.Arrays;

/**
 * A passphrase that the members of a room share: nobody without it can read, be read or even
 * recognise the room.
 *
 * <p>It is stretched once (Argon2id, RFC 9106) when the room is joined. A guessable passphrase
 * stays guessable by someone who sees the room's topic; take 20 random characters. Never printed;
 * compared by nothing.
 */
public final class RoomSecret {

  private final char[] passphrase;

  private RoomSecret(char[] passphrase) {
    this.passphrase = passphrase;
  }

  /**
   * Takes a copy; the caller may wipe its own.
   *
   * @throws IllegalArgumentException if it is empty or longer than 1,024 characters
   */
  public static RoomSecret of(char[] passphrase) {
    if (passphrase.length == 0 || passphrase.length > 1024) {
      throw new IllegalArgumentException("a room secret has 1 to 1024 characters");
    }
    return new RoomSecret(passphrase.clone());
  }

  /** A copy, to be wiped by the caller when done. */
  public char[] exposePassphrase() {
    return passphrase.clone();
  }

  /** Whether both are the same passphrase; takes the same time wherever they differ. */
  public boolean matches(RoomSecret other) {
    int difference = passphrase.length ^ other.passphrase.length;
    for (int i = 0; i < passphrase.length; i++) {
      difference |= passphrase[i] ^ other.passphrase[i % other.passphrase.length];
    }
    return difference == 0;
  }

  /** Wipes the passphrase. The room that was joined with it goes on. */
  public void destroy() {
    Arrays.fill(passphrase, '\0');
  }

  @Override
  public String toString() {
    return "RoomSecret[redacted]";
  }
}
