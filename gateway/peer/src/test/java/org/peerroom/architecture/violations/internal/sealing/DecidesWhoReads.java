package org.peerroom.architecture.violations.internal.sealing;

import org.peerroom.architecture.violations.internal.net.KeepsSegments;

public interface DecidesWhoReads {
  KeepsSegments reader();
}
