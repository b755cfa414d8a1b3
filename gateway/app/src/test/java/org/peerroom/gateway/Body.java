package org.peerroom.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Bytes that can be compared and put into sets. */
public final class Body {

  private static final String[] SCRIPTS = {
    "größer", "заказ", "注文書", "طلب", "ऑर्डर", "☕🥐", "commande"
  };

  private final byte[] bytes;

  /** Takes the bytes; they are not to be changed any more. */
  public Body(byte[] bytes) {
    this.bytes = bytes;
  }

  /** An order in JSON, different for each number, of about this size. */
  public static Body order(int number, int size) {
    Random random = new Random(number);
    StringBuilder text = new StringBuilder("{\"order\":").append(number).append(",\"items\":[\"");
    while (text.length() < size) {
      text.append(SCRIPTS[random.nextInt(SCRIPTS.length)])
          .append(' ')
          .append(random.nextLong())
          .append(' ');
    }
    return new Body(text.append("\"]}").toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Body body && Arrays.equals(bytes, body.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, Math.min(bytes.length, 24), StandardCharsets.UTF_8)
        + "… ("
        + bytes.length
        + " bytes)";
  }
}
