package org.peerroom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** That the benchmarks run and that every message arrives; never how fast. */
class BenchTest {

  /** These processes live for seconds. */
  private static final String QUICK = "-Xmx256m -XX:TieredStopAtLevel=1";

  private final StringWriter out = new StringWriter();

  private int run(String... arguments) {
    return Bench.run(new PrintWriter(out, true), arguments);
  }

  @Test
  void compare_bringsEveryMessageToItsPlaceOnEveryWay() {
    int code =
        run(
            "compare",
            "--sizes",
            "256",
            "--rounds",
            "1",
            "--window",
            "200",
            "--warm-up",
            "200",
            "--paced",
            "20",
            "--jvm",
            QUICK);
    String report = out.toString();
    assertEquals(0, code, report);
    for (String way : new String[] {"room", "by hand", "by hand \\(JDK\\)", "bare TLS"}) {
      Matcher line = Pattern.compile(way + ": all ([0-9,]+) messages arrived once").matcher(report);
      assertTrue(line.find(), report);
      assertTrue(Long.parseLong(line.group(1).replace(",", "")) > 100, report);
    }
    assertTrue(report.contains("room / bare TLS"), report);
    assertTrue(report.contains("(20 messages)"), report);
  }

  @Test
  void overload_losesNothing() {
    int code = run("overload", "--seconds", "2", "--pause", "200", "--jvm", QUICK);
    assertEquals(0, code, out::toString);
    assertTrue(out.toString().contains("no gap events"), out::toString);
  }

  @Test
  void compare_failsOnAWayThatIsNone() {
    assertEquals(2, run("compare", "--ways", "carrier-pigeon"));
  }
}
