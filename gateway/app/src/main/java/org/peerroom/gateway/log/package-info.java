/** What the gateway logs: lines on standard error, without any configuration file. */
@NullMarked
package org.peerroom.gateway.log;

import org.jspecify.annotations.NullMarked;
