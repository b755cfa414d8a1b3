/** What commands share: options, and the texts, secrets and files that a person names by them. */
@NullMarked
package org.peerroom.gateway.command;

import org.jspecify.annotations.NullMarked;
