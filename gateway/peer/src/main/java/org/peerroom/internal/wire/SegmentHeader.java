package org.peerroom.internal.wire;

import org.peerroom.PeerId;

/**
 * What stands before a segment's ciphertext, in clear, signed and authenticated with it.
 *
 * @param topic the room
 * @param author who wrote and signed it
 * @param sequence its number in the author's feed, from 0
 * @param previous the hash of the segment before it; zeros for the first
 * @param createdMillis when it was sealed, by the author's clock, milliseconds since 1970
 * @param expiresMillis when every replica forgets it, milliseconds since 1970
 * @param epoch which of the author's sender keys, from 0
 * @param step how often that key was ratcheted forward, from 0
 * @param commitment 32 bytes that commit to the key it is sealed with
 */
@SuppressWarnings("ArrayRecordComponent") // public values, compared nowhere
public record SegmentHeader(
    Topic topic,
    PeerId author,
    long sequence,
    byte[] previous,
    long createdMillis,
    long expiresMillis,
    int epoch,
    int step,
    byte[] commitment) {}
