/** Links between peers over real sockets. */
@NullMarked
package org.peerroom.internal.net;

import org.jspecify.annotations.NullMarked;
