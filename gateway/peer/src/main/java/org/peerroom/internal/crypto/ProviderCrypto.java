package org.peerroom.internal.crypto;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.util.Locale;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;
import org.peerroom.CryptoProviderException;

/**
 * {@link PublicKeyCrypto} by real providers: BouncyCastle for key agreement (X25519 and X-Wing),
 * and for signatures one of three: BouncyCastle, the Amazon Corretto Crypto Provider, which takes
 * half the time to verify and a quarter to sign, or the JDK, which is many times slower than either
 * and for those who want to sign with nothing else.
 *
 * <p>The signatures that are accepted are the same whichever provider decides: those of RFC 8032,
 * section 5.1.7, under its cofactored equation, with a reduced scalar, canonically encoded points,
 * and no key or R of small order. A provider that leaves the cofactor out is asked first and its
 * refusals are decided again, by BouncyCastle.
 *
 * <p>Any thread may call, at the same time as others.
 */
public final class ProviderCrypto implements PublicKeyCrypto {

  /**
   * The system property that says which provider signs and verifies: {@code auto}, {@code
   * bouncycastle}, {@code corretto} or {@code jdk}. Key agreement is BouncyCastle's whichever is
   * named.
   */
  public static final String PROVIDER_PROPERTY = "peerroom.crypto.provider";

  private static final String AUTO = "auto";
  private static final String UNKNOWN_VERSION = "of unknown version";

  private final SignatureProvider signatures;

  private ProviderCrypto(SignatureProvider signatures) {
    this.signatures = signatures;
  }

  /**
   * Takes the provider that the system property {@value #PROVIDER_PROPERTY} names; {@code auto},
   * the default, is Corretto where it is on the class path and runs, else BouncyCastle.
   *
   * @throws CryptoProviderException if the property names none of them, or one that is not there or
   *     does not run on this machine
   */
  public static ProviderCrypto create() {
    String wanted = System.getProperty(PROVIDER_PROPERTY, AUTO);
    return new ProviderCrypto(
        switch (wanted.toLowerCase(Locale.ROOT)) {
          case AUTO -> fastest();
          case "bouncycastle" -> new BouncyCastleEd25519();
          case "corretto" ->
              orRefuse(
                  JcaEd25519::corretto,
                  "corretto asks for the Amazon Corretto Crypto Provider",
                  "add software.amazon.cryptools:AmazonCorrettoCryptoProvider for this machine,"
                      + " or take auto");
          case "jdk" ->
              orRefuse(JcaEd25519::jdk, "jdk asks for the JDK's own Ed25519", "take auto");
          default ->
              throw new CryptoProviderException(
                  PROVIDER_PROPERTY
                      + " is auto, bouncycastle, corretto or jdk, not '"
                      + wanted
                      + "'",
                  null);
        });
  }

  /**
   * Whether these bytes may be an Ed25519 key at all: 32 of them, canonically encoded, and not a
   * point of small order, under which one signature fits many messages. {@link #verify} refuses
   * every signature of any other; this is for whoever takes a key before there is a signature of
   * it. Does not guarantee that the point is on the curve, nor that anyone holds the private key.
   */
  public static boolean isPossibleKey(byte[] publicKey) {
    return Ed25519Encoding.isStrictKey(publicKey);
  }

  private static SignatureProvider fastest() {
    try {
      return JcaEd25519.corretto();
    } catch (GeneralSecurityException e) {
      return new BouncyCastleEd25519();
    }
  }

  private static SignatureProvider orRefuse(Source source, String wish, String advice) {
    try {
      return source.load();
    } catch (GeneralSecurityException e) {
      throw new CryptoProviderException(
          PROVIDER_PROPERTY + "=" + wish + ", but " + e.getMessage() + "; " + advice, e);
    }
  }

  /** Where a provider comes from that may not be there. */
  private interface Source {
    SignatureProvider load() throws GeneralSecurityException;
  }

  @Override
  public SigningKey signingKey(byte[] seed) {
    return signatures.signingKey(seed);
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return Ed25519Encoding.isStrict(publicKey, signature)
        && signatures.verifyStrict(publicKey, message, signature);
  }

  @Override
  public KemKey kemKey(KemSuite suite, byte[] seed) {
    return Hpke.key(suite, seed);
  }

  @Override
  public Encapsulation encapsulate(
      KemSuite suite, byte[] publicKey, byte[] info, @Nullable PreSharedKey psk)
      throws CryptoException {
    return Hpke.encapsulate(suite, publicKey, info, psk);
  }

  @Override
  public String description() {
    return "Ed25519 "
        + signatures.description()
        + ", X-Wing, X25519 and ChaCha20-Poly1305 BouncyCastle "
        + bouncyCastleVersion()
        + ", AES-GCM "
        + AesGcm.providerName();
  }

  /**
   * From the jar's manifest: asking BouncyCastle's provider would load its hundreds of algorithms.
   */
  static String bouncyCastleVersion() {
    URL jarEntry = Ed25519.class.getResource("Ed25519.class");
    try {
      if (jarEntry != null && jarEntry.openConnection() instanceof JarURLConnection jar) {
        String version = jar.getMainAttributes().getValue("Bundle-Version");
        return version == null ? UNKNOWN_VERSION : version;
      }
    } catch (IOException e) {
      return UNKNOWN_VERSION;
    }
    return UNKNOWN_VERSION;
  }
}
