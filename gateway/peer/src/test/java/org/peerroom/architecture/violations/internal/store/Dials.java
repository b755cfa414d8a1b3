package org.peerroom.architecture.violations.internal.store;

import org.peerroom.architecture.violations.internal.net.KeepsSegments;

public interface Dials {
  KeepsSegments link();
}
