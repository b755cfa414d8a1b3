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
 * place of its feed (of a streamed payload: once it has completed), and where the author has an
 * identity, that it wrote them under that identity. Does not guarantee that {@link #sentAt()} is
 * true: it is the author's own clock, only bounded to two minutes ahead of the reader's. Says
 * nothing about which person or service an anonymous author is.
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
  private final @Nullable Flux<ByteBuffer> stream;

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
    this(room, id, identity, sentAt, key, headers, payload, null);
  }

  /**
   * A message whose payload is read as it arrives.
   *
   * @param identity who vouches for the author; null if it wrote anonymously
   * @param key the author's key for it; null if it gave none
   */
  public Message(
      String room,
      MessageId id,
      @Nullable VerifiedIdentity identity,
      Instant sentAt,
      @Nullable String key,
      Map<String, String> headers,
      Flux<ByteBuffer> payload) {
    this(room, id, identity, sentAt, key, headers, new byte[0], payload);
  }

  private Message(
      String room,
      MessageId id,
      @Nullable VerifiedIdentity identity,
      Instant sentAt,
      @Nullable String key,
      Map<String, String> headers,
      byte[] payload,
      @Nullable Flux<ByteBuffer> stream) {
    this.room = room;
    this.id = id;
    this.author = new Member(id.author(), identity);
    this.sentAt = sentAt;
    this.key = key;
    this.headers = Map.copyOf(headers);
    this.payload = payload;
    this.stream = stream;
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

  /**
   * Whether the payload is a stream, as {@link OutgoingMessage#of(org.reactivestreams.Publisher)}
   * makes it: it may be large, and perhaps has not arrived yet. Then it is read by {@link
   * #payload()} alone.
   */
  public boolean isStreamed() {
    return stream != null;
  }

  /**
   * The payload, as read-only views. Lazy; may be subscribed to again, also by several at once.
   *
   * <p>Of a {@linkplain #isStreamed() streamed} message each subscriber reads this peer's replica
   * from the message's beginning, at its own pace and with its own demand, a few chunks of 64 KiB
   * ahead, and waits for what has not arrived yet, however long links are down. Emits on a worker
   * thread of its own, which the subscriber may block. The last chunk comes only after the length
   * and the SHA-256 hash of the whole payload have been found right. Ends with {@link
   * PayloadLostException} if there will be no more or it is not what was published: then nothing
   * that was emitted is to be used; with {@link RoomClosedException} when the room is left.
   *
   * <p>The author waits for whoever reads, as for a slow subscriber: from when the message is
   * delivered until the payload has been read or its subscription is cancelled, or has not been
   * begun for a minute. A reader that takes nothing for ten seconds is no longer waited for, and
   * may lose the payload.
   */
  public Flux<ByteBuffer> payload() {
    return stream == null ? Flux.defer(() -> Flux.just(buffer())) : stream;
  }

  /**
   * The payload as a read-only view; not copied.
   *
   * @throws IllegalStateException if it is {@linkplain #isStreamed() streamed}
   */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(whole()).asReadOnlyBuffer();
  }

  /** The number of bytes of the payload; -1 if it is {@linkplain #isStreamed() streamed}. */
  public int size() {
    return stream == null ? payload.length : -1;
  }

  /**
   * A new copy of the payload.
   *
   * @throws IllegalStateException if it is {@linkplain #isStreamed() streamed}
   */
  public byte[] bytes() {
    return whole().clone();
  }

  /**
   * The payload read as UTF-8; bytes that are not UTF-8 become U+FFFD.
   *
   * @throws IllegalStateException if it is {@linkplain #isStreamed() streamed}
   */
  public String text() {
    return new String(whole(), StandardCharsets.UTF_8);
  }

  private byte[] whole() {
    if (stream != null) {
      throw new IllegalStateException(
          "message "
              + id
              + " is streamed, perhaps larger than memory: read it bit by bit from payload()");
    }
    return payload;
  }

  /** Where it came from and how large it is; never its content. */
  @Override
  public String toString() {
    String size = stream == null ? payload.length + " bytes" : "streamed";
    return "Message[" + room + " " + id + ", " + size + "]";
  }
}
