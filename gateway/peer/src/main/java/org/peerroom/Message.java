package org.peerroom;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.VerifiedIdentity;
import reactor.core.publisher.Flux;

/**
 * A message as a member reads it: decrypted, its author's signature verified.
 *
 * <p>Guarantees that {@link #author()} wrote exactly these headers and bytes for this room, at this
 * place of its feed, and where the author has an identity, that it wrote them under that identity.
 * Does not guarantee that {@link #sentAt()} is true: it is the author's own clock, only bounded to
 * two minutes ahead of the reader's. Says nothing about which person or service an anonymous author
 * is.
 *
 * <p>Immutable; may be read from any thread.
 */
public final class Message {

  private final String room;
  private final MessageId id;
  private final Member author;
  private final Instant sentAt;
  private final @Nullable String key;
  private final Map<String, String> headers;
  private final byte[] payload;

  /**
   * @param identity who vouches for the author; null if it wrote anonymously
   * @param key the author's key for it; null if it gave none
   * @param payload not copied: whoever constructs a message gives the array away
   */
  public Message(
      String room,
      MessageId id,
      @Nullable VerifiedIdentity identity,
      Instant sentAt,
      @Nullable String key,
      Map<String, String> headers,
      byte[] payload) {
    this.room = room;
    this.id = id;
    this.author = new Member(id.author(), identity);
    this.sentAt = sentAt;
    this.key = key;
    this.headers = Map.copyOf(headers);
    this.payload = payload;
  }

  /** The name of the room it was published in. */
  public String room() {
    return room;
  }

  /** Its place in the author's feed; unique in the room. */
  public MessageId id() {
    return id;
  }

  /**
   * The peer that wrote and signed it, and who that is, as the reader's own trusted authorities
   * say; anonymous if it did not show an identity when it wrote this.
   */
  public Member author() {
    return author;
  }

  /** When the author took it for publishing, by the author's clock, to the millisecond. */
  public Instant sentAt() {
    return sentAt;
  }

  /**
   * The author's headers: at most 256 of them, 64 KiB together; sealed like the payload.
   * Unmodifiable.
   */
  public Map<String, String> headers() {
    return headers;
  }

  /**
   * What the author named this message by, so that it is delivered once however often it was
   * published; empty if it gave no key.
   */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }

  /** The payload, as read-only views. Lazy; may be subscribed to again. */
  public Flux<ByteBuffer> payload() {
    return Flux.defer(() -> Flux.just(buffer()));
  }

  /** The payload as a read-only view; not copied. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(payload).asReadOnlyBuffer();
  }

  /** The number of bytes of the payload. */
  public int size() {
    return payload.length;
  }

  /** A new copy of the payload. */
  public byte[] bytes() {
    return payload.clone();
  }

  /** The payload read as UTF-8; bytes that are not UTF-8 become U+FFFD. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** Where it came from and how large it is; never its content. */
  @Override
  public String toString() {
    return "Message[" + room + " " + id + ", " + payload.length + " bytes]";
  }
}
