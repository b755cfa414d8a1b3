package org.peerroom.internal.net;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * A new TLS context draws a number from the system's random source, which is a file to BlockHound
 * but never waits. Netty makes the same exception for the handshake itself.
 */
public final class RandomSourceDoesNotBlock implements BlockHoundIntegration {

  @Override
  public void applyTo(BlockHound.Builder builder) {
    builder.allowBlockingCallsInside("sun.security.ssl.SSLContextImpl", "engineInit");
  }
}
