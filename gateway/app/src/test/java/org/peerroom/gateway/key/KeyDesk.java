package org.peerroom.gateway.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayCall;

/** A folder in which keys are made and signed by the commands, in this process. */
final class KeyDesk {

  static final String PASSPHRASE = "correct horse battery";

  private final Path folder;

  KeyDesk(Path folder) {
    this.folder = folder;
  }

  /** The path of a file in the folder, as a command takes it. */
  String path(String file) {
    return folder.resolve(file).toString();
  }

  String text(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }

  String write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
    return path(file);
  }

  /** Writes a file that only its owner can read. */
  String writeSecret(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.deleteIfExists(path);
    Files.createFile(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(path, text);
    return path.toString();
  }

  /** Makes {@code NAME.key} without a passphrase and gives its public key. */
  String newKey(String name) {
    return run("new", path(name + ".key"), "--name", name, "--no-passphrase");
  }

  /** Makes {@code NAME.key} with {@link #PASSPHRASE}, which is left in {@code NAME.passphrase}. */
  String newProtectedKey(String name) throws IOException {
    String passphrase = writeSecret(name + ".passphrase", PASSPHRASE + "\n");
    return run("new", path(name + ".key"), "--name", name, "--passphrase-file", passphrase);
  }

  /** The certificates that a signer without a passphrase makes for a key without one. */
  String sign(String signer, String name, String... options) {
    String[] arguments = new String[options.length + 4];
    arguments[0] = "sign";
    arguments[1] = "--key";
    arguments[2] = path(signer + ".key");
    System.arraycopy(options, 0, arguments, 3, options.length);
    arguments[arguments.length - 1] = "-";
    return with(run("request", path(name + ".key")), arguments).printed();
  }

  /** Signs, and puts the certificates into {@code NAME.key} and {@code NAME.certs}. */
  String certify(String signer, String name, String... options) throws IOException {
    String certificates = sign(signer, name, options);
    write(name + ".certs", certificates + "\n");
    run("import", path(name + ".key"), path(name + ".certs"));
    return certificates;
  }

  /** Runs {@code key ARGUMENTS}, which succeeds, and gives what it printed. */
  String run(String... arguments) {
    return with("", arguments).printed();
  }

  /** Runs {@code key ARGUMENTS}, which fails, and gives its one line. */
  String refused(ExitCode code, String... arguments) {
    return with("", arguments).refusedWith(code);
  }

  /** Runs {@code key ARGUMENTS} with text on standard input. */
  GatewayCall with(String input, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "key";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return GatewayCall.with(input, all);
  }
}
