/** The public API: a peer joins rooms, and a room is a stream of messages. */
@NullMarked
package org.peerroom;

import org.jspecify.annotations.NullMarked;
