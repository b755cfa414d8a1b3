/**
 * The runtime: drives the pure protocol, turns its outputs into Flux and Mono, owns the threads.
 */
@NullMarked
package org.peerroom.internal;

import org.jspecify.annotations.NullMarked;
