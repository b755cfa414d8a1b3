package org.peerroom.architecture.violations.internal.net;

import org.peerroom.architecture.violations.internal.store.Dials;

public interface KeepsSegments {
  Dials store();
}
