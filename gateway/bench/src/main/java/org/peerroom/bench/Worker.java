package org.peerroom.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One end of one way, in a process of its own: does what it reads line by line from standard input
 * and answers each line with one line. Ends with its input.
 */
@Command(name = "worker", hidden = true, description = "One end of one way; started by the others.")
final class Worker implements Callable<Integer> {

  /** What an answer begins with; a JVM may write lines of its own. */
  static final String ANSWER = "> ";

  @Option(names = "--way", required = true)
  private String way = "";

  @Option(names = "--concurrency", required = true)
  private int concurrency;

  private final OperatingSystemMXBean machine =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final Tally tally = new Tally();
  private @Nullable Receiver receiver;
  private @Nullable Source source;

  @Override
  public Integer call() throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String answer;
      try {
        answer = answer(line.split(" ", -1));
      } catch (RuntimeException e) {
        answer = "failed " + e;
      }
      System.out.println(ANSWER + answer);
    }
    return 0;
  }

  private String answer(String[] words) {
    return switch (words[0]) {
      case "listen" -> listen(words);
      case "connect" -> connect(words);
      case "start" -> {
        source().start(Integer.parseInt(words[1]));
        yield "started";
      }
      case "stop" -> "sent " + source().stop();
      case "pace" ->
          "sent "
              + source()
                  .pace(
                      Integer.parseInt(words[1]),
                      Integer.parseInt(words[2]),
                      Long.parseLong(words[3]));
      case "sample" -> sample().encode();
      case "collect" -> {
        System.gc();
        yield sample().encode();
      }
      case "await" -> await(Long.parseLong(words[1]));
      case "time" -> {
        tally.time();
        yield "timing";
      }
      case "times" -> Times.encode(tally.takeTimes());
      case "slow" -> {
        tally.pauseEach(Long.parseLong(words[1]));
        yield "slow";
      }
      default -> throw new IllegalArgumentException("unknown: " + words[0]);
    };
  }

  private String listen(String[] words) {
    receiver = Way.ofOption(way).receiver(SharedKeys.decode(words[1]), tally);
    return "listening " + receiver.address();
  }

  private String connect(String[] words) {
    SharedKeys keys = SharedKeys.decode(words[2]);
    source = new Source(Way.ofOption(way).sender(keys, words[1], concurrency));
    return "connected";
  }

  private Source source() {
    if (source == null) {
      throw new IllegalStateException("not connected");
    }
    return source;
  }

  private Sample sample() {
    Runtime runtime = Runtime.getRuntime();
    return new Sample(
        System.nanoTime(),
        machine.getProcessCpuTime(),
        tally.messages(),
        tally.bytes(),
        source == null ? 0 : source.taken(),
        runtime.totalMemory() - runtime.freeMemory(),
        resident());
  }

  /** What the process takes of the machine's memory, where the system says so; else 0. */
  private static long resident() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }

  private String await(long count) {
    long until = System.nanoTime() + 30_000_000_000L;
    while (tally.messages() + tally.misplaced() < count && System.nanoTime() < until) {
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return "received " + tally.messages() + " " + tally.misplaced() + " " + tally.gaps();
  }
}
