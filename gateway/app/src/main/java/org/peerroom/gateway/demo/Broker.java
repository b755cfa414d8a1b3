package org.peerroom.gateway.demo;

import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * An ActiveMQ Artemis broker inside the demo's process, on loopback, with its journal in the demo's
 * folder.
 */
final class Broker implements AutoCloseable {

  private final EmbeddedActiveMQ broker;
  private final String url;

  private Broker(EmbeddedActiveMQ broker, String url) {
    this.broker = broker;
    this.url = url;
  }

  static Broker start(Path folder, String queue) throws Exception {
    Configuration configuration =
        new ConfigurationImpl()
            .setPersistenceEnabled(true)
            .setJournalType(JournalType.NIO)
            .setJournalDirectory(folder.resolve("journal").toString())
            .setBindingsDirectory(folder.resolve("bindings").toString())
            .setLargeMessagesDirectory(folder.resolve("large").toString())
            .setPagingDirectory(folder.resolve("paging").toString())
            .setSecurityEnabled(false)
            .setMaxDiskUsage(-1)
            .addAddressSetting(
                "#",
                new AddressSettings()
                    .setDeadLetterAddress(SimpleString.of("DLQ"))
                    .setExpiryAddress(SimpleString.of("ExpiryQueue")))
            .addAcceptorConfiguration("loopback", "tcp://127.0.0.1:0")
            .addQueueConfiguration(
                QueueConfiguration.of(queue).setRoutingType(RoutingType.ANYCAST).setDurable(true));
    EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
    broker.setConfiguration(configuration);
    broker.start();
    int port =
        broker.getActiveMQServer().getRemotingService().getAcceptor("loopback").getActualPort();
    return new Broker(broker, "tcp://127.0.0.1:" + port);
  }

  /** Where clients connect. */
  String url() {
    return url;
  }

  @Override
  public void close() throws Exception {
    broker.stop();
  }
}
