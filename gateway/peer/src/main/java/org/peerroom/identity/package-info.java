/**
 * Who vouches for whom, checked offline: long-term identities, the certificates that authorities
 * sign for them, and chains of certificates that end in the throw-away key of a running peer.
 *
 * <p>A certificate is a compact JWS (RFC 7515) signed with Ed25519 (RFC 8037) that names a key by
 * its {@code cnf} claim (RFC 7800). Verification is pure: a chain, a list of trusted authorities, a
 * time, a purpose and a room go in; a {@link org.peerroom.identity.VerifiedIdentity} or a {@link
 * org.peerroom.identity.Refusal} comes out. Nothing here asks a network or a clock. The formats and
 * the rules are written down in {@code IDENTITY.md} of this module.
 */
@NullMarked
package org.peerroom.identity;

import org.jspecify.annotations.NullMarked;
