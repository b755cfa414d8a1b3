package org.peerroom.gateway.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;

class PassphraseOptionsTest {

  private final List<String> questions = new ArrayList<>();

  private PassphraseOptions typing(String... answers) {
    Queue<String> typed = new ArrayDeque<>(List.of(answers));
    return new PassphraseOptions(
        Map.of(),
        question -> {
          questions.add(question);
          return typed.isEmpty() ? null : typed.remove().toCharArray();
        });
  }

  private static String refused(Executable asking) {
    GatewayException refused = assertThrows(GatewayException.class, asking);
    assertEquals(ExitCode.BAD_INPUT, refused.exitCode());
    return refused.getMessage();
  }

  @Test
  void forNew_asksTwice() {
    try (Secret passphrase = typing("long enough", "long enough").forNew("a.key", false)) {
      assertArrayEquals("long enough".toCharArray(), passphrase.chars());
    }
    assertEquals(List.of("New passphrase for a.key", "The same again"), questions);
  }

  @Test
  void forNew_failsIfTheTwoDiffer() {
    assertEquals(
        "the two passphrases differ; nothing was written",
        refused(() -> typing("long enough", "long enouhg").forNew("a.key", false)));
  }

  @Test
  void forNew_failsIfItIsTooShortBeforeAskingAgain() {
    assertEquals(
        "the passphrase is too short; take at least 8 characters",
        refused(() -> typing("1234567").forNew("a.key", false)));
    assertEquals(1, questions.size());
  }

  @Test
  void forNew_failsIfNothingIsTyped() {
    assertEquals(
        "no passphrase was typed; nothing was written",
        refused(() -> typing().forNew("a.key", false)));
    assertEquals(
        "the passphrase that was typed is empty", refused(() -> typing("").forNew("a.key", false)));
  }

  @Test
  void forNew_isNoneIfAskedForEvenWithOneInTheEnvironment() {
    PassphraseOptions options =
        new PassphraseOptions(Map.of("PEERROOM_PASSPHRASE", "from the environment"), null);
    assertNull(options.forNew("a.key", true).chars());
    assertArrayEquals("from the environment".toCharArray(), options.forNew("a.key", false).chars());
  }

  @Test
  void forExisting_takesTheEnvironmentBeforeItAsks() {
    PassphraseOptions options =
        new PassphraseOptions(
            Map.of("PEERROOM_PASSPHRASE", "short"), question -> question.toCharArray());
    assertArrayEquals("short".toCharArray(), options.forExisting("a.key").chars());
  }

  @Test
  void forExisting_asksOnce() {
    assertArrayEquals("short".toCharArray(), typing("short").forExisting("a.key").chars());
    assertEquals(List.of("Passphrase of a.key"), questions);
  }

  @Test
  void forExisting_failsWithAnEmptyVariable() {
    PassphraseOptions options = new PassphraseOptions(Map.of("PEERROOM_PASSPHRASE", ""), null);
    assertEquals(
        "the passphrase in the variable PEERROOM_PASSPHRASE is empty",
        refused(() -> options.forExisting("a.key")));
  }

  @Test
  void forExisting_failsWhereNobodyCanBeAsked() {
    assertEquals(
        "a.key is protected by a passphrase: give --passphrase-file FILE, or set"
            + " PEERROOM_PASSPHRASE",
        refused(() -> new PassphraseOptions(Map.of(), null).forExisting("a.key")));
  }

  @Test
  void close_wipesIt() {
    Secret passphrase = Secret.of("long enough".toCharArray(), "the secret here");
    char[] chars = passphrase.chars();
    passphrase.close();
    assertArrayEquals(new char[chars.length], chars);
  }
}
