/**
 * How one peer seals for many: segments under sender keys, grants under pairwise keys, keys wrapped
 * for recipients. What is sealed, signed and bound to what stands here and in {@code SEALING.md},
 * nowhere else; who gets a key, and when, is the protocol's matter. No I/O, no clocks; the only
 * randomness is that of key encapsulation.
 */
@NullMarked
package org.peerroom.internal.sealing;

import org.jspecify.annotations.NullMarked;
