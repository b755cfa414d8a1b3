package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.peerroom.Admission;
import org.peerroom.RoomPolicy;

/** Who is admitted, as it is written in a URI or on the component; no peer is started. */
class RoomAdmissionOptionsTest {

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Authority acme = new Authority("Acme");
  private final Authority globex = new Authority("Globex");

  @TempDir Path folder;
  private RoomComponent component;

  @BeforeEach
  void trust() throws IOException {
    component = context.getComponent("room", RoomComponent.class);
    component.setTrust(Authority.trust(folder, acme, globex).toString());
  }

  @AfterEach
  void close() {
    context.stop();
  }

  private RoomEndpoint endpoint(String uri) {
    return context.getEndpoint(uri, RoomEndpoint.class);
  }

  private Admission admission(String uri) {
    return policy(uri).admission();
  }

  private RoomPolicy policy(String uri) {
    return endpoint(uri).settings().room().policy();
  }

  private String failure(String uri) {
    ResolveEndpointFailedException e =
        assertThrows(ResolveEndpointFailedException.class, () -> context.getEndpoint(uri));
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    return e.getMessage();
  }

  @ParameterizedTest
  @CsvSource({"room:orders", "room:orders?admission=open", "room:orders?admission=Open"})
  void admission_isOpenUnlessSaidOtherwise(String uri) {
    assertEquals(Admission.open(), admission(uri));
  }

  @Test
  void certified_isByAllOfTheTrustFileOrByThoseNamed() {
    assertEquals(
        Admission.certifiedBy(List.of(acme.key(), globex.key())),
        admission("room:orders?admission=certified"));
    assertEquals(
        Admission.certifiedBy(List.of(globex.key())),
        admission("room:invoices?admission=certified&authorities=Globex"));
    assertEquals(
        Admission.certifiedBy(List.of(acme.key(), globex.key())),
        admission("room:offers?admission=certified&authorities=Globex, " + acme.key().hex()));
  }

  @Test
  void attributes_haveOneValueOrSeveral() {
    assertEquals(
        Admission.certifiedBy(List.of(acme.key()))
            .withAttribute("org", Set.of("Acme, Inc.", "Globex"))
            .withAttribute("dept", Set.of("sales")),
        admission(
            "room:orders?admission=certified&authorities=Acme&attributes=org=Acme, Inc.|Globex,dept=sales"));
  }

  @Test
  void component_givesDefaultsThatEndpointsOverride() {
    component.getConfiguration().setAdmission("certified");
    component.getConfiguration().setAuthorities("Acme");
    component.getConfiguration().setAttributes("org=Acme");
    assertEquals(
        Admission.certifiedBy(List.of(acme.key())).withAttribute("org", Set.of("Acme")),
        admission("room:orders"));
    assertEquals(
        Admission.certifiedBy(List.of(globex.key())).withAttribute("org", Set.of("Acme")),
        admission("room:invoices?authorities=Globex"));
    assertEquals(Admission.open(), admission("room:hall?admission=open"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "admission=closed | admission=closed: expected open or certified",
        "authorities=Acme | authorities says who is certified, but anyone is admitted: add admission=certified",
        "admission=open&attributes=org=Acme | attributes says who is certified, but anyone is admitted",
        "admission=certified&authorities=Initech | authorities=Initech: there is no such authority in the trust file",
        "admission=certified&authorities=Initech | it names Acme, Globex",
        "admission=certified&attributes=org | attributes=org: expected NAME=VALUE or NAME=VALUE",
        "admission=certified&attributes=org= | attributes=org=: expected NAME=VALUE",
        "admission=certified&attributes=org=A,org=B | org is there twice; write the values it may have as org=VALUE",
        "admission=certified&anonymous=true | anonymous=true and admission=certified exclude each other",
        "anonymous=perhaps | anonymous"
      })
  void badValue_failsWithOneLineThatSaysWhatIsExpected(String option, String expected) {
    String message = failure("room:orders?" + option);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void certified_failsWithoutATrustFileThatCanBeRead() throws IOException {
    component.setTrust(folder.resolve("none.json").toString());
    String missing = failure("room:orders?admission=certified");
    assertTrue(missing.contains("option trust: "), missing);
    assertTrue(missing.contains("none.json"), missing);
  }

  @Test
  void certified_failsWithoutATrustFileUnlessKeysAreGiven() {
    DefaultCamelContext bare = new DefaultCamelContext();
    ResolveEndpointFailedException e =
        assertThrows(
            ResolveEndpointFailedException.class,
            () -> bare.getEndpoint("room:orders?admission=certified&authorities=Acme"));
    assertTrue(
        e.getMessage().contains("set camel.component.room.trust to the file that names them"),
        e.getMessage());
    RoomEndpoint byKey =
        bare.getEndpoint(
            "room:orders?admission=certified&authorities=" + acme.key().hex(), RoomEndpoint.class);
    assertEquals(
        Admission.certifiedBy(List.of(acme.key())), byKey.settings().room().policy().admission());
    bare.stop();
  }

  @Test
  void certified_failsIfTheTrustFileIsEmpty() throws IOException {
    Files.writeString(folder.resolve("trust.json"), "{\"authorities\":[]}");
    String message = failure("room:orders?admission=certified");
    assertTrue(message.contains("names no authority"), message);
  }

  @Test
  void names_meanTheSameForAllEndpointsThoughTheFileChanges() throws IOException {
    Admission before = admission("room:orders?admission=certified");
    Authority.trust(folder, acme);
    assertEquals(before, admission("room:orders?admission=certified&echo=false"));
  }

  @Test
  void disagreement_failsAndNamesTheOption() {
    endpoint("room:orders?admission=certified&attributes=org=Globex|Acme");
    String message = failure("room:orders?admission=certified&attributes=org=Acme");
    assertTrue(
        message.contains(
            "the endpoints of room 'orders' disagree: attributes is org=Acme|Globex on another endpoint"
                + " and org=Acme on this one"),
        message);
    String other = failure("room:orders?admission=open");
    assertTrue(
        other.contains("admission is certified on another endpoint and open on this one"), other);
    endpoint("room:hall?anonymous=true");
    String third = failure("room:hall?anonymous=false");
    assertTrue(
        third.contains("anonymous is true on another endpoint and false on this one"), third);
  }
}
