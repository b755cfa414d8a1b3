package org.peerroom.gateway.authority;

import java.util.concurrent.Callable;
import org.peerroom.authority.AuthorityException;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.key.KeyFile;
import org.peerroom.identity.Identity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has a certificate replaced by one that lives longer. */
@Command(
    name = "renew",
    description = "Has the certificate of an identity replaced by one that ends later.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {"  java -jar gateway.jar authority renew --identity alice.key"})
final class RenewCommand implements Callable<Integer> {

  @Mixin private ClientOptions options = new ClientOptions();

  RenewCommand() {}

  @Override
  public Integer call() {
    try (KeyFile file = options.open()) {
      Identity identity = file.identity();
      Identity renewed = options.client(identity.authority()).renew(identity).block();
      if (renewed == null) {
        throw new IllegalStateException("the authority client ended without an answer");
      }
      file.replace(renewed);
      System.out.println(options.done(renewed));
      return ExitCode.OK.code();
    } catch (AuthorityException e) {
      throw new GatewayException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }
}
