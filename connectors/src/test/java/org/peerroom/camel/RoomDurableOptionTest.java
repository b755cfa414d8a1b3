package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.DurableRecipient;
import org.peerroom.identity.Identity;

/** Who can read what is sent while away, as it is written in files; no peer is started. */
class RoomDurableOptionTest {

  private static final DurableRecipient ANN = recipient("Ann");
  private static final DurableRecipient BOB = recipient("Bob");

  private final DefaultCamelContext context = new DefaultCamelContext();

  @TempDir Path folder;

  @AfterEach
  void close() {
    context.stop();
  }

  private static DurableRecipient recipient(String name) {
    return Identity.generate(name).recipient(Instant.EPOCH);
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines));
  }

  private RoomPolicy policy(String uri) {
    return context.getEndpoint(uri, RoomEndpoint.class).settings().room().policy();
  }

  private String failure(String uri) {
    ResolveEndpointFailedException e =
        assertThrows(ResolveEndpointFailedException.class, () -> context.getEndpoint(uri));
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    return e.getMessage();
  }

  private void assertFails(Path file, String expected) {
    String message = failure("room:orders?durable=" + file);
    assertTrue(message.contains("option durable: " + file + ": " + expected), message);
  }

  @Test
  void durable_isNothingForARoomThatSealsPerRecipient() throws IOException {
    String message = failure("room:orders?suite=per-recipient&durable=" + file("away", ANN.text()));
    assertTrue(message.contains("has no durable recipients: take x-wing or x25519"), message);
  }

  @Test
  void durable_isWhomTheFileNames() throws IOException {
    Path file = file("away", "# on holiday", ANN.text(), "", BOB.text(), "");
    RoomPolicy policy = policy("room:orders?durable=" + file);
    assertEquals(RoomPolicy.DEFAULT.withDurable(List.of(BOB, ANN)), policy);
    assertEquals(RoomPolicy.DEFAULT, policy("room:invoices"));
    assertEquals(RoomPolicy.DEFAULT, policy("room:invoices?durable="));
  }

  @Test
  void component_givesADefaultThatEndpointsOverride() throws IOException {
    RoomComponent component = context.getComponent("room", RoomComponent.class);
    component.getConfiguration().setDurable(file("ann", ANN.text()).toString());
    assertEquals(List.of(ANN), policy("room:orders").durable());
    Path bob = file("bob", BOB.text());
    assertEquals(List.of(BOB), policy("room:invoices?durable=" + bob).durable());
  }

  @Test
  void badFile_failsWithOneLineThatNamesItAndTheLine() throws IOException {
    assertFails(folder.resolve("none"), "there is no such file with");
    assertFails(folder, "the list of durable recipients cannot be read");
    assertFails(file("empty"), "it names no recipient (MALFORMED)");
    assertFails(file("comments", "# nobody", ""), "it names no recipient (MALFORMED)");
    assertFails(file("other", ANN.text(), "hello"), "line 2: not a compact JWS");
    assertFails(
        file("request", Identity.generate("Carol").request(Instant.EPOCH).text()),
        "line 1: this is a 'peerroom-request+jwt', not a statement of a recipient (WRONG_TYPE)");
    String text = ANN.text();
    int at = text.lastIndexOf('.') + 10;
    char other = text.charAt(at) == 'A' ? 'B' : 'A';
    assertFails(
        file("forged", text.substring(0, at) + other + text.substring(at + 1)),
        "line 1: the statement of a recipient is not signed by the key that it names"
            + " (BAD_SIGNATURE)");
    assertFails(
        file("twice", text, text),
        "line 2: the recipient Ann is there twice, by the key "
            + ANN.key().shortHex()
            + " (MALFORMED)");
    String many =
        IntStream.rangeClosed(0, RoomPolicy.MAX_DURABLE)
            .mapToObj(number -> recipient("away " + number).text())
            .collect(Collectors.joining("\n"));
    assertFails(file("many", many), "it names 33 recipients; a room has at most 32");
  }

  @Test
  void disagreement_failsAndNamesTheOption() throws IOException {
    Path both = file("both", ANN.text(), BOB.text());
    Path same = file("same", BOB.text(), ANN.text());
    Path one = file("one", ANN.text());
    policy("room:orders?durable=" + both);
    policy("room:orders?durable=" + same);
    policy("room:orders");
    String message = failure("room:orders?durable=" + one);
    String ann = "Ann " + ANN.key().shortHex();
    String bob = "Bob " + BOB.key().shortHex();
    assertTrue(
        Set.of(ann + ", " + bob, bob + ", " + ann).stream()
            .anyMatch(
                all ->
                    message.contains(
                        "the endpoints of room 'orders' disagree: durable is "
                            + all
                            + " on another endpoint and "
                            + ann
                            + " on this one")),
        message);
  }
}
