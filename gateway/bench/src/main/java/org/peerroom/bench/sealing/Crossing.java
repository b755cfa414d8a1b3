package org.peerroom.bench.sealing;

import java.util.List;

/** Where a curve that was measured at a few sizes of a room passes a line. */
final class Crossing {

  private Crossing() {}

  /**
   * One point of a curve.
   *
   * @param members the size of the room
   * @param millis the cost
   */
  record Point(double members, double millis) {}

  /** What the points say of the line. */
  sealed interface Answer {

    /** The curve passes the line at this size, by a straight line between logarithms. */
    record At(double members) implements Answer {}

    /** It is above the line at the smallest size that was measured. */
    record Below(double members) implements Answer {}

    /** It is under the line at the largest size that was measured. */
    record Beyond(double members) implements Answer {}
  }

  /**
   * Where the curve is on the line or above it for the first time.
   *
   * @param points at least one, of rising sizes; all costs greater than zero
   */
  static Answer of(List<Point> points, double lineMillis) {
    Point before = points.get(0);
    if (before.millis > lineMillis) {
      return new Answer.Below(before.members);
    }
    for (Point point : points) {
      if (point.millis >= lineMillis) {
        double rise = Math.log(point.millis / before.millis);
        double part = rise == 0 ? 0 : Math.log(lineMillis / before.millis) / rise;
        return new Answer.At(before.members * Math.pow(point.members / before.members, part));
      }
      before = point;
    }
    return new Answer.Beyond(before.members);
  }
}
