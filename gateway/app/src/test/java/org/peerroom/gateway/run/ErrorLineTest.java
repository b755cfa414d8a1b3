package org.peerroom.gateway.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.net.BindException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerStartException;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;

class ErrorLineTest {

  private static final Vocabulary WORDS =
      new Vocabulary() {
        @Override
        public Collection<String> components() {
          return List.of("jms", "room", "timer");
        }

        @Override
        public Collection<String> options(String component) {
          return component.equals("room") ? List.of("secret", "acks") : List.of();
        }

        @Override
        public Optional<String> fileOf(String route) {
          return route.equals("r1") ? Optional.of("a.yaml") : Optional.empty();
        }
      };

  private static GatewayException explain(Throwable failure) {
    return ErrorLine.of(failure, WORDS);
  }

  private static FailedToCreateRouteException route(String id, Throwable cause) {
    return new FailedToCreateRouteException(id, null, "Route(" + id + ")", cause);
  }

  @Test
  void of_keepsWhatIsOneLineAlready() {
    GatewayException known = GatewayException.badInput("do this");
    assertSame(known, explain(new RuntimeCamelException(route("r1", known))));
  }

  @Test
  void of_namesFileRouteAndMeantComponent() {
    GatewayException line =
        explain(route("r1", new NoSuchEndpointException("rooom://orders?secret=x")));
    assertEquals(
        "a.yaml: route r1: there is no component 'rooom' for rooom:orders; did you mean 'room'?",
        line.getMessage());
    assertEquals(ExitCode.BAD_INPUT, line.exitCode());
  }

  @Test
  void of_namesUnknownOptionWithoutItsValue() {
    String uri = "room://orders?secrt=RAW(hunter2&acks=1)&acks=local";
    String message =
        "There are 1 parameters that couldn't be set on the endpoint. Unknown parameters=[{secrt=hunter2&acks=1}]";
    GatewayException line = explain(route("r2", new ResolveEndpointFailedException(uri, message)));
    assertEquals(
        "route r2: room:orders has no option 'secrt'; did you mean 'secret'?", line.getMessage());
  }

  @Test
  void of_saysHowToGiveMissingProperty() {
    Throwable cause =
        new IllegalArgumentException(
            "Property with key [in.folder] not found in properties from text: x");
    GatewayException line =
        explain(route("r1", new ResolveEndpointFailedException("file:{{in.folder}}", cause)));
    assertEquals(
        "a.yaml: route r1: nothing says what {{in.folder}} stands for; add --set in.folder=VALUE,"
            + " or write it into a --config file",
        line.getMessage());
  }

  @Test
  void of_namesUnknownSetting() {
    PropertyBindingException failure =
        new PropertyBindingException(
            new Object(), "lisen", "secret-value", "camel.component.room.", "lisen", null);
    GatewayException line = explain(failure);
    assertEquals(
        "unknown setting camel.component.room.lisen; check how it is written", line.getMessage());
    assertEquals(ExitCode.BAD_INPUT, line.exitCode());
  }

  @Test
  void of_namesSettingThatDoesNotTakeValue() {
    PropertyBindingException failure =
        new PropertyBindingException(
            new Object(),
            "closeTimeout",
            "soon",
            "camel.component.room.",
            "closeTimeout",
            new NumberFormatException("x"));
    assertEquals(
        "camel.component.room.closeTimeout does not take this value; is it a number, a duration as 10s, or true?",
        explain(failure).getMessage());
  }

  @Test
  void of_tellsAddressesApartFromInput() {
    Throwable bind = new BindException("Address already in use");
    GatewayException peer =
        explain(
            new RuntimeCamelException(
                new PeerStartException("cannot listen on 1.2.3.4:5: in use", bind)));
    assertEquals("cannot listen on 1.2.3.4:5: in use", peer.getMessage());
    assertEquals(ExitCode.ADDRESS_UNAVAILABLE, peer.exitCode());
    GatewayException other = explain(new FailedToStartRouteException("r1", "d", bind));
    assertEquals("a.yaml: route r1: Address already in use", other.getMessage());
    assertEquals(ExitCode.ADDRESS_UNAVAILABLE, other.exitCode());
  }

  @Test
  void of_showsMarkedStepWithoutOptions() {
    FailedToCreateRouteException failure =
        new FailedToCreateRouteException(
            "r1",
            null,
            "Route(r1)[From[timer:x]]",
            "to[http:x?password=hunter2]",
            new IllegalStateException("not possible"));
    GatewayException line = explain(failure);
    assertFalse(line.getMessage().contains("hunter2"), line.getMessage());
    assertEquals("a.yaml: route r1: to[http:x…: not possible", line.getMessage());
  }

  @Test
  void of_isOneLineWhateverIsThrown() {
    GatewayException line =
        explain(new RuntimeException("first\r\n\tsecond\u001b[31m\u0000 third"));
    assertEquals("first second [31m third", line.getMessage());
    assertEquals(ExitCode.FAILED, line.exitCode());
    assertEquals("NullPointerException", explain(new NullPointerException()).getMessage());
  }

  @Test
  void of_survivesCircularCauses() {
    Exception a = new Exception("a");
    Exception b = new Exception("b", a);
    a.initCause(b);
    assertEquals(ExitCode.FAILED, explain(b).exitCode());
  }

  @Test
  void withoutOptions_isWhatAPersonWrote() {
    assertEquals("jms:queue:orders", ErrorLine.withoutOptions("jms://queue:orders?password=x"));
    assertEquals("room:orders", ErrorLine.withoutOptions("room://orders?secret=x"));
    assertEquals(
        "http://example:80/path", ErrorLine.withoutOptions("http://example:80/path?token=x"));
    assertEquals("https://example/p", ErrorLine.withoutOptions("https://me:hunter2@example/p"));
    assertEquals("platform-http:/in", ErrorLine.withoutOptions("platform-http:///in"));
    assertEquals("timer:x", ErrorLine.withoutOptions("timer:x"));
  }
}
