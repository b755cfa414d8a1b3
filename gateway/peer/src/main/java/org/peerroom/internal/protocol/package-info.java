/**
 * The protocol as pure state machines: no I/O, clock, randomness, thread or Reactor; time and
 * randomness come in, what is to be done goes out as values.
 */
@NullMarked
package org.peerroom.internal.protocol;

import org.jspecify.annotations.NullMarked;
