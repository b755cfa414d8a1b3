package org.peerroom.gateway.authority;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.command.Secret;
import picocli.CommandLine.Option;

/** How people prove who they are with OpenID Connect. */
final class OpenIdOptions {

  private static final String VARIABLE = "PEERROOM_OIDC_CLIENT_SECRET";

  @Option(
      names = "--oidc-issuer",
      paramLabel = "URL",
      description =
          "Certify whoever logs in at this OpenID provider, besides those who have a token.")
  private @Nullable URI issuer;

  @Option(
      names = "--oidc-client-id",
      paramLabel = "ID",
      description = "How the provider calls this authority.")
  private @Nullable String clientId;

  @Option(
      names = "--oidc-client-secret-file",
      paramLabel = "FILE",
      description = {
        "What the authority proves itself with: the one line of a file that only you can read, or - for standard input.",
        "Without it: PEERROOM_OIDC_CLIENT_SECRET from the environment, else none."
      })
  private @Nullable String clientSecretFile;

  @Option(
      names = "--oidc-name-claim",
      paramLabel = "CLAIM",
      defaultValue = "email",
      description = {
        "The claim that becomes the name (default: ${DEFAULT-VALUE}, which must be verified);",
        "another must be one that people can't choose for themselves at the provider."
      })
  private String nameClaim = "email";

  @Option(names = "--oidc-org", paramLabel = "ORG", description = "The attribute org of all.")
  private @Nullable String org;

  @Option(
      names = "--oidc-org-claim",
      paramLabel = "CLAIM",
      description = "The claim that becomes the attribute org.")
  private @Nullable String orgClaim;

  OpenIdOptions() {}

  /** Null where there is no provider. */
  @Nullable OpenIdSettings settings() {
    if (issuer == null) {
      if (clientId != null || clientSecretFile != null || org != null || orgClaim != null) {
        throw GatewayException.badInput("the --oidc options need --oidc-issuer URL");
      }
      return null;
    }
    if (clientId == null) {
      throw GatewayException.badInput("--oidc-issuer needs --oidc-client-id ID");
    }
    try (Secret secret =
        Secret.given("client secret", "--oidc-client-secret-file", clientSecretFile, VARIABLE)) {
      char[] chars = secret == null ? null : secret.chars();
      return new OpenIdSettings(
          issuer, clientId, chars == null ? null : new String(chars), nameClaim, org, orgClaim);
    }
  }
}
