package org.peerroom.internal.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.internal.store.StoreFixture.TOPIC;
import static org.peerroom.internal.store.StoreFixture.author;
import static org.peerroom.internal.store.StoreFixture.commitFully;
import static org.peerroom.internal.store.StoreFixture.documents;
import static org.peerroom.internal.store.StoreFixture.feed;
import static org.peerroom.internal.store.StoreFixture.recover;
import static org.peerroom.internal.store.StoreFixture.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may open a folder, and what somebody sees who reads its files. */
class FolderTest {

  private static final byte[] IDENTITY = new byte[32];

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void setUp() {
    folder = temp.resolve("data");
  }

  @Test
  void secondPeer_failsWithInUse() throws Exception {
    try (DataFolder data = DataFolder.open(folder, null)) {
      commitFully(data.room(TOPIC));
      assertRefused("in use by another peer of this process", null);
      assertRefused("in use by another peer of this process", null);
      ChildJvm child =
          ChildJvm.start(List.of(), List.of(), StoreChild.class, "open", folder.toString());
      assertTrue(child.output().contains("in use by another process (number "), child.output());
      assertTrue(child.output().contains("" + ProcessHandle.current().pid()), child.output());
    }
    ChildJvm child =
        ChildJvm.start(List.of(), List.of(), StoreChild.class, "open", folder.toString());
    assertEquals("opened", child.output().strip());
  }

  @Test
  void otherIdentity_failsAndLeavesTheFolderAlone() throws Exception {
    byte[] other = new byte[32];
    other[0] = 1;
    fill(IDENTITY);
    Map<String, String> before = contents();
    assertRefused("was written under another identity", other);
    assertRefused("was written under an identity, and this peer has none", null);
    assertEquals(before, contents());
    fillsAgain(IDENTITY);
  }

  @Test
  void identity_failsOnAFolderOfAPeerWithoutOne() throws Exception {
    fill(null);
    assertRefused("was written under another identity", IDENTITY);
    fillsAgain(null);
  }

  @Test
  void newerFormat_failsAndLeavesTheFolderAlone() throws Exception {
    fill(IDENTITY);
    new TwinFile(folder.resolve("FORMAT"), "peer-room-store").write(2, new byte[16]);
    Map<String, String> before = contents();
    assertRefused("written by a newer version (format 2, this one knows 1)", IDENTITY);
    assertEquals(before, contents());
  }

  @Test
  void strangeFolder_failsAndIsLeftAlone() throws Exception {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("letter.txt"), "dear");
    assertRefused("is not empty and is no folder of a store", IDENTITY);
    assertEquals("dear", Files.readString(folder.resolve("letter.txt")));
    assertFalse(Files.exists(folder.resolve("FORMAT")));
    assertFalse(Files.exists(folder.resolve("db")));
  }

  @Test
  void fileInsteadOfAFolder_failsClearly() throws Exception {
    Files.writeString(folder, "no folder");
    assertRefused("the folder cannot be made", null);
  }

  @Test
  void halfMadeFolder_isMadeWhole() throws Exception {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("store.key.part"), "half");
    new TwinFile(folder.resolve("store.key"), "peer-room-store-key").write(1, new byte[32]);
    fill(null);
    fillsAgain(null);
  }

  @Test
  void files_areTheOwnersAlone() throws Exception {
    fill(null);
    assertEquals("rwx------", permissions(folder));
    assertEquals("rw-------", permissions(folder.resolve("store.key")));
    assertEquals("rw-------", permissions(folder.resolve("store.key.copy")));
  }

  @Test
  void damagedMarker_isReplacedByItsCopy() throws Exception {
    fill(null);
    for (String name : List.of("FORMAT", "store.key.copy")) {
      Files.writeString(folder.resolve(name), "peer-room-store 7 junk junk\n");
    }
    fillsAgain(null);
    Files.delete(folder.resolve("FORMAT.copy"));
    fillsAgain(null);
  }

  @Test
  void damagedMarkers_failAndAreNotReplaced() throws Exception {
    fill(null);
    Files.writeString(folder.resolve("FORMAT"), "junk");
    Files.writeString(folder.resolve("FORMAT.copy"), "junk");
    assertRefused("FORMAT and its copy are damaged", null);
    assertEquals("junk", Files.readString(folder.resolve("FORMAT")));
  }

  @Test
  void secrets_standNowhereInTheFiles() throws Exception {
    byte[] key = Arrays.copyOf(text("KEY-OF-A-SEGMENT"), 32);
    List<String> secrets = List.of("KEY-OF-A-SEGMENT", "order-4711", "billing", "was delivered");
    try (DataFolder data = DataFolder.open(folder, IDENTITY)) {
      RoomStore room = data.room(TOPIC);
      room.append(feed(author(1), 1).get(0));
      room.put(Shelf.KEY, DataFolderTest.keyName(author(1), 0), key);
      room.put(Shelf.SEEN, text("order-4711"), text("was delivered"));
      room.put(Shelf.SUBSCRIPTION, text("billing"), text("was delivered"));
      room.put(Shelf.RECEIPT, text("billing"), text("was delivered"));
      room.remove(Shelf.RECEIPT, text("billing"));
      commitFully(room);
      assertNoneStandsIn(secrets);
    }
    assertNoneStandsIn(secrets);
    try (DataFolder data = DataFolder.open(folder, IDENTITY)) {
      assertEquals(Map.of("order-4711", "was delivered"), documents(recover(data), Shelf.SEEN));
    }
    assertNoneStandsIn(secrets);
    assertTrue(contents().values().stream().anyMatch(file -> file.contains("payload 0 of feed")));
  }

  @Test
  void receipts_areReadWhileAPeerUsesTheFolder() throws Exception {
    try (DataFolder data = DataFolder.open(folder, IDENTITY)) {
      data.room(TOPIC).put(Shelf.RECEIPT, text("first"), text("signed"));
      data.room(TOPIC).put(Shelf.SEEN, text("first"), text("seen"));
      data.room(StoreFixture.topic(2)).put(Shelf.RECEIPT, text("second"), text("signed too"));
      commitFully(data.room(TOPIC));
      Map<String, String> before = contents();
      assertEquals(
          Map.of(TOPIC + " first", "signed", StoreFixture.topic(2) + " second", "signed too"),
          receipts(IDENTITY));
      assertEquals(before, contents());
      data.room(TOPIC).put(Shelf.RECEIPT, text("third"), text("signed"));
      commitFully(data.room(TOPIC));
      assertEquals(3, receipts(IDENTITY).size());
    }
    assertEquals(3, receipts(IDENTITY).size());
    assertThrows(StoreException.class, () -> receipts(null));
  }

  @Test
  void receipts_failWithoutAFolder() {
    StoreException why = assertThrows(StoreException.class, () -> receipts(IDENTITY));
    assertTrue(why.getMessage().contains("is no folder of a store"), why.getMessage());
    assertFalse(Files.exists(folder));
  }

  private Map<String, String> receipts(byte[] key) throws StoreException {
    Map<String, String> found = new TreeMap<>();
    DataFolder.visitReceipts(
        folder,
        key,
        (topic, name, value) ->
            found.put(
                topic + " " + new String(name, StandardCharsets.UTF_8),
                new String(value, StandardCharsets.UTF_8)));
    return found;
  }

  private void fill(byte[] key) throws StoreException {
    try (DataFolder data = DataFolder.open(folder, key)) {
      data.room(TOPIC).put(Shelf.SEEN, text("name"), text("value"));
      commitFully(data.room(TOPIC));
    }
  }

  private void fillsAgain(byte[] key) throws StoreException {
    try (DataFolder data = DataFolder.open(folder, key)) {
      assertEquals(Map.of("name", "value"), documents(recover(data), Shelf.SEEN));
    }
  }

  private void assertRefused(String message, byte[] key) {
    StoreException why =
        assertThrows(StoreException.class, () -> DataFolder.open(folder, key).close());
    assertTrue(why.getMessage().contains(message), why.getMessage());
    assertFalse(why.getMessage().contains("\n"), why.getMessage());
  }

  private void assertNoneStandsIn(List<String> secrets) throws IOException {
    contents()
        .forEach(
            (name, file) ->
                secrets.forEach(
                    secret -> assertFalse(file.contains(secret), secret + " stands in " + name)));
  }

  /** Every file but the lock, which names the last who tried. */
  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("LOCK")) {
          contents.put(
              folder.relativize(file).toString(),
              new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        }
      }
    }
    return contents;
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
