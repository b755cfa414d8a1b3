/** Benchmarks of the room beside a bare connection and beside the way one would write by hand. */
@NullMarked
package org.peerroom.bench;

import org.jspecify.annotations.NullMarked;
