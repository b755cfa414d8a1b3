package org.peerroom.internal.crypto;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The key of a folder on disk: seals documents, each under a key of its own, and hides names.
 *
 * <p>A document's key comes from this key and 24 random bytes before its ciphertext (HKDF with
 * SHA-256, RFC 5869; then AES-256-GCM, NIST SP 800-38D, with the all-zero nonce, as each key seals
 * once). So no nonce has to be counted across restarts, and none is ever used twice.
 *
 * <p>Guarantees that nobody without the key reads, alters or moves a document. Does not guarantee
 * that a document is the newest one: who can write to the disk can bring back an older one of the
 * same place. Does not hide sizes. Any thread may call.
 */
public final class StoreKey {

  /** The size of the key in bytes. */
  public static final int SIZE = KeyMaterial.SIZE;

  /** How many bytes a sealed document is longer than the document. */
  public static final int OVERHEAD = 24 + AesGcm.TAG_SIZE;

  private static final int SALT_SIZE = 24;
  private static final byte[] ONLY_NONCE = new byte[AesGcm.NONCE_SIZE];
  private static final byte[] NO_CONTEXT = {};

  private static final String ROOT = Digests.LABEL_PREFIX + "store";
  private static final String DOCUMENTS = Digests.LABEL_PREFIX + "store documents";
  private static final String NAMES = Digests.LABEL_PREFIX + "store names";
  private static final String CHECK = Digests.LABEL_PREFIX + "store check";
  private static final String DOCUMENT = Digests.LABEL_PREFIX + "store document";
  private static final String NAME = Digests.LABEL_PREFIX + "store name";

  private final SecureRandom random = new SecureRandom();
  private final KeyMaterial documents;
  private final KeyMaterial names;
  private final byte[] check;

  private StoreKey(KeyMaterial documents, KeyMaterial names, byte[] check) {
    this.documents = documents;
    this.names = names;
    this.check = check;
  }

  /**
   * The key that follows from 32 secret bytes, the same each time; the caller may wipe its own.
   *
   * @throws IllegalArgumentException if there are not 32
   */
  public static StoreKey of(byte[] secret32) {
    if (secret32.length != SIZE) {
      throw new IllegalArgumentException(
          "a store key has " + SIZE + " bytes, not " + secret32.length);
    }
    byte[] extracted = Hkdf.extract(ROOT.getBytes(StandardCharsets.UTF_8), secret32);
    KeyMaterial root = KeyMaterial.copyOf("store key", extracted);
    Arrays.fill(extracted, (byte) 0);
    try {
      return new StoreKey(
          part(root, DOCUMENTS), part(root, NAMES), Hkdf.expand(root, CHECK, NO_CONTEXT, 16));
    } finally {
      root.destroy();
    }
  }

  /** 16 bytes that tell this key from others and say nothing about it; a copy. */
  public byte[] check() {
    return check.clone();
  }

  /** 32 bytes that stand for a name in its context and say nothing about it. */
  public byte[] hidden(byte[] context, byte[] name) {
    byte[] input = Digests.sha256(NAME, context, name);
    try {
      return Hkdf.expand(names, NAME, input, Hkdf.HASH_SIZE);
    } finally {
      Arrays.fill(input, (byte) 0);
    }
  }

  /**
   * Seals a document.
   *
   * @param place what must be the same to open it
   * @return {@link #OVERHEAD} bytes more than the document
   */
  public byte[] seal(byte[] place, byte[] document) {
    byte[] salt = new byte[SALT_SIZE];
    random.nextBytes(salt);
    KeyMaterial key = keyOf(salt);
    try {
      byte[] ciphertext = AesGcm.seal(key, ONLY_NONCE, place, document, 0, document.length);
      byte[] sealed = Arrays.copyOf(salt, SALT_SIZE + ciphertext.length);
      System.arraycopy(ciphertext, 0, sealed, SALT_SIZE, ciphertext.length);
      return sealed;
    } finally {
      key.destroy();
    }
  }

  /**
   * Opens a document, to be wiped by the caller.
   *
   * @throws CryptoException if it was altered, cut off, or sealed for another place or under
   *     another key
   */
  public byte[] open(byte[] place, byte[] sealed) throws CryptoException {
    if (sealed.length < OVERHEAD) {
      throw new CryptoException(
          "a document cannot be opened: " + sealed.length + " bytes are too few");
    }
    KeyMaterial key = keyOf(Arrays.copyOf(sealed, SALT_SIZE));
    try {
      return AesGcm.open(
          key, ONLY_NONCE, place, sealed, SALT_SIZE, sealed.length - SALT_SIZE, "a document");
    } finally {
      key.destroy();
    }
  }

  /** Wipes the key; nothing can be sealed or opened any more. Calling it again does nothing. */
  public void destroy() {
    documents.destroy();
    names.destroy();
  }

  private KeyMaterial keyOf(byte[] salt) {
    documents.requireUsable();
    byte[] derived = Hkdf.expand(documents, DOCUMENT, salt, KeyMaterial.SIZE);
    try {
      return KeyMaterial.copyOf("key of a document", derived);
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  private static KeyMaterial part(KeyMaterial root, String label) {
    byte[] derived = Hkdf.expand(root, label, NO_CONTEXT, KeyMaterial.SIZE);
    try {
      return KeyMaterial.copyOf("store key", derived);
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  @Override
  public String toString() {
    return "StoreKey[redacted]";
  }
}
