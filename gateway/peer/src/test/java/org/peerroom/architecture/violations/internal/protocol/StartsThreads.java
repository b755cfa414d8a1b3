package org.peerroom.architecture.violations.internal.protocol;

import java.util.concurrent.Executor;

public final class StartsThreads {
  public void run(Executor executor, Runnable work) {
    executor.execute(work);
  }
}
