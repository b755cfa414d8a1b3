package org.peerroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.peerroom.internal.LocalPeer;
import org.slf4j.LoggerFactory;

/** Which providers do the work is picked by one property, and can be seen. */
class CryptographyTest {

  private static final String PROPERTY = "peerroom.crypto.provider";

  @RegisterExtension final RunningPeers peers = new RunningPeers();

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(LocalPeer.class);
  private final String before = System.getProperty(PROPERTY, "auto");

  @BeforeEach
  void listen() {
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
  }

  @AfterEach
  void restore() {
    logger.detachAppender(lines);
    logger.setLevel(null);
    System.setProperty(PROPERTY, before);
  }

  @ParameterizedTest
  @CsvSource({"bouncycastle, Ed25519 BouncyCastle 1.", "jdk, Ed25519 JDK SunEC "})
  void peer_saysOnceAtItsStartWhichProvidersWork(String provider, String shown) {
    System.setProperty(PROPERTY, provider);
    Peer peer = peers.start(Peer.builder());
    assertTrue(peer.cryptography().startsWith(shown), peer.cryptography());
    List<String> said = lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertEquals(
        List.of("peer " + peer.id().shortHex() + " works with " + peer.cryptography()), said);
    assertEquals(Level.INFO, lines.list.get(0).getLevel());
  }

  /** Two peers with different providers in one room: each believes the other's signatures. */
  @Test
  void peers_withDifferentProvidersUnderstandEachOther() {
    System.setProperty(PROPERTY, "jdk");
    Peer jdk = peers.listening(Peer.builder());
    System.setProperty(PROPERTY, "bouncycastle");
    Peer bouncyCastle = peers.dialling(jdk, Peer.builder());
    Room atJdk = RunningPeers.join(jdk, RoomConfig.of("orders"));
    Room atBouncyCastle = RunningPeers.join(bouncyCastle, RoomConfig.of("orders"));
    atJdk.publish("one espresso").block(RunningPeers.LIMIT);
    atBouncyCastle.publish("one ristretto").block(RunningPeers.LIMIT);
    for (Room room : List.of(atJdk, atBouncyCastle)) {
      List<String> heard =
          room.messages().take(2).map(Message::text).collectList().block(RunningPeers.LIMIT);
      assertEquals(List.of("one espresso", "one ristretto"), heard.stream().sorted().toList());
    }
  }

  @Test
  void start_failsWithAnUnknownProvider() {
    System.setProperty(PROPERTY, "openssl");
    var refusal =
        assertThrows(
            CryptoProviderException.class, () -> Peer.builder().start().block(RunningPeers.LIMIT));
    assertEquals(
        "peerroom.crypto.provider is auto, bouncycastle, corretto or jdk, not 'openssl'",
        refusal.getMessage());
    assertEquals(List.of(), lines.list);
  }
}
