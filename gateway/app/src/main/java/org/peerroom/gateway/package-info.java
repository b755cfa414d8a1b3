/** The runnable gateway: its command line and its configuration. */
@NullMarked
package org.peerroom.gateway;

import org.jspecify.annotations.NullMarked;
