package org.peerroom.identity;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.Refusal.Reason;

/**
 * What the certificates of a chain say together, if they fit together: everything that depends
 * neither on the time, nor on who is trusted, nor on what was revoked. Signatures are not looked
 * at.
 *
 * @param rooms null for all
 * @param endsInPeer false where the chain ends in the identity itself
 */
record ChainFacts(
    String name,
    VerificationKey key,
    boolean endsInPeer,
    Map<String, String> attributes,
    Set<Role> roles,
    @Nullable Set<RoomPattern> rooms,
    long firstEnd) {

  private static final Set<Role> UNSTATED_ROLES = Set.of(Role.PUBLISH, Role.SUBSCRIBE, Role.RELAY);

  static ChainFacts of(List<Certificate> certificates) throws RefusedException {
    return new Reading().all(certificates);
  }

  /** Walks the chain from the authority's end; nothing that it has narrowed is widened again. */
  private static final class Reading {

    private final Set<VerificationKey> keys = new HashSet<>();
    private final Map<String, String> attributes = new HashMap<>();
    private @Nullable Set<Role> roles;
    private @Nullable Set<RoomPattern> rooms;
    private @Nullable Certificate identity;
    private @Nullable Certificate previous;
    private long firstEnd = Long.MAX_VALUE;
    private int link;

    ChainFacts all(List<Certificate> certificates) throws RefusedException {
      keys.add(certificates.get(0).issuer());
      for (Certificate certificate : certificates) {
        link++;
        requireIssuer(certificate);
        requireNewKey(certificate);
        requirePeerBounds(certificate);
        narrowRooms(certificate);
        narrowRoles(certificate);
        addAttributes(certificate);
        firstEnd = Math.min(firstEnd, certificate.endSecond());
        identity = certificate.kind() == Certificate.Kind.IDENTITY ? certificate : identity;
        previous = certificate;
      }
      return facts();
    }

    private ChainFacts facts() throws RefusedException {
      if (identity == null || roles == null || previous == null) {
        throw refused(
            Reason.BROKEN, "the authority vouches for a peer, but for no identity that runs it");
      }
      return new ChainFacts(
          identity.subject(),
          identity.key(),
          previous.kind() == Certificate.Kind.PEER,
          Map.copyOf(attributes),
          Set.copyOf(roles),
          rooms,
          firstEnd);
    }

    private void requireIssuer(Certificate certificate) throws RefusedException {
      if (previous == null) {
        return;
      }
      if (!certificate.issuer().equals(previous.key())) {
        throw refused(
            Reason.BROKEN,
            "it is signed by "
                + certificate.issuer().shortHex()
                + ", but the certificate before it vouches for "
                + previous.key().shortHex());
      }
      if (previous.kind() == Certificate.Kind.PEER) {
        throw refused(Reason.MAY_NOT_CERTIFY, "it is signed by a peer, which may sign for nobody");
      }
      boolean mayCertify = roles != null && roles.contains(Role.CERTIFY);
      if (certificate.kind() == Certificate.Kind.IDENTITY && !mayCertify) {
        throw refused(
            Reason.MAY_NOT_CERTIFY,
            "it is signed by " + previous.subject() + ", who has not the role certify");
      }
    }

    private void requireNewKey(Certificate certificate) throws RefusedException {
      if (!keys.add(certificate.key())) {
        throw refused(
            Reason.LOOPED,
            "the key " + certificate.key().shortHex() + " is in this chain more than once");
      }
    }

    private void requirePeerBounds(Certificate certificate) throws RefusedException {
      if (certificate.kind() != Certificate.Kind.PEER) {
        return;
      }
      long life = certificate.endSecond() - certificate.startSecond();
      if (life > Certificate.MAX_PEER_LIFE.toSeconds()) {
        throw refused(
            Reason.LIVES_TOO_LONG,
            "the certificate of a peer lives at most 24 hours, not " + life + " seconds");
      }
      if (!certificate.scope().attributes().isEmpty()) {
        throw refused(Reason.WIDENED, "the certificate of a peer states no attributes");
      }
    }

    private void narrowRooms(Certificate certificate) throws RefusedException {
      Set<RoomPattern> stated = certificate.scope().rooms();
      if (stated == null) {
        return;
      }
      for (RoomPattern room : stated) {
        if (rooms != null && rooms.stream().noneMatch(wider -> wider.covers(room))) {
          throw refused(
              Reason.WIDENED,
              "it allows the rooms '" + room.text() + "', which a certificate before it does not");
        }
      }
      rooms = stated;
    }

    private void narrowRoles(Certificate certificate) throws RefusedException {
      Set<Role> stated = certificate.scope().roles();
      if (stated == null) {
        Set<Role> inherited = EnumSet.copyOf(UNSTATED_ROLES);
        if (roles != null) {
          inherited.retainAll(roles);
        }
        roles = inherited;
        return;
      }
      for (Role role : stated) {
        boolean certifyingPeer =
            role == Role.CERTIFY && certificate.kind() == Certificate.Kind.PEER;
        if (certifyingPeer || (roles != null && !roles.contains(role))) {
          throw refused(
              Reason.WIDENED,
              "it allows the role " + role.claim() + ", which a certificate before it does not");
        }
      }
      roles = stated;
    }

    private void addAttributes(Certificate certificate) throws RefusedException {
      for (Map.Entry<String, String> stated : certificate.scope().attributes().entrySet()) {
        String earlier = attributes.putIfAbsent(stated.getKey(), stated.getValue());
        if (earlier != null && !earlier.equals(stated.getValue())) {
          throw refused(
              Reason.WIDENED,
              "it states another "
                  + stated.getKey()
                  + " than a certificate before it: '"
                  + Texts.shown(stated.getValue())
                  + "', not '"
                  + Texts.shown(earlier)
                  + "'");
        }
      }
    }

    private RefusedException refused(Reason reason, String message) {
      return new RefusedException(link, reason, message);
    }
  }
}
