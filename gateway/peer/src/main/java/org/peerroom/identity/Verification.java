package org.peerroom.identity;

/** What came of verifying a chain: who it is, or why not. */
public sealed interface Verification permits VerifiedIdentity, Refusal {}
