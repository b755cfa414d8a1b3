package org.peerroom.gateway.authority;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.GatewayException;

/** Which OpenID provider people log in at, and what they become by that. Holds a secret. */
final class OpenIdSettings {

  private final URI issuer;
  private final String clientId;
  private final @Nullable String clientSecret;
  private final String nameClaim;
  private final @Nullable String org;
  private final @Nullable String orgClaim;

  /**
   * @param issuer as the provider names itself
   * @param clientSecret null for a client that has none
   * @param nameClaim the claim that becomes the name of the identity
   * @param org what the attribute {@code org} is for all, or null
   * @param orgClaim the claim that becomes the attribute {@code org}, or null
   * @throws GatewayException with one line if they don't go together
   */
  OpenIdSettings(
      URI issuer,
      String clientId,
      @Nullable String clientSecret,
      String nameClaim,
      @Nullable String org,
      @Nullable String orgClaim) {
    if (!isSafe(issuer)) {
      throw GatewayException.badInput(
          "--oidc-issuer takes https://HOST[/PATH], not '" + issuer + "'");
    }
    if (org != null && orgClaim != null) {
      throw GatewayException.badInput("give --oidc-org or --oidc-org-claim, not both");
    }
    this.issuer = issuer;
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.nameClaim = nameClaim;
    this.org = org;
    this.orgClaim = orgClaim;
  }

  /** Encrypted, or on this machine. */
  static boolean isSafe(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String host = uri.getHost();
    return host != null
        && uri.getRawFragment() == null
        && uri.getRawUserInfo() == null
        && (scheme.equals("https") || (scheme.equals("http") && isThisMachine(host)));
  }

  private static boolean isThisMachine(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }

  URI issuer() {
    return issuer;
  }

  String clientId() {
    return clientId;
  }

  @Nullable String clientSecret() {
    return clientSecret;
  }

  String nameClaim() {
    return nameClaim;
  }

  @Nullable String org() {
    return org;
  }

  @Nullable String orgClaim() {
    return orgClaim;
  }
}
