package org.peerroom.internal.crypto;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
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
  private static final int ARGON2_LANES = 1;

  private static final int MAX_UTF8_BYTES_A_CHAR = 3;
  private static final int FIRST_COMBINING_MARK = 0x300;

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
    byte[] name = normalizedUtf8(CharBuffer.wrap(roomName), "room name");
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
    byte[] passphrase = normalizedUtf8(CharBuffer.wrap(secret), "room secret");
    Argon2Parameters parameters =
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(ARGON2_MEMORY_KIB)
            .withIterations(ARGON2_PASSES)
            .withParallelism(ARGON2_LANES)
            .withSalt(Digests.sha256(SECRET_LABEL, name))
            .build();
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(parameters);
    byte[] root = new byte[KeyMaterial.SIZE];
    generator.generateBytes(passphrase, root);
    Arrays.fill(passphrase, (byte) 0);
    return root;
  }

  private static byte[] normalizedUtf8(CharBuffer text, String what) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the " + what + " is empty");
    }
    CharBuffer normalized =
        isPlain(text) ? text : CharBuffer.wrap(Normalizer.normalize(text, Normalizer.Form.NFC));
    ByteBuffer encoded = ByteBuffer.allocate(MAX_UTF8_BYTES_A_CHAR * normalized.remaining());
    CharsetEncoder encoder =
        StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPORT);
    CoderResult result = encoder.encode(normalized, encoded, true);
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
    Arrays.fill(encoded.array(), (byte) 0);
    if (result.isError()) {
      throw new IllegalArgumentException("the " + what + " contains half of a surrogate pair");
    }
    return bytes;
  }

  /**
   * Whether every character is below the first combining mark: such text is in NFC, and needs no
   * String, unwipeable.
   */
  private static boolean isPlain(CharBuffer text) {
    return text.chars().allMatch(c -> c < FIRST_COMBINING_MARK);
  }

  @Override
  public String toString() {
    return "RoomKeys[redacted]";
  }
}
