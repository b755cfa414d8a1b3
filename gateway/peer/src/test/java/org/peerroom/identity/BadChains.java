package org.peerroom.identity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.peerroom.identity.Refusal.Reason;

/** Collects the bad chains of one family. */
final class BadChains {

  private final String family;
  private final List<BadChain> chains = new ArrayList<>();

  BadChains(String family) {
    this.family = family;
  }

  List<BadChain> all() {
    return List.copyOf(chains);
  }

  BadChains add(String name, byte[] encoded, Question question, Reason... reasons) {
    chains.add(new BadChain(family, name, encoded, question, Set.of(reasons)));
    return this;
  }

  BadChains add(String name, String text, Question question, Reason... reasons) {
    return add(name, text.getBytes(StandardCharsets.UTF_8), question, reasons);
  }

  BadChains add(String name, String text, Reason... reasons) {
    return add(name, text, Question.PUBLISH, reasons);
  }

  BadChains add(String name, ForgedChain chain, Reason... reasons) {
    return add(name, chain.text(), reasons);
  }

  BadChains add(String name, ForgedChain chain, Question question, Reason... reasons) {
    return add(name, chain.text(), question, reasons);
  }

  /** Spoils each link of the good chains of 2 and 3 links in the same way: 5 bad chains. */
  BadChains spoilEach(String name, UnaryOperator<ForgedJws> change, Reason... reasons) {
    for (int length = 2; length <= 3; length++) {
      for (int link = 1; link <= length; link++) {
        ForgedChain spoilt = ForgedChain.ofLength(length).with(link, change);
        add(name + ", link " + link + " of " + length, spoilt, reasons);
      }
    }
    return this;
  }
}
