/**
 * What sealing for many costs its author and its readers, whatever the size of the room, on one
 * thread and without a network: the answer to at which scale one-to-many encryption becomes too
 * slow.
 */
@NullMarked
package org.peerroom.bench.sealing;

import org.jspecify.annotations.NullMarked;
