package org.peerroom.internal;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;

/**
 * How a peer runs, as its builder has checked it.
 *
 * @param listen where to accept links; null to dial only
 * @param advertise what to tell members instead of the address listened on; empty for that very
 *     address
 * @param bootstrap what to dial and keep dialling
 * @param publishTimeout how long a publish may wait
 * @param closeTimeout how long closing may wait for members
 */
public record PeerSettings(
    @Nullable PeerAddress listen,
    List<PeerAddress> advertise,
    List<PeerAddress> bootstrap,
    Duration publishTimeout,
    Duration closeTimeout) {}
