package org.peerroom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TallyTest {

  private final Payload payload = new Payload(256);
  private final Tally tally = new Tally();

  private void arrive(long... numbers) {
    for (long number : numbers) {
      tally.arrived(payload.message(number, 0));
    }
  }

  @Test
  void arrived_countsWhatComesInOrder() {
    arrive(0, 1, 2);
    assertEquals(3, tally.messages());
    assertEquals(768, tally.bytes());
    assertEquals(0, tally.misplaced());
  }

  @Test
  void arrived_noticesWhatIsLost() {
    arrive(0, 2, 3);
    assertEquals(2, tally.messages());
    assertEquals(1, tally.misplaced());
  }

  @Test
  void arrived_noticesWhatIsDoubled() {
    arrive(0, 1, 1, 2);
    assertEquals(3, tally.messages());
    assertEquals(1, tally.misplaced());
  }

  @Test
  void arrived_noticesWhatIsOutOfOrder() {
    arrive(1, 0);
    assertEquals(2, tally.misplaced());
  }

  @Test
  void takeTimes_givesWhatWasRecordedOnce() {
    tally.time();
    arrive(0, 1);
    assertEquals(2, tally.takeTimes().getTotalCount());
    arrive(2);
    assertEquals(0, tally.takeTimes().getTotalCount());
  }
}
