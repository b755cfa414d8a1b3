package org.peerroom;

/**
 * A member's signed statement that it holds, or has processed, a message: a compact JWS (RFC 7515)
 * that a third party can verify without a network.
 *
 * @param signer the peer that signed it
 * @param compact the JWS itself
 */
public record SignedReceipt(PeerId signer, String compact) {}
