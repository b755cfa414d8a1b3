package org.peerroom.internal.crypto;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.crypto.SecretKey;

/**
 * Secret bytes that can be wiped, in the form that the JDK's ciphers take. {@code SecretKeySpec}
 * cannot be wiped before Java 25, which is why it is not used; the JDK wipes the copies that it
 * asks for itself.
 */
final class KeyMaterial implements SecretKey {

  private static final long serialVersionUID = 1L;

  static final int SIZE = 32;

  private final String owner;
  private final byte[] bytes;
  private volatile boolean destroyed;

  private KeyMaterial(String owner, byte[] bytes) {
    this.owner = owner;
    this.bytes = bytes;
  }

  /** Takes a copy of 32 bytes. */
  static KeyMaterial copyOf(String owner, byte[] key32) {
    if (key32.length != SIZE) {
      throw new IllegalArgumentException(
          "a " + owner + " has " + SIZE + " bytes, not " + key32.length);
    }
    return new KeyMaterial(owner, key32.clone());
  }

  /** A key of another kind, from a part of derived bytes that the caller wipes. */
  static KeyMaterial copyOfRange(String owner, byte[] derived, int from) {
    return new KeyMaterial(owner, Arrays.copyOfRange(derived, from, from + SIZE));
  }

  /** Lets an operation read the bytes where they are, without a copy to wipe. */
  void use(Consumer<byte[]> operation) {
    requireUsable();
    operation.accept(bytes);
  }

  /** A copy, to be wiped by the caller. */
  byte[] expose() {
    requireUsable();
    return bytes.clone();
  }

  void requireUsable() {
    if (destroyed) {
      throw new IllegalStateException("this " + owner + " was destroyed");
    }
  }

  @Override
  public byte[] getEncoded() {
    return expose();
  }

  @Override
  public String getAlgorithm() {
    return "AES";
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public void destroy() {
    destroyed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("secret keys are never written anywhere");
  }

  @Override
  public String toString() {
    return "KeyMaterial[redacted]";
  }
}
