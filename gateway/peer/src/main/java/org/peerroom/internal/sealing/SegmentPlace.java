package org.peerroom.internal.sealing;

import org.peerroom.PeerId;
import org.peerroom.internal.wire.Topic;

/**
 * Where in which feed a segment stands.
 *
 * @param topic the room
 * @param author who writes and signs it
 * @param sequence its number in the author's feed, from 0
 * @param previous the hash of the segment before it; zeros for the first
 * @param createdMillis when it is sealed, milliseconds since 1970
 * @param expiresMillis when every replica forgets it, milliseconds since 1970
 * @param epoch which of the author's sender keys, from 0
 * @param step how often that key was ratcheted forward, from 0
 */
@SuppressWarnings("ArrayRecordComponent") // a public hash, compared nowhere
public record SegmentPlace(
    Topic topic,
    PeerId author,
    long sequence,
    byte[] previous,
    long createdMillis,
    long expiresMillis,
    int epoch,
    int step) {}
