package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.peerroom.RoomPolicy;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.simulator.Conditions;
import org.peerroom.simulator.SimulatedPeer;
import org.peerroom.simulator.SimulatedRoom;
import org.peerroom.simulator.Simulation;

/**
 * Who has recorded everything that went over every link, and gets the whole memory of every peer
 * when what was said has expired, can't open it: no key that could is there any more.
 */
class KeysDieTest {

  private static final int RETENTION_SECONDS = 60;

  /** After this long every private key that a recorded grant was sealed to is wiped. */
  private static final int KEM_SECONDS = 240;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(SealingSuite.class)
  void afterExpiry_noKeyOfWhatWasSaid_isInMemory(SealingSuite suite) throws Exception {
    Simulation world = new Simulation(5, ProviderCrypto.create(), Conditions.DEFAULT);
    RoomPolicy policy =
        RoomPolicy.DEFAULT.withSuite(suite).withRetention(Duration.ofSeconds(RETENTION_SECONDS));
    SimulatedPeer first = world.peer("first").start();
    SimulatedRoom ann = first.join("room", "a secret", policy);
    SimulatedRoom bob = world.peer("bob").start(first).join("room", "a secret", policy);
    world.run(Duration.ofSeconds(5));
    for (int i = 0; i < 20; i++) {
      ann.publish("ann " + i);
      bob.publish("bob " + i);
    }
    world.run(Duration.ofSeconds(2));
    SimulatedRoom late = world.peer("late").start(first).join("room", "a secret", policy);
    world.run(Duration.ofSeconds(2));
    assertEquals(40, late.subscriber().count());

    List<HeapDump.Sought> sought = new ArrayList<>();
    for (SimulatedRoom room : List.of(ann, bob, late)) {
      collect(room, sought);
    }
    Set<String> alive = HeapDump.found(sought, folder);
    assertEquals(names(sought), alive, "the search does not find what is there");
    for (String kind : List.of("segment key", "chain key", "pairwise key", "kem key")) {
      assertTrue(alive.stream().anyMatch(name -> name.contains(kind)), "nothing of " + kind);
    }

    world.run(Duration.ofSeconds(RETENTION_SECONDS + 2));
    List<HeapDump.Sought> opens = new ArrayList<>(sought);
    opens.removeIf(one -> one.name.contains("kem key") || one.name.contains("pairwise key"));
    assertEquals(Set.of(), HeapDump.remaining(opens, folder), "it opens what has expired");
    world.run(Duration.ofSeconds(KEM_SECONDS - RETENTION_SECONDS));
    assertEquals(Set.of(), HeapDump.remaining(sought, folder), "it opens recorded grants");

    ann.publish("and it goes on");
    world.run(Duration.ofSeconds(2));
    assertEquals(1, bob.subscriber().count() - 40);
    assertEquals(List.of(), world.faults());
  }

  private static Set<String> names(List<HeapDump.Sought> sought) {
    Set<String> names = new TreeSet<>();
    sought.forEach(one -> names.add(one.name));
    return names;
  }

  /** Every key in this peer's hands that opens something that was sent until now. */
  private static void collect(SimulatedRoom room, List<HeapDump.Sought> sought) throws Exception {
    String whose = room.peer().name() + ": ";
    for (Feed feed : room.machine().replica().feeds()) {
      String of = whose + feed.author.shortHex() + " ";
      for (long s = feed.first(); s < feed.next(); s++) {
        Feed.Stored stored = feed.get(s);
        if (stored != null && stored.key != null) {
          sought.add(new HeapDump.Sought(of + "segment key " + s, bytes(stored.key)));
        }
      }
      for (KeyEntry entry : feed.keys.entries()) {
        if (entry.sequence < feed.next()) {
          byte[] chain = entry.key.exposeForGrant();
          sought.add(new HeapDump.Sought(of + "chain key " + entry.epoch, chain));
        }
      }
    }
    Object grants = field(field(room.machine(), "keyExchange"), "grants");
    int number = 0;
    for (Object out : (Iterable<?>) field(grants, "sealedWith")) {
      byte[] key = bytes(field(field(out, "sender"), "key"));
      sought.add(new HeapDump.Sought(whose + "sending pairwise key " + number++, key));
    }
    for (Object in : ((Map<?, ?>) field(grants, "openedWith")).keySet()) {
      byte[] key = bytes(field(field(in, "receiver"), "key"));
      sought.add(new HeapDump.Sought(whose + "receiving pairwise key " + number++, key));
    }
    for (Object held : (Iterable<?>) field(field(grants, "kemKeys"), "held")) {
      Object pair = field(field(held, "key"), "pair");
      byte[] key = privateBytes(((AsymmetricCipherKeyPair) pair).getPrivate());
      sought.add(new HeapDump.Sought(whose + "kem key " + number++, key));
    }
  }

  private static byte[] privateBytes(AsymmetricKeyParameter key) {
    return key instanceof X25519PrivateKeyParameters x25519
        ? x25519.getEncoded()
        : ((XWingPrivateKeyParameters) key).getSeed();
  }

  private static byte[] bytes(Object key) throws Exception {
    Object material = field(key, "key");
    return ((byte[]) field(material, "bytes")).clone();
  }

  private static Object field(Object owner, String name) throws Exception {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }
}
