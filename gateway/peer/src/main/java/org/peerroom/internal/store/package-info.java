/** What is kept of rooms on disk, and found again after a crash. */
@NullMarked
package org.peerroom.internal.store;

import org.jspecify.annotations.NullMarked;
