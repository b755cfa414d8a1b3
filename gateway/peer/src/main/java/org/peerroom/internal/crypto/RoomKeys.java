package org.peerroom.internal.crypto;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a room's name and secret become: the topic, which is all that the outside sees of the room,
 * and where there is a secret, the key that its members share.
 *
 * <p>Guarantees that the same name and secret, however their accents are composed (Unicode NFC),
 * give the same keys everywhere, and that the topic says nothing about the shared key. Does not
 * hide the name of a room without a secret from someone who guesses it: the topic is then a plain
 * hash. A secret that can be guessed can be tried out against a topic, at the cost of one Argon2id
 * (RFC 9106; 32 MiB, 3 passes) a guess.
 */
public final class RoomKeys {

  /** The size of a topic in bytes. */
  public static final int TOPIC_SIZE = 32;

  private static final String ROOM_LABEL = "peerroom/1 room";
  private static final String SECRET_LABEL = "peerroom/1 room secret";
  private static final String TOPIC_LABEL = "peerroom/1 topic";
  private static final String PSK_LABEL = "peerroom/1 psk";
  private static final byte[] NO_CONTEXT = {};

  private static final int ARGON2_MEMORY_KIB = 32 * 1024;
  private static final int ARGON2_PASSES = 3;

  private final byte[] topic;
  private final @Nullable PreSharedKey preSharedKey;

  private RoomKeys(byte[] topic, @Nullable PreSharedKey preSharedKey) {
    this.topic = topic;
    this.preSharedKey = preSharedKey;
  }

  /**
   * Derives the keys. With a secret this takes 32 MiB and some tenths of a second of one processor;
   * without, microseconds.
   *
   * @param secret null for a room that anyone who knows its name may find; the caller wipes its own
   * @throws IllegalArgumentException if the name or the secret is empty or contains half of a
   *     surrogate pair
   */
  public static RoomKeys derive(String roomName, char @Nullable [] secret) {
    byte[] name = Argon2id.normalizedUtf8(CharBuffer.wrap(roomName), "room name");
    byte[] root = secret == null ? rootWithoutSecret(name) : rootWithSecret(name, secret);
    KeyMaterial rootKey = KeyMaterial.copyOf("room root", root);
    Arrays.fill(root, (byte) 0);
    try {
      byte[] topic = Hkdf.expand(rootKey, TOPIC_LABEL, NO_CONTEXT, TOPIC_SIZE);
      return new RoomKeys(topic, secret == null ? null : preSharedKey(rootKey));
    } finally {
      rootKey.destroy();
    }
  }

  /** A copy of the topic, 32 bytes; public. */
  public byte[] topic() {
    return topic.clone();
  }

  /**
   * The key that the members share, or null where the room has no secret; always the same object.
   */
  public @Nullable PreSharedKey preSharedKey() {
    return preSharedKey;
  }

  /** Wipes the shared key; the topic stays. Calling it again does nothing. */
  public void destroy() {
    if (preSharedKey != null) {
      preSharedKey.destroy();
    }
  }

  private static PreSharedKey preSharedKey(KeyMaterial rootKey) {
    byte[] psk = Hkdf.expand(rootKey, PSK_LABEL, NO_CONTEXT, PreSharedKey.SIZE);
    try {
      return PreSharedKey.of(psk);
    } finally {
      Arrays.fill(psk, (byte) 0);
    }
  }

  private static byte[] rootWithoutSecret(byte[] name) {
    return Hkdf.extract(ROOM_LABEL.getBytes(StandardCharsets.UTF_8), name);
  }

  private static byte[] rootWithSecret(byte[] name, char[] secret) {
    byte[] salt = Digests.sha256(SECRET_LABEL, name);
    return Argon2id.stretch(secret, "room secret", salt, ARGON2_MEMORY_KIB, ARGON2_PASSES);
  }

  @Override
  public String toString() {
    return "RoomKeys[redacted]";
  }
}
