package org.peerroom.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.identity.Identity;
import org.peerroom.identity.TrustedAuthorities;

/**
 * How a peer runs, as its builder has checked it.
 *
 * @param listen where to accept links; null to dial only
 * @param advertise what to tell members instead of the address listened on; empty for that very
 *     address
 * @param bootstrap what to dial and keep dialling
 * @param publishTimeout how long a publish may wait
 * @param closeTimeout how long closing may wait for members
 * @param identity whom to speak as; null to be anonymous
 * @param identityLife how long the identity vouches at a time
 * @param trust whom to trust, unless there is a file
 * @param trustFile where it stands whom to trust; null if nowhere
 * @param data where rooms are kept; null to keep nothing
 */
public record PeerSettings(
    @Nullable PeerAddress listen,
    List<PeerAddress> advertise,
    List<PeerAddress> bootstrap,
    Duration publishTimeout,
    Duration closeTimeout,
    @Nullable Identity identity,
    Duration identityLife,
    TrustedAuthorities trust,
    @Nullable Path trustFile,
    @Nullable Path data) {}
