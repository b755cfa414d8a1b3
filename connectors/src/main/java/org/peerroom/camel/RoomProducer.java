package org.peerroom.camel;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;
import org.peerroom.OutgoingMessage;
import org.peerroom.Receipt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Publishes the body of each exchange. The exchange goes on when what the option acks asks for
 * holds, on a thread of this producer; nobody waits for it meanwhile. Only who sends faster than
 * the room takes is held up, before the message is published, and for the publish timeout at most.
 */
public class RoomProducer extends DefaultAsyncProducer {

  private static final Logger LOG = LoggerFactory.getLogger(RoomProducer.class);

  /** As many exchanges can go on at the same time, after their receipts. */
  private static final int THREADS = 10;

  private final RoomEndpoint endpoint;
  private final OutgoingBinding binding;
  private volatile @Nullable JoinedRoom room;
  private volatile @Nullable ExecutorService executor;
  private @Nullable RoomHealthCheck healthCheck;

  public RoomProducer(RoomEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
    this.binding = new OutgoingBinding(endpoint.settings().headerFilter(), endpoint.getName());
  }

  @Override
  public RoomEndpoint getEndpoint() {
    return endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    room = endpoint.acquire();
    ThreadPoolProfile profile = new ThreadPoolProfile();
    profile.setPoolSize(THREADS);
    profile.setMaxPoolSize(THREADS);
    profile.setKeepAliveTime(60L);
    profile.setAllowCoreThreadTimeOut(true);
    // What waits here is an exchange that exists anyway; it must not run on the peer's thread
    // instead.
    profile.setMaxQueueSize(Integer.MAX_VALUE);
    profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
    executor = executors().newThreadPool(this, "RoomProducer[" + endpoint.getName() + "]", profile);
    registerHealthCheck();
  }

  private void registerHealthCheck() {
    WritableHealthCheckRepository repository = healthChecks();
    if (repository != null) {
      RoomHealthCheck check =
          new RoomHealthCheck("producer:room-" + endpoint.getId(), endpoint, () -> null);
      check.setEnabled(endpoint.getComponent().isHealthCheckProducerEnabled());
      repository.addHealthCheck(check);
      healthCheck = check;
    }
  }

  private @Nullable WritableHealthCheckRepository healthChecks() {
    return HealthCheckHelper.getHealthCheckRepository(
        endpoint.getCamelContext(), "producers", WritableHealthCheckRepository.class);
  }

  @Override
  protected void doStop() throws Exception {
    WritableHealthCheckRepository repository = healthChecks();
    if (repository != null && healthCheck != null) {
      repository.removeHealthCheck(healthCheck);
      healthCheck = null;
    }
    JoinedRoom joined = room;
    room = null;
    if (joined != null) {
      endpoint.release(joined);
    }
    ExecutorService pool = executor;
    executor = null;
    if (pool != null) {
      executors().shutdown(pool);
    }
    super.doStop();
  }

  private ExecutorServiceManager executors() {
    return endpoint.getCamelContext().getExecutorServiceManager();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Mono<Receipt> publishing;
    try {
      JoinedRoom joined = room;
      if (joined == null) {
        throw new RejectedExecutionException("the producer of " + endpoint + " is not started");
      }
      RoomSettings settings = endpoint.settings();
      OutgoingMessage message = binding.read(exchange, joined.maxMessageSize());
      publishing = joined.publish(settings.key().name(message, exchange), settings.acks());
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      exchange.setException(e);
      callback.done(true);
      return true;
    }
    publishing.subscribe(
        receipt -> goOn(() -> published(exchange, receipt), callback),
        error -> goOn(() -> exchange.setException(error), callback));
    return false;
  }

  private static void published(Exchange exchange, Receipt receipt) {
    org.apache.camel.Message message = exchange.getMessage();
    message.setHeader(RoomConstants.MESSAGE_ID, receipt.id().toString());
    message.setHeader(RoomConstants.RECEIPT, receipt);
  }

  /** Continues the route away from the peer's own thread, which a slow route must not hold. */
  private void goOn(Runnable outcome, AsyncCallback callback) {
    Runnable rest =
        () -> {
          outcome.run();
          callback.done(false);
        };
    ExecutorService pool = executor;
    if (pool != null) {
      try {
        pool.execute(rest);
        return;
      } catch (RejectedExecutionException e) {
        LOG.debug("the producer has stopped meanwhile; the exchange goes on at once", e);
      }
    }
    rest.run();
  }
}
