/**
 * The demo: real orders from a folder through a room to a queue, across two processes, and a check
 * of everything it claims.
 */
@NullMarked
package org.peerroom.gateway.demo;

import org.jspecify.annotations.NullMarked;
