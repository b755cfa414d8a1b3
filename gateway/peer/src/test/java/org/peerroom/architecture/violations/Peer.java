package org.peerroom.architecture.violations;

/** Every rule is broken somewhere beside this; nothing here is ever run. */
public interface Peer {}
