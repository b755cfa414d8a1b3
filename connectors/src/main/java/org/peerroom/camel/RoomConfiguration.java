package org.peerroom.camel;

import java.time.Duration;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.HeaderFilterStrategyAware;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.Nullable;

/**
 * The options of an endpoint as they are written, on the endpoint or as defaults on the component.
 * Null is not set: the component's value holds then, and after that the default.
 *
 * <p>Texts are read and checked where an endpoint is made, see {@link RoomSettings}.
 */
@UriParams
public class RoomConfiguration implements Cloneable, HeaderFilterStrategyAware {

  @UriParam(label = "security", secret = true)
  private @Nullable String secret;

  @UriParam(label = "security", defaultValue = "open", enums = "open,certified")
  private @Nullable String admission;

  @UriParam(label = "security")
  private @Nullable String authorities;

  @UriParam(label = "security")
  private @Nullable String attributes;

  @UriParam(label = "security", defaultValue = "false")
  private @Nullable Boolean anonymous;

  @UriParam(label = "security", defaultValue = "x-wing", enums = "x-wing,x25519,per-recipient")
  private @Nullable String suite;

  @UriParam(label = "security")
  private @Nullable String durable;

  @UriParam(defaultValue = "retained", enums = "none,retained")
  private @Nullable String history;

  @UriParam(defaultValue = "10m")
  private @Nullable String retention;

  @UriParam(defaultValue = "67108864")
  private @Nullable Long retentionBytes;

  @UriParam(defaultValue = "16777216")
  private @Nullable Integer maxMessageSize;

  @UriParam(defaultValue = "true")
  private @Nullable Boolean persistent;

  @UriParam(label = "producer", defaultValue = "local")
  private @Nullable String acks;

  @UriParam(label = "producer")
  private @Nullable String key;

  @UriParam(label = "consumer")
  private @Nullable String subscription;

  @UriParam(label = "consumer", defaultValue = "1s")
  private @Nullable Duration redeliverAfter;

  @UriParam(label = "consumer", defaultValue = "1")
  private @Nullable Integer maxInFlight;

  @UriParam(label = "consumer", defaultValue = "true")
  private @Nullable Boolean echo;

  @UriParam(label = "consumer", defaultValue = "oldest", enums = "oldest,live")
  private @Nullable String start;

  @UriParam(label = "common,advanced")
  private @Nullable HeaderFilterStrategy headerFilterStrategy;

  /** A copy that changes on its own. */
  public RoomConfiguration copy() {
    try {
      return (RoomConfiguration) clone();
    } catch (CloneNotSupportedException e) {
      throw new RuntimeCamelException(e);
    }
  }

  public @Nullable String getSecret() {
    return secret;
  }

  /**
   * The passphrase that the members of the room share: nobody without it can read, be read or
   * recognise the room. Take 20 random characters. It is better kept in a property or a vault than
   * in the URI.
   */
  public void setSecret(@Nullable String secret) {
    this.secret = secret;
  }

  public @Nullable String getAdmission() {
    return admission;
  }

  /**
   * Who is admitted: open (anyone who knows the name, and the secret where there is one) or
   * certified (of those, whoever shows an identity that the authorities vouch for, with the
   * attributes). Each member enforces it for itself; all members of a room say the same.
   */
  public void setAdmission(@Nullable String admission) {
    this.admission = admission;
  }

  public @Nullable String getAuthorities() {
    return authorities;
  }

  /**
   * With admission=certified: the authorities whose word counts in this room, separated by commas,
   * by their names in the trust file or by their keys. Without it all of the trust file. All
   * members of a room mean the same keys.
   */
  public void setAuthorities(@Nullable String authorities) {
    this.authorities = authorities;
  }

  public @Nullable String getAttributes() {
    return attributes;
  }

  /**
   * With admission=certified: what an identity must say, as NAME=VALUE or NAME=VALUE|VALUE,
   * separated by commas, for example org=Acme|Globex,dept=sales. Of each name it must have one of
   * the values.
   */
  public void setAttributes(@Nullable String attributes) {
    this.attributes = attributes;
  }

  public @Nullable Boolean getAnonymous() {
    return anonymous;
  }

  /**
   * Whether this peer keeps its identity to itself in this room. All endpoints of one room agree on
   * it.
   */
  public void setAnonymous(@Nullable Boolean anonymous) {
    this.anonymous = anonymous;
  }

  public @Nullable String getSuite() {
    return suite;
  }

  /**
   * How the room is sealed: x-wing (X25519 and ML-KEM-768 together), x25519, or per-recipient (each
   * message for each member by itself; for rooms of a few). All members of the room have the same.
   * All endpoints of one room agree on it.
   */
  public void setSuite(@Nullable String suite) {
    this.suite = suite;
  }

  public @Nullable String getDurable() {
    return durable;
  }

  /**
   * A file that names the identities which can read what is sent while they are away, from whoever
   * keeps it: a signed statement of each, as the command 'key recipient' makes it, one a line. Who
   * gets hold of such an identity's private key later can read it too. All members of the room name
   * the same. All endpoints of one room agree on it.
   */
  public void setDurable(@Nullable String durable) {
    this.durable = durable;
  }

  public @Nullable String getHistory() {
    return history;
  }

  /**
   * What a peer that joins later can read of what was sent before: retained (everything that is
   * still retained) or none. All endpoints of one room agree on it.
   */
  public void setHistory(@Nullable String history) {
    this.history = history;
  }

  public @Nullable String getRetention() {
    return retention;
  }

  /**
   * How long messages live that this peer publishes: from 1 second to 30 days, such as 10m or 2h; 0
   * for a live-only room, which keeps nothing for who comes later; or unlimited, which keeps as
   * much as retentionBytes allows. All endpoints of one room agree on it.
   */
  public void setRetention(@Nullable String retention) {
    this.retention = retention;
  }

  public @Nullable Long getRetentionBytes() {
    return retentionBytes;
  }

  /**
   * How many bytes this peer keeps of the room, in memory, from 1048576 (1 MiB) to 17179869184 (16
   * GiB); at least twice the largest message. The feed that takes the most gives up its oldest
   * messages first. All endpoints of one room agree on it.
   */
  public void setRetentionBytes(@Nullable Long retentionBytes) {
    this.retentionBytes = retentionBytes;
  }

  public @Nullable Integer getMaxMessageSize() {
    return maxMessageSize;
  }

  /**
   * The largest body that is published or delivered, in bytes, from 1 to 67108864 (64 MiB). All
   * endpoints of one room agree on it.
   */
  public void setMaxMessageSize(@Nullable Integer maxMessageSize) {
    this.maxMessageSize = maxMessageSize;
  }

  public @Nullable Boolean getPersistent() {
    return persistent;
  }

  /**
   * Whether the room is kept in the folder that the component's option data names. With false
   * nothing of this room is written to disk. Without such a folder nothing is anyway. All endpoints
   * of one room agree on it.
   */
  public void setPersistent(@Nullable Boolean persistent) {
    this.persistent = persistent;
  }

  public @Nullable String getAcks() {
    return acks;
  }

  /**
   * When a message counts as published: local (sealed, signed and kept by this peer: on disk where
   * the room is persistent, else in memory), replicated:N (and N other members, 1 to 1000, have
   * signed that they hold it) or processed:NAME,NAME (and a peer of each of these identities has
   * signed that a subscription there has acknowledged it).
   */
  public void setAcks(@Nullable String acks) {
    this.acks = acks;
  }

  public @Nullable String getKey() {
    return key;
  }

  /**
   * What names a message, so that it is delivered once however often it is published: an expression
   * in the Simple language, evaluated for each message, such as ${header.JMSMessageID}; 1 to 256
   * characters. Of the messages with one key by the same identity each subscription gets one, as
   * long as that is retained. A message for which it gives nothing is refused. Without it the
   * header CamelRoomKey, where a message has it.
   */
  public void setKey(@Nullable String key) {
    this.key = key;
  }

  public @Nullable String getSubscription() {
    return subscription;
  }

  /**
   * The name under which is kept what this consumer has dealt with: it goes on there after a
   * restart, and what failed is delivered again. Consumers of one name in one component share the
   * work. Without it a consumer starts anew, and what failed is not delivered again.
   */
  public void setSubscription(@Nullable String subscription) {
    this.subscription = subscription;
  }

  public @Nullable Duration getRedeliverAfter() {
    return redeliverAfter;
  }

  /**
   * With subscription: how long a message waits that failed in its route, from 1 millisecond to 1
   * minute; then twice as long each time, 1 minute at most. Later messages of its author wait for
   * it.
   */
  public void setRedeliverAfter(@Nullable Duration redeliverAfter) {
    this.redeliverAfter = redeliverAfter;
  }

  public @Nullable Integer getMaxInFlight() {
    return maxInFlight;
  }

  /**
   * How many messages are routed at the same time, from 1 to 1024. With 1 they are routed one after
   * the other, each author's in its order. More need as many threads, and give up the order.
   */
  public void setMaxInFlight(@Nullable Integer maxInFlight) {
    this.maxInFlight = maxInFlight;
  }

  public @Nullable Boolean getEcho() {
    return echo;
  }

  /**
   * Whether messages that this very peer publishes to the room are delivered to its own consumers
   * too.
   */
  public void setEcho(@Nullable Boolean echo) {
    this.echo = echo;
  }

  public @Nullable String getStart() {
    return start;
  }

  /**
   * Where a consumer begins that starts for the first time: oldest (the oldest message that is
   * still retained) or live (what arrives from then on).
   */
  public void setStart(@Nullable String start) {
    this.start = start;
  }

  @Override
  public @Nullable HeaderFilterStrategy getHeaderFilterStrategy() {
    return headerFilterStrategy;
  }

  /**
   * Decides which headers cross the room, in place of the default one. Headers of Camel itself
   * (Camel...) never cross, whatever it decides.
   */
  @Override
  public void setHeaderFilterStrategy(@Nullable HeaderFilterStrategy headerFilterStrategy) {
    this.headerFilterStrategy = headerFilterStrategy;
  }
}
