package org.peerroom.gateway.demo;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.jspecify.annotations.Nullable;

/** Takes every message out of the queue and notes what it was. */
final class QueueReader implements AutoCloseable {

  private final ActiveMQConnectionFactory factory;
  private final Connection connection;
  private final List<Arrival> arrivals = new ArrayList<>();
  private @Nullable JMSException failure;

  private QueueReader(ActiveMQConnectionFactory factory, Connection connection) {
    this.factory = factory;
    this.connection = connection;
  }

  static QueueReader start(String url, String queue) throws JMSException {
    ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url);
    Connection connection = factory.createConnection();
    QueueReader reader = new QueueReader(factory, connection);
    Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
    consumer.setMessageListener(reader::take);
    connection.start();
    return reader;
  }

  private synchronized void take(Message message) {
    try {
      arrivals.add(
          new Arrival(
              String.valueOf(message.getStringProperty(RoutesOfDemo.NAME_HEADER)),
              String.valueOf(message.getStringProperty(RoutesOfDemo.AUTHOR_HEADER)),
              Sha256.hex(body(message)),
              System.nanoTime()));
    } catch (JMSException e) {
      failure = e;
    }
  }

  private static byte[] body(Message message) throws JMSException {
    if (message instanceof BytesMessage bytes) {
      byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
      bytes.readBytes(body);
      return body;
    }
    if (message instanceof TextMessage text) {
      return text.getText().getBytes(StandardCharsets.UTF_8);
    }
    throw new JMSException("a message of an unexpected kind: " + message.getClass().getName());
  }

  /** What came so far, in order. */
  synchronized List<Arrival> arrivals() throws JMSException {
    if (failure != null) {
      throw failure;
    }
    return List.copyOf(arrivals);
  }

  @Override
  public void close() throws JMSException {
    connection.close();
    factory.close();
  }
}
