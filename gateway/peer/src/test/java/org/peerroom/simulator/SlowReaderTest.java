package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.Subscription;

/** Whom a publisher waits for when a member is far behind, and for how long. */
class SlowReaderTest {

  private static final RoomPolicy SMALL =
      RoomPolicy.DEFAULT.withMaxMessageSize(64 << 10).withRetentionBytes(1 << 20);

  private final Simulation world = new Simulation(5);
  private SimulatedPeer reading;
  private SimulatedRoom readersRoom;
  private SimulatedRoom publishersRoom;

  /** The reader has taken some of a first segment, and the publisher may not go on. */
  @BeforeEach
  void publishUntilTheReaderIsFarBehind() {
    SimulatedPeer publishing = world.peer("publishing").start();
    reading = world.peer("reading").start(publishing);
    publishersRoom = publishing.join("orders", SMALL);
    readersRoom = reading.join("orders", SMALL);
    world.run(Duration.ofSeconds(2));
    readersRoom.pauseReading(true);
    for (int i = 0; publishersRoom.publishable(); i++) {
      assertTrue(i < 1_000, "nothing holds the publisher back");
      publishersRoom.publish(new byte[10_000]);
      world.run(Duration.ofMillis(10));
    }
  }

  @Test
  void reader_thatStandsStillIsWaitedForTenSeconds() {
    world.run(Duration.ofSeconds(8));
    assertFalse(publishersRoom.publishable());
    world.run(Duration.ofSeconds(4));
    assertTrue(publishersRoom.publishable());
  }

  @Test
  void reader_thatStandsStillIsNotWaitedForAgainWhenItsReplicaGivesUpWhatItHasNotRead() {
    publishEndlessly();
    readersRoom.pauseReading(false);
    world.run(Duration.ofSeconds(2));
    assertFalse(readersRoom.events(RoomEvent.Gap.class).isEmpty());
  }

  @Test
  void subscription_thatNobodyTakesFromIsNotWaitedForAgainEither() {
    readersRoom.pauseReading(false);
    publishersRoom
        .machine()
        .readers()
        .subscribe(Subscription.named("idle"), publishersRoom.peer().now());
    publishEndlessly();
  }

  /** Four times what is retained, after the ten seconds. */
  private void publishEndlessly() {
    for (int i = 0; i < 150; i++) {
      world.run(Duration.ofMillis(100));
      publishersRoom.publishable();
    }
    for (int i = 0; i < 400; i++) {
      publishersRoom.publish(new byte[10_000]);
      world.run(Duration.ofMillis(10));
      int count = i;
      assertTrue(publishersRoom.publishable(), () -> "waits after " + count + " messages");
    }
  }

  @Test
  void reader_thatIsAtWorkIsWaitedForHoweverSlowItIs() {
    for (int second = 0; second < 60; second++) {
      readersRoom.machine().stillReading(readersRoom.subscriber().reader(), reading.now());
      reading.turn();
      world.run(Duration.ofSeconds(1));
      assertFalse(publishersRoom.publishable(), "given up after " + second + " seconds");
    }
    readersRoom.pauseReading(false);
    world.run(Duration.ofSeconds(2));
    assertTrue(publishersRoom.publishable());
  }
}
