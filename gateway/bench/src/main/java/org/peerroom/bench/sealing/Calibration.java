package org.peerroom.bench.sealing;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.peerroom.bench.BenchException;

/**
 * How fast this machine is at single operations, so that figures of two machines can be compared.
 * Measured several times in a run, of which the fastest counts: a machine that is busy when this is
 * measured must not look slower than it was for the rest.
 */
final class Calibration {

  private static final List<Operation> PUBLIC_KEY =
      List.of(
          Operation.CALIBRATE_ED25519_SIGN,
          Operation.CALIBRATE_ED25519_VERIFY,
          Operation.CALIBRATE_X25519);

  private static final int BLOCK = 64 * 1024;

  private final Scene scene;
  private final Meter meter;
  private final Map<Operation, Cost> fastest = new EnumMap<>(Operation.class);

  Calibration(Scene scene, Meter meter) {
    this.scene = scene;
    this.meter = meter;
  }

  /** Adds the fastest of what was measured. */
  void addTo(Figures figures) {
    fastest.forEach(
        (operation, cost) -> figures.add(Figure.ofKeys(operation, null, 0, 0, 1, cost, 0)));
  }

  /**
   * What the machine that the targets were set on took with the same provider on Java 17, in
   * microseconds.
   */
  static Map<Operation, Double> reference(Figures figures) {
    boolean corretto = Target.withCorretto(figures);
    Map<Operation, Double> micros = new EnumMap<>(Operation.class);
    micros.put(Operation.CALIBRATE_ED25519_SIGN, corretto ? 6.5 : 24.0);
    micros.put(Operation.CALIBRATE_ED25519_VERIFY, corretto ? 25.0 : 58.0);
    micros.put(Operation.CALIBRATE_X25519, 56.0);
    micros.put(Operation.CALIBRATE_AES_GCM_64K, 12.5);
    micros.put(Operation.CALIBRATE_SHA256_64K, 30.0);
    return micros;
  }

  /**
   * How many times slower this machine is than that one, in public-key operations: the geometric
   * mean of the three. Not a number where they were not measured.
   */
  static double slowness(Figures figures) {
    Map<Operation, Double> reference = reference(figures);
    double product = 1;
    for (Operation operation : PUBLIC_KEY) {
      Figure figure = figures.first(operation, f -> true);
      Double there = reference.get(operation);
      if (figure == null || there == null) {
        return Double.NaN;
      }
      product *= figure.cpuMicrosEach() / there;
    }
    return Math.pow(product, 1.0 / PUBLIC_KEY.size());
  }

  void measure() {
    byte[] message = scene.bytes(32);
    byte[] signature = scene.signing().sign(message);
    byte[] publicKey = scene.signing().publicKey();
    add(Operation.CALIBRATE_ED25519_SIGN, () -> scene.signing().sign(message)[0]);
    add(
        Operation.CALIBRATE_ED25519_VERIFY,
        () -> scene.crypto().verify(publicKey, message, signature) ? 1 : 0);
    byte[] scalar = scene.bytes(X25519.SCALAR_SIZE);
    byte[] point = new byte[X25519.POINT_SIZE];
    X25519.scalarMultBase(scalar, 0, point, 0);
    byte[] shared = new byte[X25519.POINT_SIZE];
    add(
        Operation.CALIBRATE_X25519,
        () -> {
          X25519.scalarMult(scalar, 0, point, 0, shared, 0);
          return shared[0];
        });
    measureBulk();
  }

  private void measureBulk() {
    byte[] block = scene.bytes(BLOCK);
    byte[] sealed = new byte[BLOCK + 16];
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      SecretKeySpec key = new SecretKeySpec(scene.bytes(32), "AES");
      long[] number = {0};
      add(
          Operation.CALIBRATE_AES_GCM_64K,
          () -> {
            try {
              byte[] nonce = java.nio.ByteBuffer.allocate(12).putLong(number[0]++).array();
              cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
              return cipher.doFinal(block, 0, BLOCK, sealed, 0);
            } catch (GeneralSecurityException e) {
              throw new BenchException("AES-GCM does not work: " + e.getMessage(), e);
            }
          });
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(Operation.CALIBRATE_SHA256_64K, () -> digest.digest(block)[0]);
    } catch (GeneralSecurityException e) {
      throw new BenchException("this Java runtime has no AES-GCM or SHA-256", e);
    }
  }

  private void add(Operation operation, Meter.Work work) {
    fastest.merge(
        operation,
        meter.measure(work),
        (known, now) -> now.cpuNanos() < known.cpuNanos() ? now : known);
  }
}
