package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.Topic;
import org.peerroom.simulator.Conditions;
import org.peerroom.simulator.SimulatedCrypto;
import org.peerroom.simulator.SimulatedPeer;
import org.peerroom.simulator.SimulatedRoom;
import org.peerroom.simulator.Simulation;

/** Three honest members who go on talking while somebody attacks the first of them. */
final class Scene {

  /** Every frame through the codec: what an attacker sends arrives as bytes. */
  final Simulation world =
      new Simulation(99, new SimulatedCrypto(), Conditions.DEFAULT.withDecodeShare(1));

  final SimulatedPeer victim = world.peer("victim").start();
  final SimulatedPeer author = world.peer("author").start(victim);
  final SimulatedPeer third = world.peer("third").start(victim);
  final SimulatedRoom victimsRoom;
  final SimulatedRoom authorsRoom;
  final SimulatedRoom thirdsRoom;
  final Topic topic;
  final List<Segment> overheard = new ArrayList<>();

  Scene() {
    this(null, RoomPolicy.DEFAULT);
  }

  Scene(@Nullable String secret, RoomPolicy policy) {
    victimsRoom = victim.join("room", secret, policy);
    authorsRoom = author.join("room", secret, policy);
    thirdsRoom = third.join("room", secret, policy);
    topic = victimsRoom.machine().topic();
    world
        .network()
        .tap(
            (from, to, frame, bytes) -> {
              if (frame instanceof Frame.Sealed sealed) {
                overheard.add(sealed.segment());
              }
            });
    pass(5);
    talk();
  }

  void pass(int seconds) {
    world.run(Duration.ofSeconds(seconds));
  }

  HostilePeer stranger() {
    RoomPolicy policy = victimsRoom.machine().policy();
    return new HostilePeer(world, topic, null, policy, world.crypto());
  }

  HostilePeer member() throws Refused {
    HostilePeer peer = stranger().belong(victim);
    assertTrue(victimsRoom.machine().members().contains(peer.id()), "not admitted");
    return peer;
  }

  /** The honest ones talk, and everything arrives within a second: nothing is disturbed. */
  void talk() {
    talkBeside(null);
  }

  /** The same, whatever this one has said. */
  void talkBeside(@Nullable PeerId liar) {
    victimsRoom.publish("of the victim");
    authorsRoom.publish("of the author");
    thirdsRoom.publish("of the third");
    pass(1);
    String liarsMessages = liar == null ? "nobody" : liar.hex();
    assertEquals(
        List.of(),
        world.faults().stream().filter(fault -> !fault.contains(liarsMessages)).toList());
    assertEquals(List.of(), world.lacking());
    assertEquals(1, world.network().linkCount(victim.id(), author.id()));
    assertEquals(1, world.network().linkCount(victim.id(), third.id()));
  }

  /** A segment of the author that the victim has not got, and will not before {@link #release}. */
  Segment withheld() {
    world.network().stall(author.id(), victim.id(), true);
    overheard.clear();
    authorsRoom.publish("author, withheld");
    world.run(Duration.ofMillis(100));
    return overheard.stream()
        .filter(segment -> segment.author().equals(author.id()))
        .findFirst()
        .orElseThrow();
  }

  void release() {
    world.network().stall(author.id(), victim.id(), false);
    pass(1);
  }

  List<String> refusals() {
    return victimsRoom.events(RoomEvent.Refused.class).stream()
        .map(RoomEvent.Refused::reason)
        .toList();
  }

  /** The victim was told of a refusal with this text in it. */
  void expectRefused(String text) {
    assertTrue(
        refusals().stream().anyMatch(reason -> reason.contains(text)),
        "no refusal about '" + text + "', but " + refusals());
  }
}
