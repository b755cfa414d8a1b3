package org.peerroom.bench.sealing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.bench.sealing.Crossing.Answer;
import org.peerroom.bench.sealing.Crossing.Point;

class CrossingTest {

  private static Answer of(double line, double... membersAndMillis) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < membersAndMillis.length; i += 2) {
      points.add(new Point(membersAndMillis[i], membersAndMillis[i + 1]));
    }
    return Crossing.of(points, line);
  }

  private static double at(Answer answer) {
    return assertInstanceOf(Answer.At.class, answer).members();
  }

  @Test
  void of_isExactWhereTheCostGrowsWithTheRoom() {
    assertEquals(500, at(of(10, 2, 0.04, 100, 2, 10_000, 200)), 1e-9);
  }

  @Test
  void of_isOnAStraightLineBetweenLogarithms() {
    // From 10 to 1,000 the cost grows tenfold: half of the way, on both scales, is at 100.
    assertEquals(100, at(of(Math.sqrt(10), 10, 1, 1_000, 10)), 1e-9);
  }

  @Test
  void of_takesAPointThatIsOnTheLine() {
    assertEquals(10, at(of(1, 2, 0.2, 10, 1, 100, 10)), 1e-9);
    assertEquals(2, at(of(1, 2, 1, 10, 5)), 1e-9);
  }

  @Test
  void of_takesTheFirstOfSeveral() {
    assertEquals(10, at(of(1, 1, 0.1, 100, 10, 1_000, 0.1, 10_000, 10)), 1e-9);
  }

  @Test
  void of_saysThatALineIsNeverPassed() {
    Answer answer = of(1, 2, 0.03, 100_000, 0.04);
    assertEquals(100_000, assertInstanceOf(Answer.Beyond.class, answer).members());
  }

  @Test
  void of_saysThatALineIsPassedFromTheBeginning() {
    Answer answer = of(1, 2, 3, 100, 40);
    assertEquals(2, assertInstanceOf(Answer.Below.class, answer).members());
  }

  @Test
  void of_doesNotTripOverACostThatStaysTheSame() {
    Answer answer = of(1, 2, 0.5, 10_000, 0.5);
    assertEquals(10_000, assertInstanceOf(Answer.Beyond.class, answer).members());
  }
}
