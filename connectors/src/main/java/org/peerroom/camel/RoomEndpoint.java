package org.peerroom.camel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.Subscription;

/** Exchange end-to-end encrypted, signed messages with other peers in a room, without a broker. */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "room",
    title = "Peer Room",
    syntax = "room:name",
    category = {Category.MESSAGING},
    headersClass = RoomConstants.class)
public class RoomEndpoint extends DefaultEndpoint
    implements AsyncEndpoint, MultipleConsumersSupport, EndpointServiceLocation {

  @UriPath
  @Metadata(required = true)
  private String name;

  @UriParam private RoomConfiguration configuration = new RoomConfiguration();

  private @Nullable RoomSettings settings;
  private volatile @Nullable JoinedRoom joined;

  /**
   * The places of consumers, by the id of their route: a route that is started again goes on where
   * it stopped.
   */
  private final Map<String, RoomSubscription> places = new HashMap<>();

  public RoomEndpoint(String endpointUri, RoomComponent component, String name) {
    super(endpointUri, component);
    this.name = name;
  }

  @Override
  public RoomComponent getComponent() {
    return (RoomComponent) super.getComponent();
  }

  @Override
  public Producer createProducer() throws Exception {
    return new RoomProducer(this);
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    RoomConsumer consumer = new RoomConsumer(this, processor);
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    readSettings();
    // Not when it starts: by then another endpoint may have joined the room with half of what is
    // said about it.
    getComponent().rooms().declare(this);
  }

  @Override
  protected void doStop() throws Exception {
    synchronized (places) {
      places.values().forEach(RoomSubscription::end);
      places.clear();
    }
    getComponent().rooms().withdraw(this);
    super.doStop();
  }

  /** Reads the options anew and checks them. */
  RoomSettings readSettings() {
    RoomComponent component = getComponent();
    if (Boolean.TRUE.equals(configuration.getPersistent()) && component.keepsNothing()) {
      throw new IllegalArgumentException(
          "persistent=true: there is no folder to keep the room in; set"
              + " camel.component.room.data");
    }
    RoomSettings read =
        new RoomSettings(
            name,
            configuration,
            component.getConfiguration(),
            component.trustFile(),
            getCamelContext());
    settings = read;
    return read;
  }

  /** Whether the room is kept on disk, as far as the component knows. */
  boolean isKept() {
    JoinedRoom room = joined;
    return !getComponent().keepsNothing() && (room == null || !room.isInMemory());
  }

  RoomSettings settings() {
    RoomSettings read = settings;
    return read == null ? readSettings() : read;
  }

  /** Joins the room; to be released. */
  JoinedRoom acquire() throws Exception {
    JoinedRoom room = getComponent().rooms().acquire(this);
    joined = room;
    return room;
  }

  void release(JoinedRoom room) {
    getComponent().rooms().release(room);
  }

  /** See {@link JoinedRoom#dispute}; nothing before the room is joined. */
  Optional<String> dispute(Set<PeerId> linked) {
    JoinedRoom room = joined;
    return room == null ? Optional.empty() : room.dispute(linked);
  }

  /** The subscription that this route left behind when it stopped, or a new one. */
  RoomSubscription subscribe(@Nullable String routeId) throws Exception {
    synchronized (places) {
      RoomSubscription left = routeId == null ? null : places.get(routeId);
      if (left != null && !left.isEnded()) {
        return left;
      }
      if (left != null) {
        left.end();
      }
      JoinedRoom room = acquire();
      Subscription options = settings().subscription();
      RoomSubscription subscription =
          new RoomSubscription(
              room.room().deliveries(options),
              options.name() != null,
              settings().maxInFlight(),
              () -> release(room));
      if (routeId != null) {
        places.put(routeId, subscription);
      }
      return subscription;
    }
  }

  /** Ends a subscription for good: nobody comes back to its place. */
  void unsubscribe(RoomSubscription subscription) {
    synchronized (places) {
      places.values().remove(subscription);
      subscription.end();
    }
  }

  @Override
  public boolean isMultipleConsumersSupported() {
    return true;
  }

  @Override
  public @Nullable String getServiceUrl() {
    RoomComponent component = getComponent();
    return component.getBootstrap() != null ? component.getBootstrap() : component.getListen();
  }

  @Override
  public String getServiceProtocol() {
    return "room";
  }

  public String getName() {
    return name;
  }

  /** The name of the room: 1 to 128 characters. Peers meet where name and secret are the same. */
  public void setName(String name) {
    this.name = name;
  }

  public RoomConfiguration getConfiguration() {
    return configuration;
  }

  /** The options of this endpoint; what it leaves open, the component's configuration says. */
  public void setConfiguration(RoomConfiguration configuration) {
    this.configuration = configuration;
  }
}
