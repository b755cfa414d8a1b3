package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.command.TextSource;
import picocli.CommandLine.Option;

/** Where a command writes what it made: standard output, or a new file. */
public final class OutputOptions {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "Write to this new file instead of standard output; it is never overwritten.")
  private String output = TextSource.STANDARD;

  /** Writes the text and a line end, at once, when everything else is done. */
  public void write(String text) {
    String ended = text.endsWith("\n") ? text : text + "\n";
    if (output.equals(TextSource.STANDARD)) {
      print(ended);
      return;
    }
    Path file = TextSource.path("-o", output);
    try {
      // Whoever mistypes a name must not lose a key by it.
      Files.write(
          file,
          ended.getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw badInput(output + " exists already and is not overwritten; name another file", e);
    } catch (NoSuchFileException e) {
      throw badInput(output + " can't be written: there is no such folder", e);
    } catch (IOException e) {
      throw badInput(output + " can't be written; check the permissions and the space left", e);
    }
  }

  /** Prints text that ends its own lines. */
  public static void print(String text) {
    System.out.print(text);
    if (System.out.checkError()) {
      throw new GatewayException(ExitCode.FAILED, "standard output can't be written", null);
    }
  }
}
