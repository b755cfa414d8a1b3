/**
 * The authority service: certifies keys after their holders have proved who they are, by a one-time
 * token or by a login with OpenID Connect, keeps a list of what it certified, and takes it back.
 */
@NullMarked
package org.peerroom.gateway.authority;

import org.jspecify.annotations.NullMarked;
