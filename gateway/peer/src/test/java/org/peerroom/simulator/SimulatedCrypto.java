package org.peerroom.simulator;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.Encapsulation;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PairwiseKey;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SigningKey;

/**
 * Signatures and key agreement that cost next to nothing and are the same at every run: keyed
 * hashes under private keys that this object knows all of.
 *
 * <p>Guarantees inside one simulation what the real ones guarantee: a signature verifies only for
 * what was signed by that key, and a pairwise key is the same on both sides only if the receiver's
 * key, the info and the pre-shared key are. Guarantees nothing outside. Not thread-safe: one for
 * each simulation.
 */
public final class SimulatedCrypto implements PublicKeyCrypto {

  private static final String SIGN = "peerroom/1 simulated signature";
  private static final String PUBLIC = "peerroom/1 simulated public key";
  private static final String AGREE = "peerroom/1 simulated agreement";

  private final Map<ByteBuffer, byte[]> signingSeeds = new HashMap<>();
  private long encapsulations;

  @Override
  public SigningKey signingKey(byte[] seed) {
    byte[] secret = seed.clone();
    byte[] publicKey = Digests.sha256(PUBLIC, secret);
    signingSeeds.put(ByteBuffer.wrap(publicKey), secret);
    return new SigningKey() {
      @Override
      public byte[] publicKey() {
        return publicKey.clone();
      }

      @Override
      public byte[] sign(byte[] message) {
        return signature(secret, message);
      }

      @Override
      public void destroy() {
        // what was signed stays verifiable
      }
    };
  }

  private static byte[] signature(byte[] secret, byte[] message) {
    byte[] half = Digests.sha256(SIGN, secret, message);
    byte[] whole = Arrays.copyOf(half, SIGNATURE_SIZE);
    for (int i = 0; i < half.length; i++) {
      whole[half.length + i] = (byte) ~half[i];
    }
    return whole;
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    byte[] secret = signingSeeds.get(ByteBuffer.wrap(publicKey));
    return secret != null && Arrays.equals(signature(secret, message), signature);
  }

  @Override
  public KemKey kemKey(KemSuite suite, byte[] seed) {
    byte[] secret = seed.clone();
    byte[] publicKey = Arrays.copyOf(masked(secret), suite.publicKeySize());
    return new KemKey() {
      @Override
      public KemSuite suite() {
        return suite;
      }

      @Override
      public byte[] publicKey() {
        return publicKey.clone();
      }

      @Override
      public PairwiseKey decapsulate(byte[] encapsulation, byte[] info, @Nullable PreSharedKey psk)
          throws CryptoException {
        if (encapsulation.length != suite.encapsulationSize()) {
          throw new CryptoException("an encapsulation of the wrong size");
        }
        return agreed(secret, encapsulation, info, psk);
      }

      @Override
      public void destroy() {
        // others may still seal to it
      }
    };
  }

  @Override
  public Encapsulation encapsulate(
      KemSuite suite, byte[] publicKey, byte[] info, @Nullable PreSharedKey psk)
      throws CryptoException {
    if (publicKey.length != suite.publicKeySize()) {
      throw new CryptoException("not a key of this simulation");
    }
    byte[] encapsulation = new byte[suite.encapsulationSize()];
    ByteBuffer.wrap(encapsulation).putLong(++encapsulations);
    byte[] secret = masked(Arrays.copyOf(publicKey, SEED_SIZE));
    return new Encapsulation(encapsulation, agreed(secret, encapsulation, info, psk));
  }

  /** A private key of a simulation is no secret: so many of them need not be remembered. */
  private static byte[] masked(byte[] key) {
    byte[] masked = key.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= 0x5c;
    }
    return masked;
  }

  private static PairwiseKey agreed(
      byte[] secret, byte[] encapsulation, byte[] info, @Nullable PreSharedKey psk) {
    byte[] shared = psk == null ? new byte[0] : psk.exposeForKeyAgreement();
    return PairwiseKey.of(Digests.sha256(AGREE, secret, encapsulation, info, shared));
  }

  @Override
  public String description() {
    return "simulated";
  }
}
