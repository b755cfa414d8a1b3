package org.peerroom.identity;

import java.util.Set;
import org.peerroom.identity.Refusal.Reason;

/** A chain that must be refused when it is asked about, and the reasons that are right. */
final class BadChain {

  private final String family;
  private final String name;
  private final byte[] encoded;
  private final Question question;
  private final Set<Reason> reasons;

  BadChain(String family, String name, byte[] encoded, Question question, Set<Reason> reasons) {
    this.family = family;
    this.name = name;
    this.encoded = encoded;
    this.question = question;
    this.reasons = reasons;
  }

  String family() {
    return family;
  }

  String name() {
    return name;
  }

  byte[] encoded() {
    return encoded;
  }

  Question question() {
    return question;
  }

  Set<Reason> reasons() {
    return reasons;
  }

  @Override
  public String toString() {
    return family + ": " + name;
  }
}
