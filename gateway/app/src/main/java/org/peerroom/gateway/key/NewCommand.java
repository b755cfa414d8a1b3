package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.peerroom.gateway.ExitCode;
import org.peerroom.identity.Identity;
import org.peerroom.identity.IdentityException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a key. */
@Command(
    name = "new",
    description = {
      "Makes a key for a person, a service or an authority, in a file that only you can read, and prints the public key.",
      "A file that exists is never overwritten."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar key new alice.key --name alice",
      "  java -jar gateway.jar key new acme.key --name Acme --passphrase-file acme.passphrase",
      "",
      "Exit codes: 0 made, 2 the arguments can't be used, or the file exists or can't be written."
    })
final class NewCommand extends OfflineCommand {

  @Parameters(paramLabel = "FILE", description = "The key file to make.")
  private String file = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "Who it is for, as others are to see it.")
  private String name = "";

  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();

  @Option(
      names = "--no-passphrase",
      description = "No passphrase: whoever can read the file can speak in this name.")
  private boolean none;

  @Override
  ExitCode run() {
    if (file.equals(TextSource.STANDARD)) {
      throw badInput("a private key is not written to standard output; name a file");
    }
    Path path = TextSource.path("the key file", file);
    if (Files.exists(path)) {
      throw exists();
    }
    Identity identity = generate();
    try (Passphrase passphrase = passphrases.forNew(file, none)) {
      save(identity, path, passphrase);
      OutputOptions.print(identity.key() + "\n");
    } finally {
      identity.destroy();
    }
    return ExitCode.OK;
  }

  private Identity generate() {
    try {
      return Identity.generate(name);
    } catch (IllegalArgumentException e) {
      throw badInput("--name: " + e.getMessage(), e);
    }
  }

  /** Takes the name before the file is written over it, so that of two at once only one wins. */
  private void save(Identity identity, Path path, Passphrase passphrase) {
    try {
      Files.createFile(path);
    } catch (FileAlreadyExistsException e) {
      throw exists();
    } catch (NoSuchFileException e) {
      throw badInput(file + " can't be written: there is no such folder", e);
    } catch (IOException e) {
      throw badInput(file + " can't be written; check the permissions of its folder", e);
    }
    try {
      identity.save(path, passphrase.chars());
    } catch (IdentityException e) {
      giveBack(path);
      throw e;
    }
  }

  private static void giveBack(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // What is left is empty; the failure that is reported says more.
    }
  }

  private RuntimeException exists() {
    return badInput(file + " exists already and is not overwritten; name another file");
  }
}
