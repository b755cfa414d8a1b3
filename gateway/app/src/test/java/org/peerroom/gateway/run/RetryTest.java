package org.peerroom.gateway.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.peerroom.MessageTooLargeException;
import org.peerroom.PublishTimeoutException;
import org.peerroom.RoomBusyException;
import org.peerroom.StorageException;

class RetryTest {

  private final BackOffScheduler scheduler = new BackOffScheduler();
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final AtomicInteger attempts = new AtomicInteger();

  @BeforeEach
  void setUp() {
    context
        .getCamelContextExtension()
        .setErrorHandlerFactory(Retry.errorHandler(scheduler, new FailureLog(System::nanoTime)));
  }

  @AfterEach
  void tearDown() {
    context.stop();
    scheduler.shutdownNow();
  }

  private ProducerTemplate start(Processor step) throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in").process(step);
          }
        });
    context.start();
    return context.createProducerTemplate();
  }

  private CompletableFuture<Exchange> send(ProducerTemplate template, ExchangePattern pattern) {
    return template.asyncSend("direct:in", exchange -> exchange.setPattern(pattern));
  }

  @Test
  void errorHandler_triesAgainWhatPasses() throws Exception {
    // Nothing waits here: the delays are those of production, cut short.
    scheduler.hurry();
    ProducerTemplate template =
        start(
            exchange -> {
              if (attempts.incrementAndGet() < 4) {
                throw new IOException("no", new ConnectException("Connection refused"));
              }
            });
    Exchange done = send(template, ExchangePattern.InOnly).get(1, TimeUnit.MINUTES);
    assertNull(done.getException());
    assertEquals(4, attempts.get());
  }

  @Test
  void errorHandler_givesUpWhatDoesNotPass() throws Exception {
    ProducerTemplate template =
        start(
            exchange -> {
              attempts.incrementAndGet();
              throw new IllegalStateException("poison");
            });
    Exchange done = send(template, ExchangePattern.InOnly).get(1, TimeUnit.MINUTES);
    assertInstanceOf(IllegalStateException.class, done.getException());
    assertEquals(1, attempts.get());
  }

  @Test
  void errorHandler_answersACallerAtOnce() throws Exception {
    ProducerTemplate template =
        start(
            exchange -> {
              attempts.incrementAndGet();
              throw new ConnectException("Connection refused");
            });
    Exchange done = send(template, ExchangePattern.InOut).get(1, TimeUnit.MINUTES);
    assertInstanceOf(ConnectException.class, done.getException());
    assertEquals(1, attempts.get());
  }

  @Test
  void errorHandler_givesBackWhatWaitsWhenStopping() throws Exception {
    ProducerTemplate template =
        start(
            exchange -> {
              attempts.incrementAndGet();
              throw new ConnectException("Connection refused");
            });
    CompletableFuture<Exchange> sending = send(template, ExchangePattern.InOnly);
    Awaitility.await().until(() -> attempts.get() >= 1);
    scheduler.hurry();
    context.getShutdownStrategy().setTimeout(20);
    context.stop();
    assertFalse(context.getShutdownStrategy().isTimeoutOccurred());
    assertTrue(sending.get(1, TimeUnit.MINUTES).getException() != null);
  }

  @Test
  void isTransient_knowsPlacesThatCantBeReached() {
    assertTrue(Transient.isTransient(new RuntimeException(new UnknownHostException("nowhere"))));
    assertTrue(Transient.isTransient(new SocketTimeoutException()));
    assertTrue(Transient.isTransient(new RoomBusyException("busy")));
    assertTrue(Transient.isTransient(new PublishTimeoutException("late")));
    assertTrue(Transient.isTransient(new StorageException("full", new IOException("no space"))));
    assertTrue(
        Transient.isTransient(new RuntimeException(new jakarta.jms.JMSSecurityException("who?"))));
    assertTrue(Transient.isTransient(http(503)));
    assertTrue(Transient.isTransient(http(429)));
    assertTrue(
        Transient.isTransient(
            new GenericFileOperationFailedException(
                "full", new FileNotFoundException("no space left"))));
  }

  @Test
  void isTransient_knowsWhatTryingAgainDoesNotHelp() {
    assertFalse(Transient.isTransient(new IllegalStateException()));
    assertFalse(Transient.isTransient(new MessageTooLargeException("17 MiB")));
    assertFalse(Transient.isTransient(new jakarta.jms.MessageFormatException("what?")));
    assertFalse(Transient.isTransient(http(400)));
    assertFalse(Transient.isTransient(http(404)));
    assertFalse(
        Transient.isTransient(
            new GenericFileOperationFailedException("Cannot write null body to file")));
    assertFalse(Transient.isTransient(new IOException("malformed")));
  }

  private static HttpOperationFailedException http(int status) {
    return new HttpOperationFailedException("http://example", status, "status", null, Map.of(), "");
  }
}
