package org.peerroom.internal.protocol;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Encapsulation;
import org.peerroom.internal.crypto.ForwardingCrypto;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.PublicKeyCrypto;

/**
 * The real cryptography, with encapsulations that were recorded before: what is random in sealing
 * is an input, and all else follows. The sender's key is the one that the recipient gets.
 */
final class ReplayedCrypto extends ForwardingCrypto {

  private static final HexFormat HEX = HexFormat.of();

  private final Map<String, String> recorded;
  private final boolean draws;
  private final Map<String, KemKey> privateKeys = new HashMap<>();
  private final Map<String, String> used = new TreeMap<>();

  /**
   * @param recorded the encapsulations by the info of their key agreement, both in hexadecimal
   *     digits
   * @param draws whether one that is not there is drawn
   */
  ReplayedCrypto(PublicKeyCrypto real, Map<String, String> recorded, boolean draws) {
    super(real);
    this.recorded = recorded;
    this.draws = draws;
  }

  /** The encapsulations that were asked for. */
  Map<String, String> used() {
    return used;
  }

  @Override
  public Encapsulation encapsulate(
      KemSuite suite, byte[] publicKey, byte[] info, @Nullable PreSharedKey psk)
      throws CryptoException {
    KemKey recipient = privateKeys.get(HEX.formatHex(publicKey));
    if (recipient == null) {
      return real.encapsulate(suite, publicKey, info, psk);
    }
    String name = HEX.formatHex(info);
    String encapsulation = recorded.get(name);
    if (encapsulation == null) {
      if (!draws) {
        throw new IllegalStateException("no encapsulation is recorded for the info " + name);
      }
      Encapsulation drawn = real.encapsulate(suite, publicKey, info, psk);
      encapsulation = HEX.formatHex(drawn.encapsulation());
    }
    if (used.put(name, encapsulation) != null) {
      throw new IllegalStateException("two key agreements with the info " + name);
    }
    byte[] bytes = HEX.parseHex(encapsulation);
    return new Encapsulation(bytes, recipient.decapsulate(bytes, info, psk));
  }

  @Override
  public KemKey kemKey(KemSuite suite, byte[] seed) {
    KemKey key = real.kemKey(suite, seed);
    privateKeys.put(HEX.formatHex(key.publicKey()), key);
    return key;
  }

  @Override
  public String description() {
    return real.description() + ", encapsulations recorded";
  }
}
