package org.peerroom.gateway.key;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.CertificateRequest;
import org.peerroom.identity.DurableRecipient;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.Refusal;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.Role;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import org.peerroom.identity.VerifiedIdentity;

/**
 * Says what something is: as JSON for programs, and the same for people. What is not stated is left
 * out. There is nothing secret in it.
 */
final class Description {

  private static final JsonMapper JSON =
      // A terminal may have any encoding.
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private Description() {}

  /** A key file, by what everyone may see of it. */
  static ObjectNode of(KeySummary summary, Instant at) {
    ObjectNode node = what("key file");
    node.put("name", summary.name());
    node.put("key", summary.key().hex());
    node.put("protection", summary.protection());
    summary.authority().ifPresent(authority -> node.put("authority", authority));
    addCertificates(node, summary.certificates(), at);
    return node;
  }

  /** Certificates, root first. */
  static ObjectNode of(SignatureChain chain, Instant at) {
    ObjectNode node = what("certificates");
    addCertificates(node, chain.certificates(), at);
    return node;
  }

  /** A request; its signature has been verified. */
  static ObjectNode of(CertificateRequest request) {
    ObjectNode node = what("certificate request");
    node.put("name", request.name());
    node.put("key", request.key().hex());
    node.put("issuedAt", request.issuedAt().toString());
    return node;
  }

  /** Revocations; that they count is not said. */
  static ObjectNode of(List<Revocation> revocations, Instant at) {
    ObjectNode node = what(revocations.size() == 1 ? "revocation" : "revocations");
    ArrayNode all = node.putArray("revocations");
    for (Revocation revocation : revocations) {
      ObjectNode one = all.addObject();
      if (revocation.target() instanceof Revocation.Target.Key key) {
        one.put("takesBackKey", key.key().hex());
      } else if (revocation.target() instanceof Revocation.Target.CertificateId id) {
        one.put("takesBackCertificate", id.jti());
      }
      revocation.reason().ifPresent(reason -> one.put("reason", reason));
      one.put("issuer", revocation.issuer().hex());
      one.put("id", revocation.id());
      one.put("issuedAt", revocation.issuedAt().toString());
      one.put("expiresAt", revocation.expiresAt().toString());
      one.put("state", at.isBefore(revocation.expiresAt()) ? "in force" : "expired");
      if (!revocation.chain().isEmpty()) {
        addCertificates(one, revocation.chain(), at);
      }
    }
    return node;
  }

  /** Recipients; their signatures have been verified. */
  static ObjectNode ofRecipients(List<DurableRecipient> recipients) {
    ObjectNode node = what(recipients.size() == 1 ? "recipient" : "recipients");
    ArrayNode all = node.putArray("recipients");
    for (DurableRecipient recipient : recipients) {
      ObjectNode one = all.addObject();
      one.put("name", recipient.name());
      one.put("key", recipient.key().hex());
      one.put("issuedAt", recipient.issuedAt().toString());
    }
    return node;
  }

  /** The authorities that someone trusts. */
  static ObjectNode of(TrustedAuthorities trusted, Instant at) {
    ObjectNode node = what("trust file");
    ArrayNode all = node.putArray("authorities");
    for (TrustedAuthority authority : trusted.authorities()) {
      ObjectNode one = all.addObject();
      one.put("name", authority.name());
      one.put("key", authority.key().hex());
      Instant end = authority.expiresAt();
      if (end != null) {
        one.put("expiresAt", end.toString());
        one.put("state", at.isBefore(end) ? "trusted" : "expired");
      }
    }
    return node;
  }

  /** Who a chain speaks for, and the peer at its end if there is one. */
  static ObjectNode of(VerifiedIdentity identity, Certificate last) {
    ObjectNode node = JSON.createObjectNode().put("verified", true);
    node.put("authority", identity.authority());
    node.put("authorityKey", identity.authorityKey().hex());
    node.put("name", identity.name());
    node.put("key", identity.key().hex());
    if (last.kind() == Certificate.Kind.PEER) {
      node.put("peer", last.key().hex());
    }
    node.put("expiresAt", identity.expiresAt().toString());
    addRoles(node, identity.roles());
    addAttributes(node, identity.attributes());
    return node;
  }

  /** The same in one line; what the verifier itself says stands first, and can't be imitated. */
  static String line(VerifiedIdentity identity, Certificate last) {
    StringBuilder line = new StringBuilder();
    line.append(identity.authority()).append(" vouches for ").append(identity.name());
    line.append("; key ").append(identity.key());
    if (last.kind() == Certificate.Kind.PEER) {
      line.append("; peer ").append(last.key());
    }
    line.append("; until ").append(identity.expiresAt());
    line.append("; roles ").append(joined(claims(identity.roles())));
    new TreeMap<>(identity.attributes())
        .forEach((name, value) -> line.append("; ").append(name).append(' ').append(value));
    return line.append('\n').toString();
  }

  /** Why a chain does not verify. */
  static ObjectNode of(Refusal refusal) {
    ObjectNode node = JSON.createObjectNode().put("verified", false);
    node.put("link", refusal.link());
    node.put("reason", refusal.reason().name());
    node.put("message", refusal.message());
    return node;
  }

  static ObjectNode what(String what) {
    return JSON.createObjectNode().put("what", what);
  }

  private static void addCertificates(ObjectNode node, List<Certificate> chain, Instant at) {
    if (!chain.isEmpty()) {
      node.put("links", links(chain, at));
    }
    ArrayNode all = node.putArray("certificates");
    for (Certificate certificate : chain) {
      add(all.addObject(), certificate, at);
    }
  }

  private static String links(List<Certificate> chain, Instant at) {
    try {
      return Links.verify(SignatureChain.of(chain), at, Purpose.IDENTIFY) instanceof Refusal refusal
          ? "do not hold: " + refusal
          : "hold; whether to trust the issuer of the first is for 'key verify'";
    } catch (RefusedException e) {
      return "do not hold: " + e.refusal();
    }
  }

  private static void add(ObjectNode node, Certificate certificate, Instant at) {
    boolean peer = certificate.kind() == Certificate.Kind.PEER;
    node.put("kind", certificate.kind().name().toLowerCase(Locale.ROOT));
    if (!peer) {
      node.put("subject", certificate.subject());
    }
    node.put("key", certificate.key().hex());
    node.put("issuer", certificate.issuer().hex());
    node.put("id", certificate.id());
    node.put("notBefore", certificate.notBefore().toString());
    node.put("expiresAt", certificate.expiresAt().toString());
    node.put(
        "state",
        at.isBefore(certificate.notBefore())
            ? "not yet valid"
            : at.isBefore(certificate.expiresAt()) ? "in force" : "expired");
    if (certificate.scope().rooms() != null) {
      ArrayNode rooms = node.putArray("rooms");
      certificate.scope().rooms().stream().map(Object::toString).sorted().forEach(rooms::add);
    }
    if (certificate.scope().roles() != null) {
      addRoles(node, certificate.scope().roles());
    }
    if (!certificate.scope().attributes().isEmpty()) {
      addAttributes(node, certificate.scope().attributes());
    }
  }

  private static void addRoles(ObjectNode node, Collection<Role> roles) {
    ArrayNode array = node.putArray("roles");
    claims(roles).forEach(array::add);
  }

  private static void addAttributes(ObjectNode node, Map<String, String> attributes) {
    ObjectNode object = node.putObject("attributes");
    new TreeMap<>(attributes).forEach(object::put);
  }

  private static List<String> claims(Collection<Role> roles) {
    return new TreeSet<>(roles).stream().map(Role::claim).toList();
  }

  private static String joined(List<String> texts) {
    return texts.isEmpty() ? "none" : String.join(", ", texts);
  }

  /** One line of JSON. */
  static String json(JsonNode node) {
    try {
      return JSON.writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that can't be written", e);
    }
  }
}
