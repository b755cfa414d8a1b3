package org.peerroom.internal.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Ed25519 by a provider of the Java Cryptography Architecture: the JDK's own, or native code by the
 * Amazon Corretto Crypto Provider when it is on the class path; that one is found by name, so that
 * nothing depends on it.
 *
 * <p>Keys are decoded by the JDK's key factory: Corretto registers one of its own only under a
 * system property. The public key of a seed is computed by BouncyCastle: the architecture has no
 * call for it.
 *
 * <p>Both verify without the cofactor. What they accept is accepted; what they refuse is decided by
 * the cofactored equation, so that a signature that its own author has tampered with is not good
 * here and bad elsewhere.
 */
final class JcaEd25519 implements SignatureProvider {

  private static final String CORRETTO_CLASS =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
  private static final String JDK_PROVIDER = "SunEC";
  private static final String ALGORITHM = "Ed25519";

  /**
   * An Ed25519 SubjectPublicKeyInfo and PKCS #8 key up to the 32 bytes of the key (RFC 8410,
   * sections 4 and 7).
   */
  private static final byte[] PUBLIC_KEY_PREFIX =
      HexFormat.of().parseHex("302a300506032b6570032100");

  private static final byte[] PRIVATE_KEY_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private final Provider provider;
  private final String name;
  private final KeyFactory keyFactory;
  private final BouncyCastleEd25519 cofactored = new BouncyCastleEd25519();

  private JcaEd25519(Provider provider, String name) throws GeneralSecurityException {
    this.provider = provider;
    this.name = name;
    this.keyFactory = KeyFactory.getInstance(ALGORITHM, JDK_PROVIDER);
    tryOut();
  }

  /**
   * Corretto's, after it has signed and verified once.
   *
   * @throws GeneralSecurityException if it is not on the class path or does not run on this machine
   */
  static JcaEd25519 corretto() throws GeneralSecurityException {
    try {
      Object instance = Class.forName(CORRETTO_CLASS).getField("INSTANCE").get(null);
      return new JcaEd25519((Provider) instance, "Corretto");
    } catch (ClassNotFoundException e) {
      throw new GeneralSecurityException("it is not on the class path", e);
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      throw new GeneralSecurityException("it does not run on this machine: " + e.getMessage(), e);
    }
  }

  /**
   * The JDK's, after it has signed and verified once.
   *
   * @throws GeneralSecurityException if this Java runtime was made without it
   */
  static JcaEd25519 jdk() throws GeneralSecurityException {
    Provider sunEc = Security.getProvider(JDK_PROVIDER);
    if (sunEc == null) {
      throw new GeneralSecurityException(
          "this Java runtime has no provider " + JDK_PROVIDER + " (module jdk.crypto.ec)");
    }
    return new JcaEd25519(sunEc, "JDK " + JDK_PROVIDER);
  }

  /** A class loads even where its native library does not: one signature shows whether it runs. */
  private void tryOut() throws GeneralSecurityException {
    byte[] seed = new byte[PublicKeyCrypto.SEED_SIZE];
    byte[] message = new byte[1];
    SigningKey key = signingKey(seed);
    byte[] expected = cofactored.signingKey(seed).sign(message);
    if (!Arrays.equals(expected, key.sign(message))
        || !verifyCofactorless(key.publicKey(), message, expected)) {
      throw new GeneralSecurityException("its Ed25519 signatures differ from those of RFC 8032");
    }
  }

  @Override
  public SigningKey signingKey(byte[] seed) {
    SigningKey inJava = cofactored.signingKey(seed);
    try {
      Signature signer = Signature.getInstance(ALGORITHM, provider);
      signer.initSign(privateKey(seed));
      return new Key(signer, inJava.publicKey());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(provider.getName() + " refused an Ed25519 key", e);
    } finally {
      inJava.destroy();
    }
  }

  @Override
  public boolean verifyStrict(byte[] publicKey, byte[] message, byte[] signature) {
    return verifyCofactorless(publicKey, message, signature)
        || cofactored.verifyStrict(publicKey, message, signature);
  }

  /** False for whatever the provider has objections to, however it says so. */
  private boolean verifyCofactorless(byte[] publicKey, byte[] message, byte[] signature) {
    try {
      PublicKey key =
          keyFactory.generatePublic(new X509EncodedKeySpec(concat(PUBLIC_KEY_PREFIX, publicKey)));
      Signature verifier = Signature.getInstance(ALGORITHM, provider);
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException | ProviderException e) {
      return false;
    }
  }

  @Override
  public String description() {
    return name + " " + provider.getVersionStr();
  }

  private PrivateKey privateKey(byte[] seed) throws GeneralSecurityException {
    byte[] encoded = concat(PRIVATE_KEY_PREFIX, seed);
    try {
      return keyFactory.generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static byte[] concat(byte[] prefix, byte[] key) {
    byte[] encoded = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, encoded, prefix.length, key.length);
    return encoded;
  }

  /** Holds a signer that was given the key once: giving it again costs more than signing. */
  private static final class Key implements SigningKey {

    private final byte[] publicKey;
    private @Nullable Signature signer;

    Key(Signature signer, byte[] publicKey) {
      this.signer = signer;
      this.publicKey = publicKey;
    }

    @Override
    public byte[] publicKey() {
      return publicKey.clone();
    }

    @Override
    public synchronized byte[] sign(byte[] message) {
      Signature usable = signer;
      if (usable == null) {
        throw new IllegalStateException("this signing key was destroyed");
      }
      try {
        usable.update(message);
        return usable.sign();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the Ed25519 provider failed to sign", e);
      }
    }

    /** The provider's copy of the key cannot be wiped; it goes with the garbage. */
    @Override
    public synchronized void destroy() {
      signer = null;
    }

    @Override
    public String toString() {
      return "SigningKey[redacted]";
    }
  }
}
