package org.peerroom.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class WireWriterTest {

  @Test
  void finish_givesTheArrayItselfOnlyIfItIsFull() {
    WireWriter full = new WireWriter(16).i64(1).i64(2);
    assertSame(full.array(), full.finish());
    WireWriter partly = new WireWriter(16).i64(1);
    assertNotSame(partly.array(), partly.finish());
    assertArrayEquals(new byte[] {0, 0, 0, 0, 0, 0, 0, 1}, partly.finish());
  }

  @Test
  void toBytes_isAlwaysACopy() {
    WireWriter full = new WireWriter(16).i64(1).i64(2);
    assertNotSame(full.array(), full.toBytes());
    assertArrayEquals(full.array(), full.toBytes());
  }
}
