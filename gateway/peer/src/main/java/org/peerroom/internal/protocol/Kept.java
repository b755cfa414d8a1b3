package org.peerroom.internal.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What is to be kept of a named subscription from now on, so that it goes on there after a restart.
 * To be kept in the order given.
 *
 * @param seen whether it is a message key that was seen; else it is a place
 * @param name what to keep it by
 * @param value instead of what was kept by that name; null if nothing is to be kept any more
 */
@SuppressWarnings("ArrayRecordComponent") // written, never compared
public record Kept(boolean seen, byte[] name, byte @Nullable [] value) {}
