package org.peerroom.gateway.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FailureLogTest {

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final AtomicLong nanos = new AtomicLong();
  private final FailureLog log = new FailureLog(nanos::get);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("routes");

  @BeforeEach
  void setUp() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void tearDown() {
    logger.detachAppender(lines);
    context.stop();
  }

  private Exchange fail(String endpoint, Exception failure) {
    Exchange exchange = new DefaultExchange(context, ExchangePattern.InOnly);
    exchange.getExchangeExtension().setFromRouteId("r1");
    exchange.setProperty(ExchangePropertyKey.TO_ENDPOINT, endpoint);
    exchange.setProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, failure);
    log.process(exchange);
    return exchange;
  }

  private List<String> logged() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void process_logsEachPlaceAtABoundedRate() {
    Exception refused = new ConnectException("Connection refused");
    for (int i = 0; i < 50; i++) {
      fail("jms://queue:orders?password=hunter2", refused);
    }
    fail("http://example/in", refused);
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    fail("jms://queue:orders?password=hunter2", refused);
    assertEquals(
        List.of(
            "r1: jms:queue:orders at tcp://127.0.0.1:61616: Connection refused; trying again until it works",
            "r1: http://example/in: Connection refused; trying again until it works",
            "r1: jms:queue:orders at tcp://127.0.0.1:61616: Connection refused; trying again until it works (failed 49 more times since)"),
        logged());
  }

  @Test
  void process_saysOnceThatAPlaceWorksAgain() {
    Exception refused = new ConnectException("Connection refused");
    Exchange first = fail("jms://queue:orders", refused);
    Exchange second = fail("jms://queue:orders", refused);
    UnitOfWorkHelper.doneSynchronizations(
        first, first.getExchangeExtension().handoverCompletions());
    UnitOfWorkHelper.doneSynchronizations(
        second, second.getExchangeExtension().handoverCompletions());
    assertEquals("r1: jms:queue:orders at tcp://127.0.0.1:61616: works again", logged().get(1));
    assertEquals(2, logged().size());
  }

  @Test
  void process_saysWhatBecomesOfWhatIsNotTriedAgain() {
    Exchange file = fromEndpoint("file:in?delay=5");
    file.getIn().setHeader(Exchange.FILE_NAME, "big.json");
    Exchange queue = fromEndpoint("mock:x");
    for (Exchange exchange : List.of(file, file, queue)) {
      exchange.setProperty(
          ExchangePropertyKey.EXCEPTION_CAUGHT, new IllegalStateException("too large"));
      log.process(exchange);
    }
    assertEquals(
        List.of(
            "r1: room:orders: too large; the file big.json stays where it is and is tried again with the next look"
                + " into the folder",
            "r1: room:orders: too large; this message is not tried again"),
        logged());
  }

  @Test
  void process_leavesToOthersWhatTheyReport() {
    Exchange exchange = fromEndpoint("platform-http:/x");
    exchange.setProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, new IllegalStateException("poison"));
    log.process(exchange);
    assertTrue(logged().isEmpty());
  }

  private Exchange fromEndpoint(String uri) {
    Exchange exchange = new DefaultExchange(context, ExchangePattern.InOnly);
    exchange.getExchangeExtension().setFromEndpoint(context.getEndpoint(uri));
    exchange.getExchangeExtension().setFromRouteId("r1");
    exchange.setProperty(ExchangePropertyKey.TO_ENDPOINT, "room://orders?secret=x");
    return exchange;
  }
}
