package org.peerroom.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.Identity;
import org.peerroom.identity.IdentityException;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import reactor.core.Disposable;

/** The file of trusted authorities while it changes, with real files. */
class TrustFileTest {

  @TempDir private Path folder;

  private final TrustedAuthorities first = authority("Acme");
  private final TrustedAuthorities second = authority("Acme");
  private final List<TrustedAuthorities> changes = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private Path path;
  private TrustFile file;

  private static TrustedAuthorities authority(String name) {
    return TrustedAuthorities.of(TrustedAuthority.of(name, Identity.generate(name).key()));
  }

  @BeforeEach
  void write() throws IOException {
    path = folder.resolve("authorities.json");
    Files.writeString(path, first.toJson());
    file = new TrustFile(path);
  }

  private void look() {
    file.look(changes::add, problems::add);
  }

  @Test
  void load_readsTheFile_andFailsWithItsName() throws IOException {
    assertEquals(first, file.load());

    Files.writeString(path, "{\"authorities\":7}");
    IdentityException broken = assertThrows(IdentityException.class, file::load);
    assertTrue(broken.getMessage().startsWith(path + ": "), broken::getMessage);
    Files.delete(path);
    IdentityException missing = assertThrows(IdentityException.class, file::load);
    assertTrue(missing.getMessage().contains("there is no such file"), missing::getMessage);
  }

  @Test
  void unchangedFile_tellsNothing() throws IOException {
    file.load();
    look();
    Files.setLastModifiedTime(path, FileTime.fromMillis(0));
    look();

    assertEquals(List.of(), changes);
    assertEquals(List.of(), problems);
  }

  @Test
  void changedFile_isReadAgain_once() throws IOException {
    file.load();
    Files.writeString(path, TrustedAuthorities.NONE.toJson());
    look();
    look();
    Files.writeString(path, first.toJson());
    look();

    assertEquals(List.of(TrustedAuthorities.NONE, first), changes);
    assertEquals(List.of(), problems);
  }

  @Test
  void fileWithAnotherKey_isReadAgain_thoughSizeAndTimeAreTheSame() throws IOException {
    FileTime time = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(path, time);
    file.load();
    long size = Files.size(path);
    Files.writeString(path, second.toJson());
    Files.setLastModifiedTime(path, time);
    assertEquals(size, Files.size(path));

    look();

    assertEquals(List.of(second), changes);
  }

  @Test
  void brokenFile_isToldOnce_andLeavesTheLastGoodList() throws IOException {
    file.load();
    Files.writeString(path, "{\"authorities\":[");
    look();
    look();
    assertEquals(List.of(), changes);
    assertEquals(1, problems.size());
    assertTrue(problems.get(0).startsWith(path + ": "), () -> problems.get(0));

    Files.writeString(path, first.toJson());
    look();
    assertEquals(List.of(), changes, "as it was before");
    Files.writeString(path, "{\"authorities\":[");
    look();
    assertEquals(2, problems.size(), "broken anew");
    Files.writeString(path, second.toJson());
    look();
    assertEquals(List.of(second), changes);
  }

  @Test
  void fileThatIsReplacedByRename_isReadAgain() throws IOException {
    file.load();
    Path draft = folder.resolve("draft.json");
    Files.writeString(draft, second.toJson());
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

    look();

    assertEquals(List.of(second), changes);
    assertEquals(List.of(), problems);
  }

  @Test
  void deletedFile_isToldOnce_andReadWhenItIsThereAgain() throws IOException {
    file.load();
    Files.delete(path);
    look();
    look();
    assertEquals(1, problems.size());
    assertTrue(problems.get(0).contains("there is no such file"), () -> problems.get(0));

    Files.writeString(path, second.toJson());
    look();
    assertEquals(List.of(second), changes);
    assertEquals(1, problems.size());
  }

  @Test
  void watch_looksByItself_untilItIsDisposedOf() throws IOException {
    file.load();
    List<TrustedAuthorities> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
    Disposable watch =
        file.watch(
            changed -> {
              seen.add(changed);
              throw new IllegalStateException("thrown on purpose");
            },
            problem -> {});
    try {
      Files.writeString(path, second.toJson());
      Awaitility.await().until(() -> seen.equals(List.of(second)));
      Files.writeString(path, first.toJson());
      Awaitility.await().until(() -> seen.equals(List.of(second, first)));
    } finally {
      watch.dispose();
    }
    assertTrue(watch.isDisposed());
  }
}
