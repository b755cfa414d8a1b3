/**
 * A seeded simulator: peers, links and time in one thread, so that a failing seed replays exactly.
 */
@NullMarked
package org.peerroom.simulator;

import org.jspecify.annotations.NullMarked;
