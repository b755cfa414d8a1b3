package org.peerroom.camel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * By what a changed file is known without being read: two stamps of one file are equal if it was
 * not written between them, or there was none both times.
 */
record FileStamp(long size, @Nullable FileTime modified, @Nullable Object key) {

  /** Of a file that is not there. */
  static final FileStamp NONE = new FileStamp(-1, null, null);

  static FileStamp of(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
    } catch (IOException e) {
      return NONE;
    }
  }
}
