package org.peerroom.gateway.key;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Whether a command speaks to people or to programs. */
final class JsonOption {

  @Option(names = "--json", description = "Print JSON, for programs.")
  private boolean json;

  boolean chosen() {
    return json;
  }

  /** Prints the JSON, or the text for people. */
  void print(JsonNode description, Supplier<String> text) {
    OutputOptions.print(json ? Description.json(description) : text.get());
  }
}
