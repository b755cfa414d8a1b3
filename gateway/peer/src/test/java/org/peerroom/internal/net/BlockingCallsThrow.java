package org.peerroom.internal.net;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import reactor.blockhound.BlockHound;

/**
 * From before the first test on, a call that blocks an event loop throws. Not later: threads that
 * already wait inside the classes that BlockHound rewrites do not survive it, and the timers of
 * Reactor stop with them.
 */
public final class BlockingCallsThrow implements LauncherSessionListener {

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    BlockHound.install();
  }
}
