/** Keys and certificates by the command line: with files and pipes, without a network. */
@NullMarked
package org.peerroom.gateway.key;

import org.jspecify.annotations.NullMarked;
