/** The commands below {@code room}. */
@NullMarked
package org.peerroom.gateway.room;

import org.jspecify.annotations.NullMarked;
