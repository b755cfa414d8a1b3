package org.peerroom.internal.crypto;

/**
 * The key encapsulation mechanisms with which one peer agrees on a pairwise key with another, each
 * with HKDF-SHA-256 and AES-256-GCM as the rest of its HPKE suite (RFC 9180, section 7).
 */
public enum KemSuite {
  /**
   * X-Wing: X25519 and ML-KEM-768 together (draft-connolly-cfrg-xwing-kem, HPKE KEM id 0x647a);
   * secure as long as either holds. The default.
   */
  X_WING(1, 1216, 1120),

  /**
   * DHKEM(X25519, HKDF-SHA256) (RFC 9180, section 7.1): small and quick, not secure against a
   * quantum computer.
   */
  X25519(2, 32, 32);

  private final int code;
  private final int publicKeySize;
  private final int encapsulationSize;

  KemSuite(int code, int publicKeySize, int encapsulationSize) {
    this.code = code;
    this.publicKeySize = publicKeySize;
    this.encapsulationSize = encapsulationSize;
  }

  /** The number that stands for this suite on the wire. */
  public int code() {
    return code;
  }

  /** The size of a public key in bytes. */
  public int publicKeySize() {
    return publicKeySize;
  }

  /** The size of an encapsulation in bytes. */
  public int encapsulationSize() {
    return encapsulationSize;
  }

  /**
   * The suite with this number.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static KemSuite ofCode(int code) {
    for (KemSuite suite : values()) {
      if (suite.code == code) {
        return suite;
      }
    }
    throw new IllegalArgumentException("no key encapsulation suite has the number " + code);
  }
}
