/**
 * Asks an authority service to certify an identity, and keeps the certificates from ending. Only
 * this needs the authority to be reached: everyone else verifies what it signed without asking it.
 */
@NullMarked
package org.peerroom.authority;

import org.jspecify.annotations.NullMarked;
