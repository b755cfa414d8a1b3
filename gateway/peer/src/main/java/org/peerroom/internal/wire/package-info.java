/**
 * What goes over a link: frames, segments and their codecs. Every limit on size stands in {@link
 * org.peerroom.internal.wire.Limits} and is checked before memory is taken.
 */
@NullMarked
package org.peerroom.internal.wire;

import org.jspecify.annotations.NullMarked;
