package org.peerroom.gateway.command;

import static org.peerroom.gateway.GatewayException.badInput;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.Role;
import org.peerroom.identity.RoomPattern;
import org.peerroom.identity.Scope;
import picocli.CommandLine.Option;

/** What a new certificate says about its holder, and to what it is narrowed. */
public final class ScopeOptions {

  private static final String ORG = "org";

  @Option(
      names = "--org",
      paramLabel = "ORG",
      description = "The organisation: the same as --attribute org=ORG.")
  private @Nullable String org;

  @Option(
      names = "--attribute",
      paramLabel = "K=V",
      description =
          "What else is vouched for, such as email=a@example.com. May be given several times.")
  private List<String> attributes = new ArrayList<>();

  @Option(
      names = "--rooms",
      paramLabel = "a,b*",
      description =
          "Only these rooms: names, or beginnings of names with a * at the end. Without it: all that the signer may.")
  private @Nullable String rooms;

  @Option(
      names = "--roles",
      paramLabel = "ROLES",
      description = {
        "Only these, comma separated: publish, subscribe, relay, certify (may sign certificates for others).",
        "Without it: publish, subscribe and relay, as far as the signer may."
      })
  private @Nullable String roles;

  /** Without options: everything, in every room. */
  public ScopeOptions() {}

  /**
   * What the options say.
   *
   * @throws org.peerroom.gateway.GatewayException with one line if one is malformed
   */
  public Scope scope() {
    Scope scope = checked("--attribute", () -> Scope.ALL.withAttributes(attributes()));
    if (rooms != null) {
      List<String> patterns = list("--rooms", rooms);
      Scope wide = scope;
      scope =
          checked(
              "--rooms", () -> wide.withRooms(patterns.stream().map(RoomPattern::new).toList()));
    }
    if (roles != null) {
      List<String> names = list("--roles", roles);
      Scope wide = scope;
      scope = checked("--roles", () -> wide.withRoles(names.stream().map(Role::parse).toList()));
    }
    return scope;
  }

  private Map<String, String> attributes() {
    Map<String, String> said = new TreeMap<>();
    if (org != null) {
      said.put(ORG, org);
    }
    for (String attribute : attributes) {
      int equals = attribute.indexOf('=');
      if (equals < 1) {
        throw badInput("--attribute takes NAME=VALUE, not '" + attribute + "'");
      }
      String name = attribute.substring(0, equals);
      if (said.put(name, attribute.substring(equals + 1)) != null) {
        throw badInput("the attribute " + name + " is given twice; give it once");
      }
    }
    return said;
  }

  private static List<String> list(String option, String text) {
    List<String> items = new ArrayList<>();
    for (String item : text.split(",", -1)) {
      if (item.isBlank()) {
        throw badInput(option + " takes a list with commas between, not '" + text + "'");
      }
      items.add(item.strip());
    }
    return items;
  }

  private static Scope checked(String option, Supplier<Scope> scope) {
    try {
      return scope.get();
    } catch (IllegalArgumentException e) {
      throw badInput(option + ": " + e.getMessage(), e);
    }
  }
}
