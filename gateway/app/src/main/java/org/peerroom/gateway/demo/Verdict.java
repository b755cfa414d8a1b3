package org.peerroom.gateway.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was checked at the end, each with what was found; the demo succeeds only if all of it holds.
 */
final class Verdict {

  private final List<Check> checks = new ArrayList<>();

  /**
   * One thing that was checked.
   *
   * @param holds whether it is so
   * @param found the figures
   */
  record Check(String what, boolean holds, String found) {}

  void add(String what, boolean holds, String found) {
    checks.add(new Check(what, holds, found));
  }

  List<Check> checks() {
    return List.copyOf(checks);
  }

  boolean holds() {
    return !checks.isEmpty() && checks.stream().allMatch(Check::holds);
  }

  /** Compares what was sent with what came out of the queue. */
  void compare(List<Order> orders, List<Arrival> arrivals, String author) {
    Map<String, Integer> times = new HashMap<>();
    arrivals.forEach(arrival -> times.merge(arrival.name(), 1, Integer::sum));
    long arrived = orders.stream().filter(order -> times.containsKey(order.name())).count();
    add(
        "every order arrived",
        arrived == orders.size(),
        arrived + " of " + orders.size() + " orders in the queue");

    Map<String, String> hashes = new HashMap<>();
    orders.forEach(order -> hashes.put(order.name(), order.sha256()));
    Set<String> right = new HashSet<>();
    for (Arrival arrival : arrivals) {
      if (arrival.sha256().equals(hashes.get(arrival.name()))) {
        right.add(arrival.name());
      }
    }
    long wrong = arrivals.stream().filter(a -> !a.sha256().equals(hashes.get(a.name()))).count();
    add(
        "every body is what was sent",
        wrong == 0 && right.size() == orders.size(),
        right.size() + " SHA-256 hashes equal, " + wrong + " different");

    long twice = times.values().stream().filter(n -> n > 1).count();
    add("nothing arrived twice", twice == 0, twice + " orders more than once");

    long byAuthor = arrivals.stream().filter(a -> a.author().equals(author)).count();
    add(
        "each message's author was verified",
        byAuthor == arrivals.size() && !arrivals.isEmpty(),
        byAuthor
            + " by peer "
            + author.substring(0, 8)
            + ", "
            + (arrivals.size() - byAuthor)
            + " by others");
  }
}
