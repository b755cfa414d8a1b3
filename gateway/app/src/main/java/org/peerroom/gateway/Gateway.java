package org.peerroom.gateway;

/** Entry point of the gateway jar. */
public final class Gateway {

  private Gateway() {}

  /** Runs the gateway; the process ends with exit code 2 when the arguments can't be understood. */
  public static void main(String[] args) {
    System.err.println("Usage: java -jar gateway.jar --routes FILE");
    System.exit(2);
  }
}
