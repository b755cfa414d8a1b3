package org.peerroom.gateway.run;

import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;

/**
 * What happens to a message when a step fails, unless its route says otherwise.
 *
 * <p>If a place can't be reached now, the step is tried again, without end, after 1 second and then
 * later each time, up to every 30 seconds; no thread waits meanwhile. Anything else is not tried
 * again: the failure goes back to where the message came from. A caller who waits for an answer
 * gets the failure at once and may try again himself.
 */
final class Retry {

  static final long FIRST_DELAY_MILLIS = 1_000;
  static final long LONGEST_DELAY_MILLIS = 30_000;

  private Retry() {}

  /** Whether the exchange, which just failed, will be tried again. */
  static boolean isWorthwhile(Exchange exchange) {
    Throwable failure = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
    return failure != null
        && !exchange.getPattern().isOutCapable()
        && Transient.isTransient(failure);
  }

  /** The error handler of all routes that have none of their own. */
  static DefaultErrorHandlerDefinition errorHandler(
      ScheduledExecutorService scheduler, FailureLog log) {
    RedeliveryPolicyDefinition policy = new RedeliveryPolicyDefinition();
    policy.setRedeliveryDelay(Long.toString(FIRST_DELAY_MILLIS));
    policy.setMaximumRedeliveryDelay(Long.toString(LONGEST_DELAY_MILLIS));
    policy.setUseExponentialBackOff("true");
    policy.setBackOffMultiplier("2");
    policy.setUseCollisionAvoidance("true");
    policy.setCollisionAvoidanceFactor("0.15");
    policy.setMaximumRedeliveries("-1");
    policy.setAsyncDelayedRedelivery("true");
    policy.setAllowRedeliveryWhileStopping("false");
    // The failure log says the same in one line.
    policy.setLogRetryAttempted("false");
    policy.setLogExhausted("false");
    policy.setLogStackTrace("false");
    DefaultErrorHandlerDefinition handler = new DefaultErrorHandlerDefinition();
    handler.setRedeliveryPolicy(policy);
    handler.setRetryWhilePredicate(Retry::isWorthwhile);
    handler.setOnExceptionOccurredProcessor(log);
    handler.setExecutorServiceBean(scheduler);
    return handler;
  }
}
