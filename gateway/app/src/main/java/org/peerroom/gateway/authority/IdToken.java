package org.peerroom.gateway.authority;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.Scope;

/**
 * What a verified ID token says about who logged in.
 *
 * @param subject how the provider names the person, for the list of what was issued
 */
record IdToken(String subject, Certification certification) {

  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

  /**
   * Verifies a token (OpenID Connect Core 1.0, section 3.1.3.7): signed with RS256 or ES256 by a
   * key of the provider, from this issuer, for this client alone, not expired (give or take a
   * minute), and made for this login, which the nonce tells. Says nothing about who may be
   * certified: whoever the provider lets in is.
   *
   * @throws RequestException if it does not hold, or a claim that is needed is missing
   * @throws IOException if the provider's keys can't be read
   */
  static IdToken verify(
      String text, String nonce, OpenIdSettings settings, JWKSource<SecurityContext> keys)
      throws IOException {
    JWTClaimsSet claims = claims(text, nonce, settings, keys);
    Object authorized = claims.getClaim("azp");
    if ((claims.getAudience().size() > 1 && authorized == null)
        || (authorized != null && !authorized.equals(settings.clientId()))) {
      throw RequestException.refused("the login was made for another application; log in again");
    }
    return new IdToken(
        claims.getSubject() + " at " + claims.getIssuer(), certification(claims, settings));
  }

  private static JWTClaimsSet claims(
      String text, String nonce, OpenIdSettings settings, JWKSource<SecurityContext> keys)
      throws IOException {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            settings.clientId(),
            new JWTClaimsSet.Builder()
                .issuer(settings.issuer().toString())
                .claim("nonce", nonce)
                .build(),
            Set.of("sub", "iat", "exp")));
    try {
      return processor.process(text, null);
    } catch (KeySourceException e) {
      throw new IOException("the keys of the OpenID provider can't be read: " + e.getMessage(), e);
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw RequestException.refused(
          "the OpenID provider's token is not valid (" + e.getMessage() + "); log in again");
    }
  }

  private static Certification certification(JWTClaimsSet claims, OpenIdSettings settings) {
    Map<String, String> attributes = new HashMap<>();
    String email = text(claims, "email");
    // Who may type any address into a profile must not become the person who owns it.
    boolean verified = Boolean.TRUE.equals(claims.getClaim("email_verified"));
    if (email != null && verified) {
      attributes.put("email", email);
    }
    if (settings.nameClaim().equals("email") && !verified) {
      throw RequestException.refused(
          "the OpenID provider does not say that the e-mail address is verified; verify it there");
    }
    if (settings.org() != null) {
      attributes.put("org", settings.org());
    }
    if (settings.orgClaim() != null) {
      attributes.put("org", required(claims, settings.orgClaim()));
    }
    try {
      return new Certification(
          required(claims, settings.nameClaim()), Scope.ALL.withAttributes(attributes));
    } catch (IllegalArgumentException e) {
      throw RequestException.refused(
          "what the OpenID provider says can't be certified: " + e.getMessage());
    }
  }

  private static String required(JWTClaimsSet claims, String name) {
    String value = text(claims, name);
    if (value == null) {
      throw RequestException.refused(
          "the OpenID provider says no '" + name + "' for this login; ask who runs the authority");
    }
    return value;
  }

  private static @Nullable String text(JWTClaimsSet claims, String name) {
    return claims.getClaim(name) instanceof String text && !text.isBlank() ? text : null;
  }
}
