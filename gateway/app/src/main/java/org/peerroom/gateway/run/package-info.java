/** Runs routes: configuration, routes files, Camel, queues, what happens when something fails. */
@NullMarked
package org.peerroom.gateway.run;

import org.jspecify.annotations.NullMarked;
