package org.peerroom.bench.sealing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.peerroom.SealingSuite;

/**
 * What something costs its author in processor time, over the size of the room: one line of the
 * picture.
 *
 * @param name for people
 * @param suite null for what is the same with every suite that has it
 * @param messages how many are published at once; 0 where it is not of messages
 * @param figures from few members to many, at least one
 */
record Curve(String name, @Nullable SealingSuite suite, int messages, List<Figure> figures) {

  private static final int SIZE = 256;
  private static final List<Integer> AT_ONCE = List.of(1, 256);

  /** All that are drawn, of which there are figures. */
  static List<Curve> of(Figures figures) {
    int size = messageBytes(figures);
    List<Curve> curves = new ArrayList<>();
    for (SealingSuite suite : SealingSuite.values()) {
      for (int messages : AT_ONCE) {
        List<Figure> found = figures.byMembers(Operation.SEAL, suite, size, messages);
        if (!found.isEmpty()) {
          String name = suite + (messages == 1 ? ", a lone message" : ", " + messages + " at once");
          curves.add(new Curve(name, suite, messages, found));
        }
      }
    }
    List<Figure> rekeys = rekeys(figures);
    if (!rekeys.isEmpty()) {
      curves.add(new Curve("rekey, once after someone left", null, 0, rekeys));
    }
    return curves;
  }

  /** The work is the same with each suite: of each size of room the one that was less disturbed. */
  private static List<Figure> rekeys(Figures figures) {
    Map<Integer, Figure> byMembers = new TreeMap<>();
    figures
        .of(Operation.REKEY)
        .forEach(
            figure ->
                byMembers.merge(
                    figure.members(),
                    figure,
                    (one, other) ->
                        one.cost().cpuNanos() <= other.cost().cpuNanos() ? one : other));
    return List.copyOf(byMembers.values());
  }

  /** The size of the messages that curves are of: 256 bytes, or the smallest measured. */
  static int messageBytes(Figures figures) {
    TreeSet<Integer> sizes = new TreeSet<>();
    figures.of(Operation.SEAL).forEach(figure -> sizes.add(figure.messageBytes()));
    return sizes.isEmpty() || sizes.contains(SIZE) ? SIZE : sizes.first();
  }

  /** Milliseconds for a message; where it is not of messages, for all together. */
  List<Crossing.Point> points() {
    return figures.stream().map(f -> new Crossing.Point(f.members(), millis(f))).toList();
  }

  private double millis(Figure figure) {
    double nanos = figure.cost().cpuNanos();
    return (messages == 0 ? nanos : nanos / figure.units()) / 1e6;
  }
}
