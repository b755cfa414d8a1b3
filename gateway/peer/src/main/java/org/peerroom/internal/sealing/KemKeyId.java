package org.peerroom.internal.sealing;

import java.util.Arrays;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.wire.Limits;

/**
 * What stands for a public key for key encapsulation where something is sealed to it: the first 8
 * bytes of its digest. It says where to look, nothing more: who finds another's slot can't open it.
 */
public final class KemKeyId {

  private KemKeyId() {}

  /** The 8 bytes. */
  public static byte[] of(byte[] publicKey) {
    return Arrays.copyOf(Digests.sha256(Labels.KEM_KEY, publicKey), Limits.KEM_KEY_ID);
  }
}
