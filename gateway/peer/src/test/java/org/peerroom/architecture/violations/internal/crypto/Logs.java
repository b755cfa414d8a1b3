package org.peerroom.architecture.violations.internal.crypto;

import org.slf4j.Logger;

public final class Logs {
  public void log(Logger log) {
    log.info("sealed");
  }
}
