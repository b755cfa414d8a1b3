package org.peerroom.bench.sealing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.peerroom.SealingSuite;

/**
 * One result.
 *
 * @param operation what was done
 * @param suite of which suite; null where it is of none
 * @param members how many members, or recipients, there are; 0 where that does not matter
 * @param messageBytes the size of a message; 0 where there are none
 * @param messages how many messages were published at once; 0 where there are none
 * @param segments into how many segments they were cut, or in how many frames the rest goes
 * @param units by how many the cost is divided to get that of one message, or member
 * @param cost of all together
 * @param wireBytes the frames' bytes, all together; 0 where nothing is sent
 * @param how where the cost is from
 * @param refused whether the product refuses rooms of that many
 */
record Figure(
    Operation operation,
    @Nullable SealingSuite suite,
    int members,
    int messageBytes,
    int messages,
    int segments,
    int units,
    Cost cost,
    long wireBytes,
    How how,
    boolean refused) {

  /** Where a figure is from. */
  enum How {
    /** This very thing was done. */
    MEASURED,
    /** The sum of parts that were measured, because doing it would take too long. */
    COMPUTED,
    /** What was measured in a smaller room of the same suite: members do not come into it. */
    REUSED;

    /** As it stands in the CSV. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One of the room's keys. */
  static Figure ofKeys(
      Operation operation,
      @Nullable SealingSuite suite,
      int members,
      int frames,
      int units,
      Cost cost,
      long wireBytes) {
    return new Figure(
        operation, suite, members, 0, 0, frames, units, cost, wireBytes, How.MEASURED, false);
  }

  /** Processor time for one message, or member, in microseconds. */
  double cpuMicrosEach() {
    return cost.cpuNanos() / 1e3 / units;
  }

  double wireBytesEach() {
    return (double) wireBytes / units;
  }
}
