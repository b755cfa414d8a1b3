package org.peerroom.bench;

import java.security.GeneralSecurityException;

/** Ed25519 as one calls it by hand: an object for one key, used by one thread. */
interface Signatures {

  /** The size of a signature in bytes. */
  int SIZE = 64;

  /** Signs with the author's key. */
  Signer signer(SharedKeys keys) throws GeneralSecurityException;

  /** Verifies with the author's public key. */
  Verifier verifier(SharedKeys keys) throws GeneralSecurityException;

  /** Signs a message. */
  interface Signer {
    byte[] sign(byte[] message, int length) throws GeneralSecurityException;
  }

  /** Says whether a signature is the author's. */
  interface Verifier {
    boolean verify(byte[] message, int length, byte[] signature) throws GeneralSecurityException;
  }
}
