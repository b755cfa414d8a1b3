package org.peerroom.internal.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Ping;
import org.peerroom.simulator.FaultProxy;
import org.peerroom.simulator.FaultProxy.Direction;

/** Links over a network that cuts, stalls, delays, alters and listens. */
@ExtendWith(NetworkChecks.class)
class BadNetworkTest {

  private final TestPeer a = TestPeer.start();
  private final TestPeer b = TestPeer.start();
  private FaultProxy proxy;

  @BeforeEach
  void connect() {
    proxy = FaultProxy.to(b.listen());
  }

  @AfterEach
  void close() {
    proxy.close();
    a.close();
    b.close();
  }

  @Test
  void cut_takesTheLinkDownOnBothSidesAndAllowsAnother() {
    a.dial(proxy.address());
    b.link(0);
    proxy.cut();

    assertEquals("connection reset", a.awaitDown().reason());
    assertEquals("connection reset", b.awaitDown().reason());
    Link again = a.dial(proxy.address());
    again.send(new Ping(1));
    again.flush();
    b.awaitFrames(1);
  }

  @Test
  void alteredByte_takesTheLinkDownBeforeItIsRead() {
    Link out = a.dial(proxy.address());
    b.link(0);
    proxy.corruptNext(Direction.TO_TARGET);
    out.send(new Ping(1));
    out.flush();

    TestPeer.Down down = b.awaitDown();
    assertTrue(down.reason().startsWith("TLS error: "), down.reason());
    a.awaitDown();
    assertEquals(0, b.frames.size());
  }

  @Test
  void stall_stopsTheSenderAndLosesNothing() {
    Link out = a.dial(proxy.address());
    proxy.stall();
    int sent = 0;
    while (out.writable() && sent < 10_000) {
      out.send(TestFrames.ofSize(20_000, sent++));
      out.flush();
    }
    assertFalse(out.writable());

    proxy.resume();
    b.awaitFrames(sent);
    await().until(out::writable);
    assertEquals(
        IntStream.range(0, sent).boxed().toList(),
        b.frames.stream().map(TestFrames::number).toList());
  }

  @Test
  void delay_changesNothingElse() {
    proxy.delay(Duration.ofMillis(20));
    Link out = a.dial(proxy.address());
    for (int i = 0; i < 100; i++) {
      out.send(new Ping(i));
      out.flush();
    }
    b.awaitFrames(100);

    assertEquals(IntStream.range(0, 100).mapToObj(Ping::new).toList(), b.frames.stream().toList());
  }

  @Test
  void listenerOnTheNetwork_seesNoPlaintext() {
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    proxy.record(
        (direction, bytes) -> {
          synchronized (seen) {
            seen.writeBytes(bytes);
          }
        });
    Link out = a.dial(proxy.address());
    String words = "one espresso, and the invoice to the usual address";
    out.send(new Frame.Bye(words));
    out.close("done");
    b.awaitFrames(1);
    b.awaitDown();

    String recording = seen.toString(StandardCharsets.ISO_8859_1);
    assertTrue(recording.length() > 500, "there is a recording");
    assertTrue(recording.contains(LinkTls.PROTOCOL), "and it is one of this handshake");
    assertFalse(recording.contains("espresso"));
    assertFalse(recording.contains(new String(a.id.bytes(), StandardCharsets.ISO_8859_1)));
    assertFalse(recording.contains(new String(b.id.bytes(), StandardCharsets.ISO_8859_1)));
  }
}
