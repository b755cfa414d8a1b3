package org.peerroom.architecture.violations.internal.protocol;

import org.peerroom.architecture.violations.internal.net.KeepsSegments;
import reactor.core.publisher.Flux;

public interface EmitsStreams {
  Flux<KeepsSegments> links();
}
