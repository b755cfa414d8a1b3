package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayProcess;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.SignatureChain;

/**
 * What a person gets who makes a mistake with keys: exactly one line that says what to do, the
 * right exit code, nothing on standard output, and no file changed.
 */
class KeyBadInputIT {

  private static final String KEY = "0123456789abcdef".repeat(4);

  @TempDir static Path folder;
  private static String acme;
  private static String alice;
  private static String bob;
  private static Certificate certificate;

  @BeforeAll
  static void makeFiles() throws Exception {
    KeyDesk desk = new KeyDesk(folder);
    acme = desk.newKey("acme");
    alice = desk.newKey("alice");
    bob = desk.newKey("bob");
    desk.newProtectedKey("carol");
    String certificates = desk.certify("acme", "alice", "--rooms", "orders", "--valid", "1h");
    certificate = SignatureChain.parse(certificates).last();
    desk.run("trust", desk.path("trust.json"), "--add", "Acme=" + acme);
    desk.run("trust", desk.path("other.json"), "--add", "Globex=" + KEY);
    desk.run("request", desk.path("bob.key"), "-o", desk.path("bob.request"));
    desk.run(
        "revoke",
        "--key",
        desk.path("acme.key"),
        "--id",
        certificate.id(),
        "-o",
        desk.path("alice.revoked"));
    desk.run("recipient", desk.path("bob.key"), "-o", desk.path("bob.recipient"));
    String recipient = desk.text("bob.recipient");
    desk.write("bob.recipient.broken", signatureChanged(recipient));
    desk.write("away.mixed", "# away\n" + recipient + "hello\n");
    desk.write("away.twice", recipient + recipient);
    desk.write("bob.broken", signatureChanged(desk.text("bob.request")));
    desk.write("alice.broken", signatureChanged(certificates));
    // What is left of the signature is whole groups of four digits, so that it is canonical.
    desk.write("alice.cut", certificates.substring(0, certificates.length() - 42));
    desk.write("alice.revoked.broken", signatureChanged(desk.text("alice.revoked")));
    desk.write("hello", "hello\n");
    desk.write("empty", " \n");
    Files.write(folder.resolve("latin1"), new byte[] {'a', (byte) 0xe4, '\n'});
    Files.write(folder.resolve("huge"), new byte[(1 << 20) + 1]);
    Files.createDirectory(folder.resolve("dir"));
    String key = desk.text("bob.key");
    desk.writeSecret("cut.key", key.substring(0, key.indexOf("\"key\"")));
    desk.writeSecret("open.key", key);
    Files.setPosixFilePermissions(
        folder.resolve("open.key"), PosixFilePermissions.fromString("rw-r--r--"));
    desk.writeSecret("wrong", "not the passphrase\n");
    desk.writeSecret("short", "1234567\n");
    desk.writeSecret("lines", "one line\nand another\n");
    desk.write("open", "readable by all\n");
    Files.setPosixFilePermissions(
        folder.resolve("open"), PosixFilePermissions.fromString("rw-r--r--"));
    desk.write("trust.twice", "{\"authorities\":[],\"authorities\":[]}");
    desk.write("trust.bad", "{\"authorities\":[{\"name\":\"Acme\",\"key\":\"abc\"}]}");
  }

  private static String signatureChanged(String text) {
    int at = text.lastIndexOf('.') + 10;
    return text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A') + text.substring(at + 1);
  }

  private static Arguments bad(String arguments, String expected) {
    return Arguments.of(arguments, ExitCode.BAD_INPUT, expected);
  }

  private static Arguments unverified(String arguments, String expected) {
    return Arguments.of(arguments, ExitCode.FAILED, expected);
  }

  static Stream<Arguments> making() {
    return Stream.of(
        bad(
            "new x.key",
            "Missing required option: '--name=NAME'; see java -jar gateway.jar key new --help"),
        bad(
            "new x.key --name x",
            "there is no passphrase for x.key: give --passphrase-file FILE, or set"
                + " PEERROOM_PASSPHRASE; or --no-passphrase, to let the mode of the file protect it"
                + " alone"),
        bad(
            "new acme.key --name x --no-passphrase",
            "acme.key exists already and is not overwritten; name another file"),
        bad(
            "new none/x.key --name x --no-passphrase",
            "none/x.key can't be written: there is no such folder"),
        bad(
            "new - --name x --no-passphrase",
            "a private key is not written to standard output; name a file"),
        bad(
            "new x.key --name a\nb --no-passphrase",
            "--name: the name of an identity has 1 to 128 characters and no control characters,"
                + " not 'a?b'"),
        bad(
            "new x.key --name x --no-passphrase --passphrase-file wrong",
            "--no-passphrase and --passphrase-file contradict each other; give one"),
        bad(
            "new x.key --name x --passphrase-file short",
            "the passphrase is too short; take at least 8 characters"),
        bad(
            "new x.key --name x --passphrase-file open",
            "the passphrase file open can be read by others; do chmod 600 open"),
        bad(
            "new x.key --name x --passphrase-file lines",
            "the passphrase in lines has more than one line; it takes just one"),
        bad(
            "new x.key --name x --passphrase-file none",
            "the passphrase file none does not exist; check --passphrase-file"),
        bad("request none.key", "the key file none.key does not exist; check the path"),
        bad("request dir", "the key file dir is a directory; name a file, or - for standard input"),
        bad("request -", "a key file is a file of its own, not standard input; name it"),
        bad("request latin1", "the key file latin1 is not text in UTF-8"),
        bad("request huge", "the key file huge is longer than 1 MiB; it is something else"),
        bad(
            "request hello",
            "the key file hello is nothing that is known here: no key file, certificates, request,"
                + " revocation, recipient, trust file or public key"),
        bad("request alice.certs", "alice.certs is certificates, not a key file"),
        bad(
            "request carol.key",
            "carol.key is protected by a passphrase: give --passphrase-file FILE, or set"
                + " PEERROOM_PASSPHRASE"),
        bad(
            "request open.key",
            "open.key: others may read or change this private key (mode rw-r--r--); run: chmod 600"
                + " open.key"),
        bad(
            "request cut.key",
            "the key file cut.key is not valid JSON at line 4, column 18; is it whole, and"
                + " unchanged?"),
        bad(
            "request carol.key --passphrase-file wrong",
            "carol.key: the passphrase is wrong, or the file was changed: try again, or take a copy"));
  }

  static Stream<Arguments> signing() {
    return Stream.of(
        bad(
            "sign --key acme.key empty",
            "the request empty is empty; did the command that should have made it fail?"),
        bad(
            "sign --key acme.key alice.certs",
            "alice.certs is certificates, not a certificate request"),
        bad(
            "sign --key acme.key bob.broken",
            "the request bob.broken: the request is not signed by the key that it names"
                + " (BAD_SIGNATURE)"),
        bad(
            "sign --key acme.key --roles publish,owner bob.request",
            "--roles: a role is publish, subscribe, relay or certify, not 'owner'"),
        bad(
            "sign --key acme.key --rooms a*b bob.request",
            "--rooms: a room pattern has '*' at its end only, not 'a*b'"),
        bad(
            "sign --key acme.key --rooms a,,b bob.request",
            "--rooms takes a list with commas between, not 'a,,b'"),
        bad(
            "sign --key acme.key --attribute email bob.request",
            "--attribute takes NAME=VALUE, not 'email'"),
        bad(
            "sign --key acme.key --org A --attribute org=B bob.request",
            "the attribute org is given twice; give it once"),
        bad(
            "sign --key acme.key --valid 1year bob.request",
            "--valid takes a number and s, m, h or d, as in 90s, 12h or 365d, not '1year'"),
        bad(
            "sign --key acme.key --valid 0d bob.request",
            "--valid takes from 1s to 36500d, not '0d'"),
        bad(
            "sign --key alice.key bob.request",
            "alice.key can't sign this: these certificates would be refused: certificate 2: it is"
                + " signed by alice, who has not the role certify (MAY_NOT_CERTIFY)"),
        bad(
            "sign --key bob.key bob.request",
            "bob.key can't sign this: these certificates would be refused: certificate 1: the key "
                + bob.substring(0, 8)
                + " is in this chain more than once (LOOPED)"),
        bad(
            "sign --key acme.key -o alice.key bob.request",
            "alice.key exists already and is not overwritten; name another file"),
        bad(
            "import bob.key alice.certs",
            "the certificates alice.certs vouch for the key "
                + alice.substring(0, 8)
                + "…, not for "
                + bob.substring(0, 8)
                + "… of bob.key"),
        bad(
            "import alice.key alice.broken",
            "the certificates alice.broken do not hold: certificate 1: its signature is not that of "
                + acme.substring(0, 8)
                + " (BAD_SIGNATURE)"),
        bad(
            "import alice.key bob.request",
            "bob.request is a certificate request, not certificates"));
  }

  static Stream<Arguments> trusting() {
    return Stream.of(
        bad("trust trust.json", "there is nothing to do; give --add NAME=KEY or --remove NAME"),
        bad("trust trust.json --add Acme", "--add takes NAME=KEY, not 'Acme'"),
        bad(
            "trust trust.json --add Globex=none",
            "the key of --add none does not exist; check the path"),
        bad(
            "trust trust.json --add Globex=" + KEY.substring(1),
            "--add: a public key has 64 hex digits, this has 63"),
        bad(
            "trust trust.json --add Globex=bob.key --expires 2027-13-01",
            "--expires takes a date as 2027-12-31 or 2027-12-31T18:30:00Z, not '2027-13-01'"),
        bad(
            "trust trust.json --add Globex=bob.key --expires 2001-01-01",
            "--expires 2001-01-01 is past; nothing would be trusted"),
        bad(
            "trust trust.json --add Acme=bob.key",
            "the trust file trust.json has 'Acme' already; replace it with --remove Acme"),
        bad(
            "trust trust.json --remove Globex",
            "the trust file trust.json has no authority 'Globex'; it has Acme"),
        bad(
            "trust none/trust.json --add Globex=bob.key",
            "none/trust.json can't be written: there is no such folder"),
        bad(
            "trust alice.certs --add Globex=bob.key",
            "alice.certs is certificates, not a trust file"),
        bad(
            "trust trust.twice --add Globex=bob.key",
            "the trust file trust.twice is not valid JSON at line 1, column 32; is it whole, and"
                + " unchanged?"),
        bad(
            "trust trust.bad --add Globex=bob.key",
            "the trust file trust.bad: entry 1 of 'authorities' has a 'key' that is not a key of 64"
                + " lower-case hexadecimal digits"));
  }

  static Stream<Arguments> verifying() {
    return Stream.of(
        bad(
            "verify alice.certs",
            "Missing required option: '--trust=TRUSTFILE'; see java -jar gateway.jar key verify"
                + " --help"),
        bad(
            "verify --trust none.json alice.certs",
            "the trust file none.json does not exist; check the path"),
        bad("verify --trust trust.json none", "the chain none does not exist; check the path"),
        bad(
            "verify --trust trust.json bob.key",
            "the chain bob.key has no certificates yet; see 'key import'"),
        bad(
            "verify --trust trust.json --for lead alice.certs",
            "--for takes identify, publish, subscribe, relay or certify, not 'lead'"),
        bad(
            "verify --trust trust.json --at noon alice.certs",
            "--at takes a date as 2027-12-31 or 2027-12-31T18:30:00Z, not 'noon'"),
        bad("verify --trust - -", "only one of the files can be standard input; name the others"),
        bad(
            "verify --trust trust.json --revocations alice.revoked.broken alice.certs",
            "the revocation alice.revoked.broken: the revocation is not signed by its issuer"
                + " (BAD_SIGNATURE)"),
        unverified(
            "verify --trust trust.json alice.broken",
            "the chain alice.broken does not verify: certificate 1: its signature is not that of "
                + acme.substring(0, 8)
                + " (BAD_SIGNATURE)"),
        unverified(
            "verify --trust trust.json alice.cut",
            "the chain alice.cut does not verify: certificate 1: the signature has 64 bytes, not 33"
                + " (BAD_SIGNATURE)"),
        unverified(
            "verify --trust trust.json hello",
            "the chain hello does not verify: certificate 1: not a compact JWS: it has not three"
                + " parts between two dots (MALFORMED)"),
        unverified(
            "verify --trust trust.json bob.request",
            "the chain bob.request does not verify: certificate 1: this is a"
                + " 'peerroom-request+jwt', not a certificate (WRONG_TYPE)"),
        unverified(
            "verify --trust trust.json --at 2999-01-01 alice.certs",
            "the chain alice.certs does not verify: certificate 1: it was valid until "
                + certificate.expiresAt()
                + " (EXPIRED)"),
        unverified(
            "verify --trust other.json alice.certs",
            "the chain alice.certs does not verify: certificate 1: it is signed by "
                + acme.substring(0, 8)
                + ", which is no trusted authority (UNKNOWN_AUTHORITY)"),
        unverified(
            "verify --trust trust.json --room invoices alice.certs",
            "the chain alice.certs does not verify: certificate 1: it is not for the room"
                + " 'invoices' (WRONG_ROOM)"),
        unverified(
            "verify --trust trust.json --for certify alice.certs",
            "the chain alice.certs does not verify: certificate 1: the role certify is not among"
                + " its roles (WRONG_ROLE)"),
        unverified(
            "verify --trust trust.json --for publish alice.certs",
            "the chain alice.certs does not verify: certificate 1: it is of the identity itself,"
                + " and only a peer may publish (WRONG_SUBJECT)"),
        unverified(
            "verify --trust trust.json --revocations alice.revoked alice.certs",
            "the chain alice.certs does not verify: certificate 1: it was revoked by "
                + acme.substring(0, 8)
                + " (REVOKED)"));
  }

  static Stream<Arguments> revoking() {
    return Stream.of(
        bad(
            "revoke --key acme.key",
            "give one of --id JTI and --subject KEY to say what is taken back"),
        bad(
            "revoke --key acme.key --id a/b",
            "--id: the id of a certificate has 1 to 64 characters of A-Za-z0-9_-, not 'a/b'"),
        bad(
            "revoke --key acme.key --subject alice.certs",
            "alice.certs is certificates, not a public key"),
        bad(
            "show hello",
            "the file hello is nothing that is known here: no key file, certificates, request,"
                + " revocation, recipient, trust file or public key"),
        bad("show none", "the file none does not exist; check the path"));
  }

  static Stream<Arguments> stating() {
    return Stream.of(
        bad(
            "recipient",
            "Missing required parameter: 'FILE'; see java -jar gateway.jar key recipient --help"),
        bad("recipient none.key", "the key file none.key does not exist; check the path"),
        bad("recipient bob.request", "bob.request is a certificate request, not a key file"),
        bad(
            "recipient bob.recipient",
            "bob.recipient is a statement of a recipient, not a key file"),
        bad(
            "recipient carol.key",
            "carol.key is protected by a passphrase: give --passphrase-file FILE, or set"
                + " PEERROOM_PASSPHRASE"),
        bad(
            "recipient bob.key -o alice.key",
            "alice.key exists already and is not overwritten; name another file"),
        bad(
            "sign --key acme.key bob.recipient",
            "bob.recipient is a statement of a recipient, not a certificate request"),
        bad(
            "show bob.recipient.broken",
            "the file bob.recipient.broken: line 1: the statement of a recipient is not signed by"
                + " the key that it names (BAD_SIGNATURE)"),
        bad(
            "show away.mixed",
            "the file away.mixed: line 3: not a compact JWS: it has not three parts between two"
                + " dots (MALFORMED)"),
        bad(
            "show away.twice",
            "the file away.twice: line 2: the recipient bob is there twice, by the key "
                + bob.substring(0, 8)
                + " (MALFORMED)"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"making", "signing", "trusting", "verifying", "revoking", "stating"})
  void key_refuses(String arguments, ExitCode code, String expected) throws Exception {
    Map<String, String> before = files();
    String[] words =
        Stream.concat(Stream.of("key"), Arrays.stream(arguments.split(" "))).toArray(String[]::new);
    try (GatewayProcess process = GatewayProcess.start(folder, words)) {
      int ended = process.exitCode();
      assertEquals(List.of("gateway: " + expected), process.errors());
      assertEquals(code.code(), ended);
      assertEquals(List.of(), process.output());
    }
    assertEquals(before, files());
  }

  /** Every file with its text, byte for byte. */
  private static Map<String, String> files() throws Exception {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(
            file.getFileName().toString(),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }
}
