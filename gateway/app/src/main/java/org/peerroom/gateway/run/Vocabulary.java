package org.peerroom.gateway.run;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.EndpointUriFactory;

/** What is known of routes: where they are written, and the words they may use. */
interface Vocabulary {

  /** Knows no word. */
  Vocabulary NONE =
      new Vocabulary() {
        @Override
        public Collection<String> components() {
          return List.of();
        }

        @Override
        public Collection<String> options(String component) {
          return List.of();
        }

        @Override
        public Optional<String> fileOf(String route) {
          return Optional.empty();
        }
      };

  /** The components on board. */
  Collection<String> components();

  /** The options of a component's endpoints; empty if there is no such component. */
  Collection<String> options(String component);

  /** The file that a route is written in. */
  Optional<String> fileOf(String route);

  /** What Camel knows, and the components that come with the gateway. */
  static Vocabulary of(CamelContext context) {
    return new Vocabulary() {
      @Override
      public Collection<String> components() {
        return ON_BOARD;
      }

      @Override
      public Collection<String> options(String component) {
        EndpointUriFactory factory =
            context.getCamelContextExtension().getEndpointUriFactory(component);
        return factory == null ? List.of() : new TreeSet<>(factory.propertyNames());
      }

      @Override
      public Optional<String> fileOf(String route) {
        RouteDefinition definition = ((ModelCamelContext) context).getRouteDefinition(route);
        return Optional.ofNullable(definition)
            .map(RouteDefinition::getResource)
            .map(resource -> resource.getLocation().replaceFirst("^file:", ""));
      }
    };
  }

  /** What a gateway brings; Camel can only be asked for a component by its name. */
  Set<String> ON_BOARD =
      Set.of(
          "bean",
          "class",
          "controlbus",
          "dataset",
          "dataset-test",
          "direct",
          "file",
          "http",
          "https",
          "jms",
          "kamelet",
          "language",
          "log",
          "mock",
          "platform-http",
          "ref",
          "rest",
          "rest-api",
          "room",
          "scheduler",
          "seda",
          "stub",
          "timer",
          "validator",
          "xpath",
          "xslt",
          "saga",
          "browse");
}
