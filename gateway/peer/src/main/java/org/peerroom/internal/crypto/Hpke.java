package org.peerroom.internal.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.jspecify.annotations.Nullable;

/**
 * HPKE (RFC 9180) of BouncyCastle with HKDF-SHA-256 and AES-256-GCM, of which only the exporter is
 * used.
 *
 * <p>An HPKE object is not thread-safe and keeps the last private key it used, so that each
 * operation makes its own; that costs less than a microsecond.
 *
 * <p>An X25519 result of all zeros is refused on both sides and in both suites (RFC 9180, section
 * 7.1.4), and so is an ML-KEM key that is not reduced (FIPS 203, section 7.2).
 */
final class Hpke {

  private static final byte[] EXPORTER_CONTEXT =
      "peerroom/1 pairwise key".getBytes(StandardCharsets.UTF_8);
  private static final byte[] PSK_ID = "peerroom/1 psk".getBytes(StandardCharsets.UTF_8);

  private Hpke() {}

  static Encapsulation encapsulate(
      KemSuite suite, byte[] publicKey, byte[] info, @Nullable PreSharedKey psk)
      throws CryptoException {
    requireSize(publicKey, suite.publicKeySize(), suite, "public key");
    byte[] secret = psk == null ? null : psk.exposeForKeyAgreement();
    try {
      HPKE hpke = hpke(suite, secret);
      var recipient = hpke.deserializePublicKey(publicKey);
      HPKEContextWithEncapsulation context =
          secret == null
              ? hpke.setupBaseS(recipient, info)
              : hpke.SetupPSKS(recipient, info, secret, PSK_ID);
      return new Encapsulation(context.getEncapsulation(), pairwiseKey(context));
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new CryptoException(
          "this is not a usable " + suite + " public key: " + e.getMessage(), e);
    } finally {
      wipe(secret);
    }
  }

  /**
   * The key whose private encoding is this seed (RFC 9180, section 7.1.2; X-Wing draft, section
   * 5.2).
   */
  static Key key(KemSuite suite, byte[] seed) {
    if (seed.length != PublicKeyCrypto.SEED_SIZE) {
      throw new IllegalArgumentException(
          "the seed of a key has " + PublicKeyCrypto.SEED_SIZE + " bytes, not " + seed.length);
    }
    HPKE hpke = hpke(suite, null);
    AsymmetricCipherKeyPair pair = hpke.deserializePrivateKey(seed, null);
    return new Key(suite, hpke.serializePublicKey(pair.getPublic()), pair);
  }

  private static HPKE hpke(KemSuite suite, byte @Nullable [] psk) {
    short kem =
        switch (suite) {
          case X_WING -> HPKE.kem_X_WING;
          case X25519 -> HPKE.kem_X25519_SHA256;
        };
    byte mode = psk == null ? HPKE.mode_base : HPKE.mode_psk;
    return new HPKE(mode, kem, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
  }

  private static PairwiseKey pairwiseKey(HPKEContext context) {
    byte[] exported = context.export(EXPORTER_CONTEXT, PairwiseKey.SIZE);
    try {
      return PairwiseKey.of(exported);
    } finally {
      wipe(exported);
    }
  }

  private static void requireSize(byte[] bytes, int size, KemSuite suite, String what)
      throws CryptoException {
    if (bytes.length != size) {
      throw new CryptoException(
          "an " + suite + " " + what + " has " + size + " bytes, not " + bytes.length);
    }
  }

  private static void wipe(byte @Nullable [] secret) {
    if (secret != null) {
      Arrays.fill(secret, (byte) 0);
    }
  }

  static final class Key implements KemKey {

    private final KemSuite suite;
    private final byte[] publicKey;
    private volatile @Nullable AsymmetricCipherKeyPair pair;

    Key(KemSuite suite, byte[] publicKey, AsymmetricCipherKeyPair pair) {
      this.suite = suite;
      this.publicKey = publicKey;
      this.pair = pair;
    }

    @Override
    public KemSuite suite() {
      return suite;
    }

    @Override
    public byte[] publicKey() {
      return publicKey.clone();
    }

    @Override
    public PairwiseKey decapsulate(byte[] encapsulation, byte[] info, @Nullable PreSharedKey psk)
        throws CryptoException {
      return pairwiseKey(receive(encapsulation, info, psk));
    }

    HPKEContext receive(byte[] encapsulation, byte[] info, @Nullable PreSharedKey psk)
        throws CryptoException {
      AsymmetricCipherKeyPair usable = pair;
      if (usable == null) {
        throw new IllegalStateException("this key encapsulation key was destroyed");
      }
      requireSize(encapsulation, suite.encapsulationSize(), suite, "encapsulation");
      byte[] secret = psk == null ? null : psk.exposeForKeyAgreement();
      try {
        HPKE hpke = hpke(suite, secret);
        return secret == null
            ? hpke.setupBaseR(encapsulation, usable, info)
            : hpke.setupPSKR(encapsulation, usable, info, secret, PSK_ID);
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw new CryptoException(
            "this is not a usable " + suite + " encapsulation: " + e.getMessage(), e);
      } finally {
        wipe(secret);
      }
    }

    /** BouncyCastle's copy of the key cannot be wiped; it goes with the garbage. */
    @Override
    public void destroy() {
      pair = null;
    }

    @Override
    public String toString() {
      return "KemKey[" + suite + ", redacted]";
    }
  }
}
