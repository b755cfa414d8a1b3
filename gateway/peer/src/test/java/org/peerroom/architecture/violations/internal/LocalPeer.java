package org.peerroom.architecture.violations.internal;

import reactor.core.publisher.Mono;

public final class LocalPeer {
  public void report(Mono<String> state) {
    System.out.println(state.block());
  }
}
