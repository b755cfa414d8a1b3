package org.peerroom.internal.protocol;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.crypto.SecretSeed;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.sealing.KemKeyId;
import org.peerroom.internal.wire.Topic;

/** Who appears in the vectors, and where. */
final class VectorCast {

  private static final HexFormat HEX = HexFormat.of();
  private static final ObjectMapper JSON = new ObjectMapper();

  final PublicKeyCrypto crypto;

  /** The author: the peer of the example in IDENTITY.md. */
  final Actor alice;

  final Actor bob;
  final Actor carol;
  final Actor dave;

  /** Is in the rooms, but gets nothing. */
  final Actor mallory;

  /** The identity of the example in IDENTITY.md. */
  final Recipient ann;

  final Recipient ben;
  final Recipient eve;
  final Place orders;
  final Place salon;
  final Place tasting;

  VectorCast(PublicKeyCrypto crypto) {
    this.crypto = crypto;
    alice = new Actor("alice", 3);
    bob = new Actor("bob", 5);
    carol = new Actor("carol", 6);
    dave = new Actor("dave", 7);
    mallory = new Actor("mallory", 8);
    ann = new Recipient("Ann", 2);
    ben = new Recipient("Ben", 4);
    eve = new Recipient("Eve", 9);
    orders = new Place("orders", null, SealingSuite.X_WING);
    salon = new Place("Grüße ☕", "café de nuit", SealingSuite.X25519);
    tasting = new Place("tasting", null, SealingSuite.PER_RECIPIENT);
  }

  List<Actor> actors() {
    return List.of(alice, bob, carol, dave, mallory);
  }

  List<Recipient> recipients() {
    return List.of(ann, ben, eve);
  }

  List<Place> places() {
    return List.of(orders, salon, tasting);
  }

  static byte[] seed(int number) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) number);
    return seed;
  }

  static String hex(byte[] bytes) {
    return HEX.formatHex(bytes);
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** A peer with its keys. */
  final class Actor {
    final String name;
    final byte[] signingSeed;
    final SigningKey signing;
    final PeerId id;
    final byte[] xWingSeed;
    final KemKey xWing;
    final byte[] x25519Seed;
    final KemKey x25519;

    Actor(String name, int number) {
      this.name = name;
      signingSeed = seed(number);
      signing = crypto.signingKey(signingSeed);
      id = PeerId.of(signing.publicKey());
      xWingSeed = seed(0x10 + number);
      xWing = crypto.kemKey(KemSuite.X_WING, xWingSeed);
      x25519Seed = seed(0x20 + number);
      x25519 = crypto.kemKey(KemSuite.X25519, x25519Seed);
    }

    KemKey kem(KemSuite suite) {
      return suite == KemSuite.X_WING ? xWing : x25519;
    }

    byte[] kemSeed(KemSuite suite) {
      return suite == KemSuite.X_WING ? xWingSeed : x25519Seed;
    }

    ObjectNode json() {
      ObjectNode node = object();
      node.put("name", name).put("signingSeed", hex(signingSeed)).put("id", id.hex());
      node.set("xWing", kemJson(xWingSeed, xWing));
      node.set("x25519", kemJson(x25519Seed, x25519));
      return node;
    }
  }

  private static ObjectNode kemJson(byte[] seed, KemKey key) {
    byte[] publicKey = key.publicKey();
    return object()
        .put("seed", hex(seed))
        .put("publicKey", hex(publicKey))
        .put("keyId", hex(KemKeyId.of(publicKey)));
  }

  /** An identity that is sealed to while it is away. */
  final class Recipient {
    final String name;
    final byte[] identitySeed;
    final byte[] identityKey;
    final byte[] seed;
    final KemKey key;

    Recipient(String name, int number) {
      this.name = name;
      identitySeed = seed(number);
      identityKey = crypto.signingKey(identitySeed).publicKey();
      seed = SecretSeed.copyOf(identitySeed).derive("peerroom/1 recipient key");
      key = crypto.kemKey(KemSuite.X_WING, seed);
    }

    String digest() {
      return hex(Digests.sha256("peerroom/1 recipient", key.publicKey()));
    }

    ObjectNode json() {
      ObjectNode node = object();
      node.put("name", name).put("identitySeed", hex(identitySeed));
      node.put("identityKey", hex(identityKey)).put("digest", digest());
      node.set("xWing", kemJson(seed, key));
      return node;
    }
  }

  /** A room. */
  static final class Place {
    final String name;
    final @Nullable String secret;
    final SealingSuite suite;
    final Topic topic;
    final @Nullable PreSharedKey psk;

    Place(String name, @Nullable String secret, SealingSuite suite) {
      this.name = name;
      this.secret = secret;
      this.suite = suite;
      RoomKeys keys = RoomKeys.derive(name, secret == null ? null : secret.toCharArray());
      topic = Topic.of(keys.topic());
      psk = keys.preSharedKey();
    }

    KemSuite kem() {
      return KemKeys.kemOf(suite);
    }

    byte[] pskBytes() {
      return psk == null ? PageRules.NONE : psk.exposeForKeyAgreement();
    }

    ObjectNode json() {
      ObjectNode node = object();
      node.put("name", name).put("nameUtf8", hex(utf8(name)));
      String decomposed = Normalizer.normalize(name, Normalizer.Form.NFD);
      if (!decomposed.equals(name)) {
        node.put("sameNameUtf8", hex(utf8(decomposed)));
      }
      node.put("suite", suite.code());
      if (secret != null) {
        node.put("secret", secret).put("secretUtf8", hex(utf8(secret)));
      }
      node.put("topic", topic.hex());
      if (psk != null) {
        node.put("psk", hex(pskBytes()));
      }
      return node;
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static ArrayNode array(List<ObjectNode> nodes) {
    return JSON.createArrayNode().addAll(nodes);
  }
}
