package org.peerroom.internal.crypto;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.peerroom.CryptoProviderException;

/**
 * The providers of signatures by name, taken the way a gateway takes them. The build brings
 * Corretto for Linux on x86-64: there it must run, elsewhere what needs it is skipped with a line
 * that says so.
 */
final class Providers {

  private static final String[] NAMES = {"bouncycastle", "jdk", "corretto"};

  private Providers() {}

  static PublicKeyCrypto crypto(String name) {
    String before = System.getProperty(ProviderCrypto.PROVIDER_PROPERTY);
    System.setProperty(ProviderCrypto.PROVIDER_PROPERTY, name);
    try {
      return ProviderCrypto.create();
    } catch (CryptoProviderException e) {
      if (name.equals("corretto") && !isBroughtByTheBuild()) {
        return Assumptions.abort("skipped: " + e.getMessage());
      }
      throw e;
    } finally {
      if (before == null) {
        System.clearProperty(ProviderCrypto.PROVIDER_PROPERTY);
      } else {
        System.setProperty(ProviderCrypto.PROVIDER_PROPERTY, before);
      }
    }
  }

  /** Every one that can be picked here. */
  static Map<String, PublicKeyCrypto> all() {
    Map<String, PublicKeyCrypto> all = new LinkedHashMap<>();
    Arrays.stream(NAMES)
        .filter(name -> !name.equals("corretto") || isBroughtByTheBuild())
        .forEach(name -> all.put(name, crypto(name)));
    return all;
  }

  private static boolean isBroughtByTheBuild() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch", "");
    return system.equals("linux") && (machine.equals("amd64") || machine.equals("x86_64"));
  }
}
