package org.peerroom.gateway.run;

import static org.peerroom.gateway.GatewayException.badInput;

import jakarta.jms.ConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.support.service.ServiceSupport;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/**
 * Queues that lose nothing: one pool of connections to the broker that is configured, and consumers
 * that acknowledge when the route is done with a message. Nothing is connected until a route needs
 * it.
 */
final class JmsDefaults {

  private JmsDefaults() {}

  static void apply(Component component) {
    JmsComponent jms = (JmsComponent) component;
    JmsSettings settings =
        JmsSettings.of(jms.getCamelContext().getPropertiesComponent()::resolveProperty);
    jms.setConnectionFactory(closedWith(jms.getCamelContext(), pool(settings)));
    // Spring's container acknowledges before the listener runs unless the session is transacted.
    jms.setTransacted(true);
    // A local transaction of the session is enough and lets consumers be kept between messages.
    jms.setLazyCreateTransactionManager(false);
    jms.setTestConnectionOnStartup(false);
  }

  /**
   * The broker is told when the gateway stops; Camel closes what it borrowed, not the pool itself.
   */
  private static ConnectionFactory closedWith(CamelContext context, JmsPoolConnectionFactory pool) {
    try {
      context.addService(
          new ServiceSupport() {
            @Override
            protected void doStop() {
              pool.stop();
            }
          });
    } catch (Exception e) {
      throw RuntimeCamelException.wrapRuntimeCamelException(e);
    }
    return pool;
  }

  private static JmsPoolConnectionFactory pool(JmsSettings settings) {
    ActiveMQConnectionFactory factory;
    try {
      factory =
          new ActiveMQConnectionFactory(settings.url(), settings.username(), settings.password());
    } catch (RuntimeException e) {
      throw badInput(
          JmsSettings.URL
              + " is not the address of a broker: '"
              + settings.url()
              + "'; expected tcp://HOST:PORT",
          e);
    }
    JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
    pool.setConnectionFactory(factory);
    pool.setMaxConnections(settings.maxConnections());
    return pool;
  }
}
