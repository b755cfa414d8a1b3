/** Serves {@code platform-http:} over the Netty that the links of peers use too. */
@NullMarked
package org.peerroom.gateway.http;

import org.jspecify.annotations.NullMarked;
