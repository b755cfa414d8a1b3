package org.peerroom.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.peerroom.Peer;
import org.peerroom.Room;
import org.peerroom.RoomConfig;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A room between two peers, used as an application would. */
final class RoomWay {

  private static final String NAME = "benchmark";
  private static final Duration MEETING = Duration.ofSeconds(30);

  private RoomWay() {}

  static Receiver receiver(RoomPolicy policy, Tally tally) {
    Peer peer = started(Peer.builder().listen("127.0.0.1:0").start());
    Room room = started(peer.join(RoomConfig.of(NAME).withPolicy(policy)));
    room.events().filter(RoomEvent.Gap.class::isInstance).subscribe(gap -> tally.gap());
    room.messages()
        .subscribe(
            message -> {
              ByteBuffer payload = message.buffer();
              tally.arrived(payload.getLong(), payload.getLong(), message.size());
            });
    String address = peer.listenAddress().orElseThrow().toString();
    return new Receiver() {
      @Override
      public String address() {
        return address;
      }

      @Override
      public void close() {
        peer.close().block();
      }
    };
  }

  static Sender sender(RoomPolicy policy, String address, int concurrency) {
    Peer peer = started(Peer.builder().bootstrap(address).start());
    Room room = started(peer.join(RoomConfig.of(NAME).withPolicy(policy)));
    Flux.interval(Duration.ofMillis(10))
        .takeUntil(i -> !room.members().isEmpty())
        .blockLast(MEETING);
    return new Sender() {
      @Override
      public Mono<Void> send(Flux<byte[]> messages) {
        return messages.flatMap(room::publish, concurrency).then();
      }

      @Override
      public void close() {
        peer.close().block();
      }
    };
  }

  private static <T> T started(Mono<T> mono) {
    return mono.blockOptional(MEETING).orElseThrow();
  }
}
