package org.peerroom.internal.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.wire.Frame.ReceiptTaken;

/** What a receipt is called when it has been taken. */
final class ReceiptDigest {

  private ReceiptDigest() {}

  static byte[] bytes(String statement) {
    byte[] hash = Digests.sha256(Labels.RECEIPT, statement.getBytes(StandardCharsets.US_ASCII));
    return Arrays.copyOf(hash, ReceiptTaken.DIGEST_SIZE);
  }

  static String of(String statement) {
    return hex(bytes(statement));
  }

  static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
