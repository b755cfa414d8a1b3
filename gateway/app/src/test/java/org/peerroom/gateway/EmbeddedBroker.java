package org.peerroom.gateway;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.postoffice.RoutingStatus;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * An ActiveMQ Artemis broker in this process that keeps its messages on disk; may be stopped and
 * started again.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private final Path folder;
  private final int port;
  private final AtomicLong duplicates = new AtomicLong();
  private EmbeddedActiveMQ server;
  private int remembered;

  /** Prepares; nothing is opened yet. */
  public EmbeddedBroker(Path folder) throws IOException {
    this.folder = folder;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
  }

  /** What {@code jms.url} must be. */
  public String url() {
    return "tcp://127.0.0.1:" + port;
  }

  /**
   * Keeps out what has a {@code _AMQ_DUPL_ID} among the last so many, on disk too; and gives a
   * message up never, however often a consumer is killed with it.
   */
  public EmbeddedBroker rememberingDuplicates(int ids) {
    remembered = ids;
    return this;
  }

  /** How many were kept out. */
  public long duplicates() {
    return duplicates.get();
  }

  /** Opens the port. */
  public EmbeddedBroker start() throws Exception {
    Configuration configuration =
        new ConfigurationImpl()
            .setPersistenceEnabled(true)
            .setJournalType(JournalType.NIO)
            .setJournalDirectory(folder.resolve("journal").toString())
            .setBindingsDirectory(folder.resolve("bindings").toString())
            .setLargeMessagesDirectory(folder.resolve("large").toString())
            .setPagingDirectory(folder.resolve("paging").toString())
            .setNodeManagerLockDirectory(folder.toString())
            .setSecurityEnabled(false)
            .setJMXManagementEnabled(false)
            .setMaxDiskUsage(-1)
            .addAcceptorConfiguration("tcp", url());
    if (remembered > 0) {
      configuration
          .setIDCacheSize(remembered)
          .setPersistIDCache(true)
          .addAddressSetting("#", new AddressSettings().setMaxDeliveryAttempts(-1))
          .registerBrokerPlugin(new Duplicates());
    }
    server = new EmbeddedActiveMQ().setConfiguration(configuration);
    server.start();
    return this;
  }

  /** Closes the port; what is in queues stays on disk. */
  public void stop() throws Exception {
    server.stop();
  }

  /** Takes what is in a queue until nothing has come for a second. */
  public List<Received> drain(String queue) throws JMSException {
    List<Received> received = new ArrayList<>();
    try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url());
        Connection connection = factory.createConnection();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      connection.start();
      for (Message message = consumer.receive(1_000);
          message != null;
          message = consumer.receive(1_000)) {
        byte[] body = new byte[(int) ((BytesMessage) message).getBodyLength()];
        ((BytesMessage) message).readBytes(body);
        received.add(new Received(new Body(body), message.getStringProperty("author")));
      }
    }
    return received;
  }

  /** Puts bodies into a queue. */
  public void send(String queue, List<Body> bodies) throws JMSException {
    try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url());
        Connection connection = factory.createConnection();
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(session.createQueue(queue))) {
      for (Body body : bodies) {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(body.bytes());
        producer.send(message);
      }
      session.commit();
    }
  }

  /** How many messages are in a queue now. */
  public long count(String queue) {
    var found = server.getActiveMQServer().locateQueue(queue);
    return found == null ? 0 : found.getMessageCount();
  }

  @Override
  public void close() throws Exception {
    if (server != null) {
      server.stop();
    }
  }

  /** Counts what the broker has kept out. */
  private final class Duplicates implements ActiveMQServerMessagePlugin {
    @Override
    public void afterSend(
        ServerSession session,
        Transaction tx,
        org.apache.activemq.artemis.api.core.Message message,
        boolean direct,
        boolean noAutoCreateQueue,
        RoutingStatus result) {
      if (result == RoutingStatus.DUPLICATED_ID) {
        duplicates.incrementAndGet();
      }
    }
  }

  /** A message that was in a queue, and its header {@code author}. */
  public record Received(Body body, String author) {}
}
