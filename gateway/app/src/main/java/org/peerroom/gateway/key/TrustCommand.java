package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.command.AtomicFile;
import org.peerroom.gateway.command.TextSource;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes down whom one trusts. */
@Command(
    name = "trust",
    description = {
      "Adds authorities to a trust file, or takes them out of it; it is made if it does not exist.",
      "Whoever reads it while it is written finds the old or the new one, whole."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar key trust trust.json --add Acme=acme.request --expires 2027-12-31",
      "  java -jar gateway.jar key trust trust.json --remove Acme --add Acme=new.request",
      "",
      "Exit codes: 0 written, 2 the arguments or the files can't be used."
    })
final class TrustCommand extends OfflineCommand {

  @Parameters(paramLabel = "TRUSTFILE", description = "The trust file.")
  private String file = "";

  @Option(
      names = "--add",
      paramLabel = "NAME=KEY",
      description = {
        "Trust this key under a name of your own choice: 64 hex digits, or a file: these digits, a request, a key file.",
        "May be given several times."
      })
  private List<String> add = new ArrayList<>();

  @Option(
      names = "--expires",
      paramLabel = "DATE",
      description =
          "Trust those that are added until then only: 2027-12-31 (where it begins, in UTC), or with a time.")
  private @Nullable String expires;

  @Option(
      names = "--remove",
      paramLabel = "NAME",
      description =
          "Trust it no longer; done before anything is added. May be given several times.")
  private List<String> remove = new ArrayList<>();

  @Override
  ExitCode run() {
    if (add.isEmpty() && remove.isEmpty()) {
      throw badInput("there is nothing to do; give --add NAME=KEY or --remove NAME");
    }
    Instant end = end();
    Path path = TextSource.path("the trust file", file);
    Map<String, TrustedAuthority> authorities = existing(path);
    remove.forEach(name -> remove(authorities, name));
    add.forEach(text -> add(authorities, text, end));
    AtomicFile.replace(path, trusted(authorities).toJson());
    return ExitCode.OK;
  }

  private @Nullable Instant end() {
    if (expires == null) {
      return null;
    }
    if (add.isEmpty()) {
      throw badInput(
          "--expires says until when an authority is trusted that --add adds; give both");
    }
    Instant end = Moment.parse("--expires", expires);
    if (!end.isAfter(Instant.now())) {
      throw badInput("--expires " + expires + " is past; nothing would be trusted");
    }
    return end;
  }

  private Map<String, TrustedAuthority> existing(Path path) {
    Map<String, TrustedAuthority> authorities = new LinkedHashMap<>();
    if (file.equals(TextSource.STANDARD)) {
      throw badInput("a trust file is changed where it is, not on standard input; name it");
    }
    if (Files.exists(path)) {
      Document.read(new TextSource("the trust file", file))
          .trust()
          .authorities()
          .forEach(authority -> authorities.put(authority.name(), authority));
    } else if (add.isEmpty()) {
      throw badInput("the trust file " + file + " does not exist; check the path");
    }
    return authorities;
  }

  private void remove(Map<String, TrustedAuthority> authorities, String name) {
    if (authorities.remove(name) == null) {
      throw badInput(
          "the trust file "
              + file
              + " has no authority '"
              + name
              + "'"
              + (authorities.isEmpty()
                  ? ""
                  : "; it has " + String.join(", ", authorities.keySet())));
    }
  }

  private void add(Map<String, TrustedAuthority> authorities, String text, @Nullable Instant end) {
    int equals = text.indexOf('=');
    if (equals < 1 || equals == text.length() - 1) {
      throw badInput("--add takes NAME=KEY, not '" + text + "'");
    }
    String name = text.substring(0, equals);
    TrustedAuthority added;
    try {
      added = new TrustedAuthority(name, PublicKeys.read("--add", text.substring(equals + 1)), end);
    } catch (IllegalArgumentException e) {
      throw badInput("--add: " + e.getMessage(), e);
    }
    if (authorities.putIfAbsent(name, added) != null) {
      throw badInput(
          "the trust file "
              + file
              + " has '"
              + name
              + "' already; replace it with --remove "
              + name);
    }
  }

  private static TrustedAuthorities trusted(Map<String, TrustedAuthority> authorities) {
    try {
      return TrustedAuthorities.of(List.copyOf(authorities.values()));
    } catch (IllegalArgumentException e) {
      throw badInput("--add: " + e.getMessage(), e);
    }
  }
}
