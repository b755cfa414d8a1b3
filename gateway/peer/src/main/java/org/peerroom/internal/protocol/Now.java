package org.peerroom.internal.protocol;

/**
 * What time it is, as told to the protocol with each input.
 *
 * @param wallMillis the wall clock, milliseconds since 1970: for what is signed and shown; may jump
 * @param tickMillis a clock that never goes back, from any origin: for timers
 */
public record Now(long wallMillis, long tickMillis) {}
