package org.peerroom.architecture.violations;

import org.peerroom.architecture.violations.internal.LocalPeer;

public record Message(LocalPeer from) {}
