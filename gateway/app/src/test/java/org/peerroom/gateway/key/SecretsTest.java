package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.GatewayCall;

/** Whatever a command is given, right or wrong, it prints no private key and no passphrase. */
class SecretsTest {

  @TempDir Path folder;
  private KeyDesk desk;
  private final List<String> secrets = new ArrayList<>();
  private int commands;
  private int failures;

  @BeforeEach
  void setUp() throws Exception {
    desk = new KeyDesk(folder);
    desk.newKey("acme");
    desk.newProtectedKey("alice");
    String seed = new ObjectMapper().readTree(desk.text("acme.key")).get("seed").textValue();
    byte[] bytes = Base64.getUrlDecoder().decode(seed);
    assertEquals(32, bytes.length);
    String hex = HexFormat.of().formatHex(bytes);
    secrets.add(seed);
    secrets.add(Base64.getEncoder().encodeToString(bytes));
    secrets.add(hex);
    secrets.add(hex.substring(0, 16));
    secrets.add(seed.substring(0, 12));
    secrets.add(KeyDesk.PASSPHRASE);
    secrets.add(KeyDesk.PASSPHRASE.substring(0, 8));
  }

  private String check(String input, String... arguments) {
    GatewayCall call = desk.with(input, arguments);
    commands++;
    failures += call.code() == 0 ? 0 : 1;
    for (String secret : secrets) {
      assertFalse(call.output().contains(secret), () -> String.join(" ", arguments));
      assertFalse(call.errors().contains(secret), () -> String.join(" ", arguments));
    }
    return call.output();
  }

  @Test
  void commands_printNoSecretWhenTheySucceed() throws Exception {
    String acme = desk.path("acme.key");
    String alice = desk.path("alice.key");
    String passphrase = desk.path("alice.passphrase");
    String request = check("", "request", alice, "--passphrase-file", passphrase);
    String certificates = check(request, "sign", "--key", acme, "-");
    check(certificates, "import", alice, "-", "--passphrase-file", passphrase);
    check("", "request", acme);
    check("", "trust", desk.path("trust"), "--add", "Acme=" + acme);
    check("", "verify", "--trust", desk.path("trust"), alice);
    check("", "verify", "--json", "--trust", desk.path("trust"), alice);
    for (String file : new String[] {acme, alice, desk.path("trust")}) {
      check("", "show", file);
      check("", "show", "--json", file);
    }
    check("", "revoke", "--key", acme, "--subject", alice);
    check("", "revoke", "--key", alice, "--subject", acme, "--passphrase-file", passphrase);
    assertEquals(0, failures);
    assertEquals(15, commands);
  }

  @Test
  void commands_printNoSecretWhenTheyFail() throws Exception {
    String acme = desk.path("acme.key");
    String key = desk.text("acme.key");
    String passphrase = desk.path("alice.passphrase");
    int seed = key.indexOf(secrets.get(0));
    List<String> damaged =
        List.of(
            key.substring(0, seed + 20),
            key.substring(0, seed - 1) + key.substring(seed),
            key.substring(0, seed) + "\"" + key.substring(seed),
            key.substring(0, seed + 10) + "\n" + key.substring(seed + 10),
            key.replace("\"seed\"", "\"sede\""),
            key.replace("file-mode", "none"),
            key + key,
            key.replace("{", "").replace("}", ""),
            secrets.get(0),
            secrets.get(0) + "." + secrets.get(0) + "." + secrets.get(0));
    for (String text : damaged) {
      String file = desk.writeSecret("damaged.key", text);
      check("", "request", file);
      check("", "show", file);
      check("", "import", file, acme);
      check("", "import", acme, file);
      check("", "sign", "--key", acme, file);
      check("", "sign", "--key", file, acme);
      check("", "verify", "--trust", file, acme);
      check("", "verify", "--trust", acme, file);
      check("", "trust", file, "--add", "Acme=" + file);
      check("", "revoke", "--key", file, "--subject", file);
      check("", "new", desk.path("new.key"), "--name", "x", "--passphrase-file", file);
      check(text, "show", "-");
      folder.resolve("new.key").toFile().delete();
    }
    check("", "show", passphrase);
    check("", "request", passphrase);
    check("", "trust", desk.path("trust"), "--add", "Acme=" + passphrase);
    check("", "verify", "--trust", passphrase, passphrase);
    String wrong = desk.writeSecret("wrong", secrets.get(0) + "\n");
    check("", "request", desk.path("alice.key"), "--passphrase-file", wrong);
    assertTrue(failures > 100, () -> failures + " of " + commands + " failed");
  }
}
