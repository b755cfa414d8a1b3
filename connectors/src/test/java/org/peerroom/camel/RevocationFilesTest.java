package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationFilesTest {

  private final Authority acme = new Authority("Acme");
  private final Authority victim = new Authority("victim");

  @TempDir Path folder;

  private RevocationFiles files() {
    return new RevocationFiles(List.of(folder));
  }

  @Test
  void changed_givesEachFileOnceAndAgainWhenItChanges() throws IOException {
    RevocationFiles files = files();
    assertEquals(List.of(), files.changed());
    Path first = folder.resolve("a.revocation");
    acme.revoke(victim.key(), first);
    RevocationFiles.Found found = files.changed().get(0);
    assertEquals(first, found.file());
    assertNotNull(found.revocation());
    assertNull(found.problem());
    assertEquals(List.of(), files.changed());
    acme.revoke(acme.key(), folder.resolve("b.revocation"));
    assertEquals(folder.resolve("b.revocation"), files.changed().get(0).file());
    Files.delete(first);
    assertEquals(List.of(), files.changed());
    acme.revoke(victim.key(), first);
    assertEquals(first, files.changed().get(0).file());
  }

  @Test
  void changed_leavesOutWhatIsNotComplete() throws IOException {
    Files.writeString(folder.resolve(".a.revocation"), "x");
    Files.writeString(folder.resolve("a.part"), "x");
    Files.writeString(folder.resolve("a.tmp"), "x");
    Files.createDirectory(folder.resolve("older"));
    assertEquals(List.of(), files().changed());
  }

  @Test
  void changed_saysOnceWhatIsWrongWithAFile() throws IOException {
    RevocationFiles files = files();
    Files.write(folder.resolve("a.revocation"), new byte[1 << 20]);
    RevocationFiles.Found found = files.changed().get(0);
    assertNull(found.revocation());
    assertEquals("it is too large to be a revocation", found.problem());
    assertEquals(List.of(), files.changed());
  }

  @Test
  void changed_saysThatANamedFileIsMissing() {
    Path missing = folder.resolve("none");
    RevocationFiles files = new RevocationFiles(List.of(missing));
    assertEquals("there is no such file or folder", files.changed().get(0).problem());
    assertEquals(List.of(), files.changed());
  }
}
