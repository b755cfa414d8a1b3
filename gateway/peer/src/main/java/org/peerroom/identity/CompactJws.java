package org.peerroom.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSProvider;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Set;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SigningKey;

/**
 * One compact JWS (RFC 7515, section 7.1) whose header is exactly {@code alg}, EdDSA, and {@code
 * typ}. Parsed ones are canonical: other bytes never stand for the same statement, save that the
 * holder of a key can sign it again.
 *
 * <p>The library composes, splits and drives the signature; what it lets pass beyond that is
 * refused here before it sees it.
 */
final class CompactJws {

  /** As much as a whole chain may have; no part of it can have more. */
  static final int MAX_LENGTH = 8 * 1024;

  private static final String ALGORITHM = "EdDSA";
  private static final JWSAlgorithm EDDSA = JWSAlgorithm.parse(ALGORITHM);
  private static final Set<String> HEADER_MEMBERS = Set.of("alg", "typ");

  private final String text;
  private final String type;
  private final byte[] payload;

  private CompactJws(String text, String type, byte[] payload) {
    this.text = text;
    this.type = type;
    this.payload = payload;
  }

  /**
   * Reads one of these types; the signature has the right size, but whose it is is not yet known.
   *
   * @param what how a message calls what is expected
   */
  static CompactJws parse(String text, int link, String what, Set<String> types)
      throws RefusedException {
    if (text.length() > MAX_LENGTH) {
      throw new RefusedException(
          link,
          Reason.TOO_LARGE,
          "a signed statement has at most " + MAX_LENGTH + " characters, not " + text.length());
    }
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (first < 0 || second < 0 || text.indexOf('.', second + 1) >= 0) {
      throw new RefusedException(
          link, Reason.MALFORMED, "not a compact JWS: it has not three parts between two dots");
    }
    String header = text.substring(0, first);
    String body = text.substring(first + 1, second);
    String signature = text.substring(second + 1);
    String type = typeIn(decode(header, link, "the header"), link);
    if (!types.contains(type)) {
      throw new RefusedException(
          link, Reason.WRONG_TYPE, "this is a '" + Texts.shown(type) + "', not " + what);
    }
    byte[] payload = decode(body, link, "the payload");
    int signatureSize = decode(signature, link, "the signature").length;
    if (signatureSize != PublicKeyCrypto.SIGNATURE_SIZE) {
      throw new RefusedException(
          link, Reason.BAD_SIGNATURE, "the signature has 64 bytes, not " + signatureSize);
    }
    return new CompactJws(text, type, payload);
  }

  private static String typeIn(byte[] header, int link) throws RefusedException {
    Claims claims = Claims.parse(header, link, "the header");
    if (!claims.has("alg") || !claims.text("alg").equals(ALGORITHM)) {
      throw claims.refused(Reason.WRONG_ALGORITHM, "does not state the algorithm " + ALGORITHM);
    }
    if (!claims.has("typ")) {
      throw claims.refused(Reason.WRONG_TYPE, "does not state what kind of statement this is");
    }
    return claims.only(HEADER_MEMBERS).text("typ");
  }

  private static byte[] decode(String part, int link, String what) throws RefusedException {
    byte[] bytes = CanonicalBase64.decode(part);
    if (bytes == null) {
      throw new RefusedException(
          link, Reason.MALFORMED, what + " is not canonical base64url without padding");
    }
    return bytes;
  }

  /** Signs claims; the same key and claims give the same text. */
  static CompactJws sign(String type, ObjectNode claims, SigningKey key) {
    JWSHeader header = new JWSHeader.Builder(EDDSA).type(new JOSEObjectType(type)).build();
    byte[] payload = claims.toString().getBytes(StandardCharsets.UTF_8);
    JWSObject jws = new JWSObject(header, new Payload(payload));
    try {
      jws.sign(new Signer(key));
    } catch (JOSEException e) {
      if (e.getCause() instanceof IllegalStateException destroyed) {
        throw destroyed; // the library wraps what the key itself says
      }
      throw new IllegalStateException("the library refused to sign with " + ALGORITHM, e);
    }
    return new CompactJws(jws.serialize(), type, payload);
  }

  /** Whether the signature is this key's over exactly this header and payload. */
  boolean isSignedBy(VerificationKey key) {
    // The library would take the lack of a provider for a bad signature.
    PublicKeyCrypto crypto = SharedCrypto.get();
    try {
      // Not earlier: most chains that are read have been verified before.
      return JWSObject.parse(text).verify(new Verifier(crypto, key.bytes()));
    } catch (ParseException | IllegalArgumentException | JOSEException e) {
      return false;
    }
  }

  String text() {
    return text;
  }

  /** What is signed (RFC 7515, section 5.1): header, dot, payload. */
  byte[] signingInput() {
    return text.substring(0, text.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
  }

  byte[] signature() {
    return Base64URL.from(text.substring(text.lastIndexOf('.') + 1)).decode();
  }

  String type() {
    return type;
  }

  Claims claims(int link, String what) throws RefusedException {
    return Claims.parse(payload, link, what);
  }

  private abstract static class Ed25519 implements JWSProvider {

    @Override
    public Set<JWSAlgorithm> supportedJWSAlgorithms() {
      return Set.of(EDDSA);
    }

    /** Part of the interface; nothing here asks a provider of the JDK. */
    @Override
    public JCAContext getJCAContext() {
      return new JCAContext();
    }
  }

  private static final class Signer extends Ed25519 implements JWSSigner {

    private final SigningKey key;

    Signer(SigningKey key) {
      this.key = key;
    }

    @Override
    public Base64URL sign(JWSHeader header, byte[] signingInput) {
      return Base64URL.encode(key.sign(signingInput));
    }
  }

  private static final class Verifier extends Ed25519 implements JWSVerifier {

    private final PublicKeyCrypto crypto;
    private final byte[] publicKey;

    Verifier(PublicKeyCrypto crypto, byte[] publicKey) {
      this.crypto = crypto;
      this.publicKey = publicKey;
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signingInput, Base64URL signature) {
      return crypto.verify(publicKey, signingInput, signature.decode());
    }
  }
}
