package org.peerroom.camel;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRepository;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;
import org.peerroom.Delivery;
import org.peerroom.NotAdmittedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes each message of a room as one exchange. Asks the room for as many messages as may be in
 * flight at the same time. A message is done when its exchange is, wherever its completion was
 * handed over to. An exchange that still fails after the route's own error handling is told to the
 * exception handler; where the subscription has a name its message is then delivered again, after a
 * while, else the next follows.
 *
 * <p>Stopping and suspending take no message any more and wait for those in flight. What arrives
 * meanwhile stays in the room; a route that is started again goes on there.
 */
public class RoomConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {

  private static final Logger LOG = LoggerFactory.getLogger(RoomConsumer.class);

  private final RoomEndpoint endpoint;
  private final IncomingBinding binding;
  private final RoomSubscription.Receiver receiver = new PoolReceiver();
  private volatile @Nullable RoomSubscription subscription;
  private volatile @Nullable ExecutorService executor;

  public RoomConsumer(RoomEndpoint endpoint, Processor processor) {
    super(endpoint, processor);
    this.endpoint = endpoint;
    this.binding = new IncomingBinding(endpoint.settings().headerFilter());
  }

  @Override
  public RoomEndpoint getEndpoint() {
    return endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    registerHealthCheck();
    if (executor == null) {
      executor = newPool();
    }
    RoomSubscription place = subscription;
    if (place == null || place.isEnded()) {
      place = endpoint.subscribe(getRouteId());
      subscription = place;
    }
    place.attach(receiver);
    if (isNamed() && !endpoint.isKept()) {
      LOG.warn(
          "subscription '{}' of room '{}' is kept in memory only: after a restart it begins anew;"
              + " set camel.component.room.data to keep it",
          endpoint.settings().subscription().name(),
          endpoint.getName());
    }
  }

  /** Whether the room keeps what this consumer has dealt with. */
  private boolean isNamed() {
    return endpoint.settings().subscription().name() != null;
  }

  private ExecutorService newPool() {
    int threads = endpoint.settings().maxInFlight();
    ThreadPoolProfile profile = new ThreadPoolProfile();
    profile.setPoolSize(threads);
    profile.setMaxPoolSize(threads);
    profile.setKeepAliveTime(60L);
    profile.setAllowCoreThreadTimeOut(true);
    profile.setMaxQueueSize(RoomSettings.MAX_IN_FLIGHT);
    profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
    return executors().newThreadPool(this, "RoomConsumer[" + endpoint.getName() + "]", profile);
  }

  private void registerHealthCheck() {
    if (HealthCheckHelper.getHealthCheckRepository(
            endpoint.getCamelContext(), "consumers", HealthCheckRepository.class)
        != null) {
      RoomHealthCheck check =
          new RoomHealthCheck("consumer:room-" + getRouteId(), endpoint, this::problem);
      check.setEnabled(endpoint.getComponent().isHealthCheckConsumerEnabled());
      setHealthCheck(check);
    }
  }

  private @Nullable String problem() {
    RoomSubscription place = subscription;
    Throwable failure = place == null ? null : place.failure();
    return failure == null ? null : failure.getMessage();
  }

  @Override
  protected void doSuspend() throws Exception {
    RoomSubscription place = subscription;
    if (place != null) {
      place.detach();
    }
    super.doSuspend();
  }

  @Override
  protected void doResume() throws Exception {
    super.doResume();
    RoomSubscription place = subscription;
    if (place != null) {
      place.attach(receiver);
    }
  }

  @Override
  protected void doStop() throws Exception {
    RoomSubscription place = subscription;
    if (place != null) {
      place.detach();
      if (getRouteId() == null) {
        endpoint.unsubscribe(place);
      }
    }
    ExecutorService pool = executor;
    executor = null;
    if (pool != null) {
      if (endpoint.getCamelContext().getShutdownStrategy().isTimeoutOccurred()) {
        executors().shutdownNow(pool);
      } else {
        executors().shutdownGraceful(pool);
      }
    }
    super.doStop();
  }

  @Override
  protected void doShutdown() throws Exception {
    RoomSubscription place = subscription;
    subscription = null;
    if (place != null) {
      endpoint.unsubscribe(place);
    }
    super.doShutdown();
  }

  private ExecutorServiceManager executors() {
    return endpoint.getCamelContext().getExecutorServiceManager();
  }

  @Override
  public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
    // Suspended first and stopped last, which is what Camel does with a Suspendable.
    return false;
  }

  @Override
  public int getPendingExchangesSize() {
    RoomSubscription place = subscription;
    return place == null ? 0 : place.pending();
  }

  @Override
  public void prepareShutdown(boolean suspendOnly, boolean forced) {
    // Nothing is held that has not been delivered.
  }

  /** Hands each message to a thread of its own; the room's thread never runs a route. */
  private final class PoolReceiver implements RoomSubscription.Receiver {

    @Override
    public void receive(Delivery delivery) {
      RoomSubscription place = subscription;
      ExecutorService pool = executor;
      if (place == null || pool == null) {
        throw new IllegalStateException("a consumer that is not started got a message");
      }
      pool.execute(() -> route(delivery, place));
    }

    @Override
    public void completed(@Nullable Throwable error) {
      if (error instanceof NotAdmittedException) {
        LOG.error("route {} gets no messages: {}", getRouteId(), error.getMessage());
      } else if (error != null) {
        handleException("room '" + endpoint.getName() + "' ended with an error", error);
      } else if (isRunAllowed() && !endpoint.getCamelContext().isStopping()) {
        LOG.warn(
            "room '{}' was left or its peer was closed: route {} gets no more messages",
            endpoint.getName(),
            getRouteId());
      }
    }
  }

  private void route(Delivery delivery, RoomSubscription place) {
    Slot slot = new Slot(delivery, place);
    Exchange exchange = createExchange(false);
    exchange.getExchangeExtension().addOnCompletion(slot);
    try {
      binding.fill(exchange, delivery);
      createUoW(exchange);
    } catch (Exception e) {
      handleException("can't route a message of room '" + endpoint.getName() + "'", exchange, e);
      slot.onFailure(exchange);
      releaseExchange(exchange, false);
      return;
    }
    getAsyncProcessor().process(exchange, doneSync -> finish(exchange));
  }

  private void finish(Exchange exchange) {
    try {
      if (exchange.getException() != null) {
        getExceptionHandler()
            .handleException(
                "a message of room '"
                    + endpoint.getName()
                    + "' failed in its route and is "
                    + (isNamed() ? "delivered again" : "not tried again"),
                exchange,
                exchange.getException());
      }
    } finally {
      // The unit of work is ours, so that the slot is freed even if the route refuses the exchange.
      doneUoW(exchange);
      releaseExchange(exchange, false);
    }
  }

  /**
   * Acknowledges a message, or gives it back, and frees its place, once: when its exchange or the
   * one it was handed over to is complete.
   */
  private final class Slot implements Synchronization {
    private final Delivery delivery;
    private final RoomSubscription place;
    private final AtomicBoolean freed = new AtomicBoolean();

    Slot(Delivery delivery, RoomSubscription place) {
      this.delivery = delivery;
      this.place = place;
    }

    @Override
    public void onComplete(Exchange exchange) {
      end(exchange.isRollbackOnly() && isNamed());
    }

    @Override
    public void onFailure(Exchange exchange) {
      end(isNamed());
    }

    private void end(boolean again) {
      if (!freed.compareAndSet(false, true)) {
        return;
      }
      if (again) {
        delivery.nak();
      } else {
        delivery.ack().subscribe(nothing -> {}, this::notKept);
      }
      place.done();
    }

    private void notKept(Throwable error) {
      LOG.warn(
          "room '{}': that message {} has been dealt with could not be kept, so it may come again:"
              + " {}",
          endpoint.getName(),
          delivery.message().id(),
          error.getMessage());
    }
  }
}
