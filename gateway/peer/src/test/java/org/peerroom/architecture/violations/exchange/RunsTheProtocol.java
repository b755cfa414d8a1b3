package org.peerroom.architecture.violations.exchange;

import org.peerroom.architecture.violations.internal.protocol.ReadsTheClock;

public record RunsTheProtocol(ReadsTheClock clock) {}
