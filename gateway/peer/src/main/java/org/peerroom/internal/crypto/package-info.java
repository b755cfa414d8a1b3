/**
 * Every cryptographic operation of a peer: signatures, key agreement, sealing, the sender-key
 * ratchet and the certificate of a link.
 *
 * <p>Bulk encryption and hashing go through the JDK's own providers, signatures and key agreement
 * through BouncyCastle or, when it is on the class path, a faster native provider. Every derived
 * key and every signed hash has a label of its own, and all labels start with {@code peerroom/1}.
 * Types that hold a secret are classes with identity equality, print nothing of it and can be wiped
 * with {@code destroy()}; a destroyed one refuses to work. Wiping covers the arrays that this
 * package owns: copies inside a provider's objects live until they are collected or the provider is
 * used again on that thread.
 */
@NullMarked
package org.peerroom.internal.crypto;

import org.jspecify.annotations.NullMarked;
