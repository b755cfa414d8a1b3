package org.peerroom.internal.net;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * What BlockHound lets pass: the system's random source, which is a file to BlockHound but never
 * waits, and the loop of a peer, which rests when it has nothing to do.
 */
public final class MayBlock implements BlockHoundIntegration {

  @Override
  public void applyTo(BlockHound.Builder builder) {
    builder.allowBlockingCallsInside("sun.security.provider.NativePRNG", "engineNextBytes");
    builder.allowBlockingCallsInside("org.peerroom.internal.PeerLoop", "rest");
  }
}
