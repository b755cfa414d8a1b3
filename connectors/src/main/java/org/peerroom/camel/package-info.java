/** The Camel component {@code room:}. */
@NullMarked
package org.peerroom.camel;

import org.jspecify.annotations.NullMarked;
