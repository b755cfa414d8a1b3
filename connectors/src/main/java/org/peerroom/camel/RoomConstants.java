package org.peerroom.camel;

import org.apache.camel.Exchange;
import org.apache.camel.spi.Metadata;

/**
 * The headers that the component sets. None of them crosses a room: they are set anew where a
 * message arrives.
 */
public final class RoomConstants {

  @Metadata(
      label = "consumer",
      description =
          "The throw-away id of the peer that wrote and signed the message: 64 hexadecimal digits, verified.",
      javaType = "String",
      important = true)
  public static final String AUTHOR = "CamelRoomAuthor";

  @Metadata(
      label = "consumer",
      description =
          "The name of the identity that the author has shown, verified; absent if it is anonymous. Two authorities may"
              + " give the same name: read it together with CamelRoomAuthority.",
      javaType = "String",
      important = true)
  public static final String IDENTITY = "CamelRoomIdentity";

  @Metadata(
      label = "consumer",
      description =
          "The authority that vouches for the author, by its name in this side's own trust file; absent if the author is"
              + " anonymous.",
      javaType = "String",
      important = true)
  public static final String AUTHORITY = "CamelRoomAuthority";

  @Metadata(
      label = "consumer",
      description =
          "What the authority says about the author, such as org; unmodifiable; absent if the author is anonymous.",
      javaType = "java.util.Map<String, String>",
      important = true)
  public static final String ATTRIBUTES = "CamelRoomAttributes";

  @Metadata(
      label = "consumer",
      description = "The name of the room that the message was published in.",
      javaType = "String",
      important = true)
  public static final String NAME = "CamelRoomName";

  @Metadata(
      description =
          "The place of the message in its author's feed, AUTHOR/SEQUENCE/INDEX, unique in the room. Consumer: of the"
              + " message received. Producer: of the message just published.",
      javaType = "String",
      important = true)
  public static final String MESSAGE_ID = "CamelRoomMessageId";

  @Metadata(
      description =
          "What the author named the message by, so that it is delivered once however often it was published. Consumer:"
              + " absent if it gave no key. Producer: the key of the message where the option key is not set.",
      javaType = "String",
      important = true)
  public static final String KEY = "CamelRoomKey";

  @Metadata(
      label = "consumer",
      description =
          "Whether the message was delivered before to this subscription, since this peer joined the room, and not"
              + " acknowledged.",
      javaType = "Boolean")
  public static final String REDELIVERED = "CamelRoomRedelivered";

  @Metadata(
      label = "consumer",
      description =
          "How often the message has been delivered to this subscription since this peer joined the room, from 1.",
      javaType = "Integer")
  public static final String ATTEMPT = "CamelRoomAttempt";

  @Metadata(
      label = "consumer",
      description =
          "When the author took the message for publishing, by the author's own clock, in milliseconds since 1970.",
      javaType = "Long")
  public static final String SENT_AT = "CamelRoomSentAt";

  @Metadata(
      label = "producer",
      description = "What is known of the published message: its id, and which peers hold it.",
      javaType = "org.peerroom.Receipt")
  public static final String RECEIPT = "CamelRoomReceipt";

  @Metadata(
      label = "consumer",
      description = "The same as CamelRoomSentAt, where Camel looks for the time of any message.",
      javaType = "Long")
  public static final String MESSAGE_TIMESTAMP = Exchange.MESSAGE_TIMESTAMP;

  private RoomConstants() {}
}
