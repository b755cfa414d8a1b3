package org.peerroom.bench.sealing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TextTest {

  @Test
  void number_hasThreeDigitsThatCount() {
    assertEquals("0.87", Text.number(0.87));
    assertEquals("12.3", Text.number(12.345));
    assertEquals("1,230", Text.number(1_234.5));
    assertEquals("0.0004", Text.number(0.00044));
    assertEquals("100,000", Text.number(100_000));
    assertEquals("0", Text.number(0));
  }

  @Test
  void time_hasTheUnitThatIsReadBest() {
    assertEquals("1 µs", Text.time(0.001));
    assertEquals("100 µs", Text.time(0.1));
    assertEquals("4.5 ms", Text.time(4.5));
    assertEquals("12.3 s", Text.time(12_345));
  }

  @Test
  void members_areWhole() {
    assertEquals("7", Text.members(7.48));
    assertEquals("830", Text.members(825.1));
    assertEquals("9,000", Text.members(9_010));
  }

  @Test
  void bytes_haveTheUnitThatIsReadBest() {
    assertEquals("64 B", Text.bytes(64));
    assertEquals("580 kB", Text.bytes(580_000));
    assertEquals("65.5 kB", Text.bytes(65_536));
    assertEquals("5.8 MB", Text.bytes(5_800_000));
  }
}
