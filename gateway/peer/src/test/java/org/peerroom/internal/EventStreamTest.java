package org.peerroom.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Events that are told before, while and after anyone listens. */
class EventStreamTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final EventStream<Integer> stream = new EventStream<>();

  @Test
  void firstListener_getsWhatHappenedBeforeItCame_andTheNextDoesNot() {
    stream.tell(1);
    stream.tell(2);
    List<Integer> first = new CopyOnWriteArrayList<>();
    stream.asFlux().subscribe(first::add);
    List<Integer> second = new CopyOnWriteArrayList<>();
    stream.asFlux().subscribe(second::add);
    stream.tell(3);

    Awaitility.await().until(() -> first.size() == 3 && second.size() == 1);
    assertEquals(List.of(1, 2, 3), first);
    assertEquals(List.of(3), second);
  }

  @Test
  void whatIsKeptBeforeAnyoneListens_isBounded() {
    IntStream.range(0, 100_000).forEach(stream::tell);

    StepVerifier.create(stream.asFlux().take(256))
        .expectNextSequence(IntStream.range(100_000 - 256, 100_000).boxed().toList())
        .expectComplete()
        .verify(LIMIT);
  }

  @Test
  void listenerAfterTheEnd_getsWhatNobodyHasHeard_andTheEnd() {
    stream.tell(1);
    stream.complete();

    StepVerifier.create(stream.asFlux()).expectNext(1).expectComplete().verify(LIMIT);
    StepVerifier.create(stream.asFlux()).expectComplete().verify(LIMIT);
  }

  @Test
  void listenerWithoutDemand_losesTheNewestOverTheBound_andHoldsUpNobody() {
    StepVerifier.create(stream.asFlux(), 0)
        .then(() -> IntStream.range(0, 10_000).forEach(stream::tell))
        .then(stream::complete)
        .thenRequest(Long.MAX_VALUE)
        .expectNextSequence(IntStream.range(0, 1_024).boxed().toList())
        .thenConsumeWhile(i -> true)
        .expectComplete()
        .verify(LIMIT);
  }
}
