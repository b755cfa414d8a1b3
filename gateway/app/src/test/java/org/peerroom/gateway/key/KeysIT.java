package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayProcess;

/** The packaged gateway as people and scripts use it for keys: processes, files and pipes. */
class KeysIT {

  private static final String PASSPHRASE = "correct horse battery";
  private static final Map<String, String> WITH_PASSPHRASE =
      Map.of("PEERROOM_PASSPHRASE", PASSPHRASE);

  @TempDir Path folder;

  private String run(Map<String, String> environment, String... arguments) throws Exception {
    try (GatewayProcess process = GatewayProcess.start(folder, environment, key(arguments))) {
      int code = process.exitCode();
      assertEquals(List.of(), process.errors());
      assertEquals(ExitCode.OK.code(), code);
      return String.join("\n", process.output());
    }
  }

  private String run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  private static String[] key(String... arguments) {
    return Stream.concat(Stream.of("key"), Arrays.stream(arguments)).toArray(String[]::new);
  }

  /** Joins commands by pipes, as a shell does, and gives what the last one prints. */
  private String pipe(Map<String, String> environment, String[]... commands) throws Exception {
    Path errors = folder.resolve("errors");
    List<ProcessBuilder> builders = new ArrayList<>();
    for (String[] command : commands) {
      List<String> line =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-jar",
                  GatewayProcess.jar().toString()));
      line.addAll(List.of(key(command)));
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
      builder.environment().putAll(environment);
      builders.add(builder);
    }
    List<Process> processes = ProcessBuilder.startPipeline(builders);
    try {
      Process last = processes.get(processes.size() - 1);
      String printed = new String(last.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      for (Process process : processes) {
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        assertEquals(ExitCode.OK.code(), process.exitValue(), () -> read(errors));
      }
      assertEquals("", read(errors));
      return printed.strip();
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "(no file " + file + ")";
    }
  }

  private static String[] words(String line) {
    return line.split(" ");
  }

  @Test
  void pipes_carryARequestToItsCertificates() throws Exception {
    String acme = run(words("new acme.key --name Acme --no-passphrase"));
    String alice = run(words("new alice.key --name alice --no-passphrase"));
    String imported =
        pipe(
            Map.of(),
            words("request alice.key"),
            words("sign --key acme.key --org Acme --rooms orders* --valid 30d -"),
            words("import alice.key -"));
    assertTrue(imported.startsWith("alice, vouched for by " + acme + ", until "), imported);

    run("trust", "trust.json", "--add", "Acme Inc=" + acme);
    String verified = run(words("verify --trust trust.json --room orders alice.key"));
    assertTrue(
        verified.startsWith("Acme Inc vouches for alice; key " + alice + "; until "), verified);
    assertTrue(verified.endsWith("; roles publish, subscribe, relay; org Acme"), verified);

    String again =
        pipe(
            Map.of(),
            words("request alice.key"),
            words("sign --key acme.key -"),
            words("verify --trust trust.json -"));
    assertTrue(again.startsWith("Acme Inc vouches for alice; key " + alice), again);

    run(words("revoke --key acme.key --subject alice.key -o alice.revoked"));
    try (GatewayProcess process =
        GatewayProcess.start(
            folder,
            key(words("verify --trust trust.json --revocations alice.revoked alice.key")))) {
      assertEquals(ExitCode.FAILED.code(), process.exitCode());
      assertEquals(List.of(), process.output());
      assertEquals(
          List.of(
              "gateway: the chain alice.key does not verify: certificate 1: it was revoked by "
                  + acme.substring(0, 8)
                  + " (REVOKED)"),
          process.errors());
    }
  }

  @Test
  void verify_needsNoNetwork() throws Exception {
    assumeTrue(
        "1".equals(cutOff("sh", "-c", "grep -c : /proc/net/dev")),
        "skipped: no process can be cut off from the network here (Linux, unshare, as root)");
    run(words("new acme.key --name Acme --no-passphrase"));
    run(words("new alice.key --name alice --no-passphrase"));
    pipe(
        Map.of(),
        words("request alice.key"),
        words("sign --key acme.key --org Acme -"),
        words("import alice.key -"));
    run("trust", "trust.json", "--add", "Acme=acme.key");
    String verified =
        cutOff(
            Path.of(javaOfThisTest(), "java").toString(),
            "-jar",
            GatewayProcess.jar().toString(),
            "key",
            "verify",
            "--trust",
            "trust.json",
            "alice.key");
    assertTrue(verified.startsWith("Acme vouches for alice; key "), verified);
  }

  /** What a command prints that has no network but its own loopback, which is down. */
  private String cutOff(String... command) throws InterruptedException {
    List<String> line = new ArrayList<>(List.of("unshare", "--net"));
    line.addAll(List.of(command));
    try {
      Process process =
          new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return printed.strip();
    } catch (IOException e) {
      return "it can't be started: " + e.getMessage();
    }
  }

  @Test
  void readme_worksAsTyped() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    String typed = readme.substring(readme.indexOf("## Keys and certificates"));
    typed = typed.substring(typed.indexOf("```sh\n") + 6);
    typed = typed.substring(0, typed.indexOf("```"));
    // The folder stands for the project's root.
    Path app = Files.createDirectories(folder.resolve("gateway/app"));
    Files.createSymbolicLink(app.resolve("target"), GatewayProcess.jar().getParent().getParent());
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-e", "-c", typed)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(WITH_PASSPHRASE);
    builder.environment().merge("PATH", javaOfThisTest(), (path, java) -> java + ":" + path);
    Process shell = builder.start();
    shell.getOutputStream().close();
    String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, shell.waitFor(), printed);
    assertTrue(printed.contains("\ncertificate request desk.request\n  name      desk\n"), printed);
    assertTrue(printed.contains("\nAcme vouches for desk; key "), printed);
    assertTrue(printed.contains("\nGlobex vouches for stock; key "), printed);
    assertTrue(printed.contains(" (REVOKED)\n"), printed);
    assertTrue(printed.endsWith("no longer\n"), printed);
  }

  private static String javaOfThisTest() {
    return Path.of(System.getProperty("java.home"), "bin").toString();
  }

  @Test
  void pipes_workWithPassphrasesFromTheEnvironment() throws Exception {
    run(WITH_PASSPHRASE, words("new acme.key --name Acme"));
    run(WITH_PASSPHRASE, words("new office.key --name office"));
    String bob = run(WITH_PASSPHRASE, words("new bob.key --name bob"));
    pipe(
        WITH_PASSPHRASE,
        words("request office.key"),
        words("sign --key acme.key --roles publish,subscribe,certify -"),
        words("import office.key -"));
    pipe(
        WITH_PASSPHRASE,
        words("request bob.key"),
        words("sign --key office.key --name Bob -"),
        words("import bob.key -"));
    run(words("trust trust.json --add Acme=acme.key"));
    String verified = run(words("verify --trust trust.json bob.key"));
    assertTrue(verified.startsWith("Acme vouches for Bob; key " + bob), verified);
    assertTrue(verified.endsWith("; roles publish, subscribe"), verified);
    for (String name : List.of("acme.key", "office.key", "bob.key")) {
      Path file = folder.resolve(name);
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      assertFalse(Files.readString(file).contains(PASSPHRASE));
      assertFalse(Files.readString(file).contains("seed"));
    }
  }
}
