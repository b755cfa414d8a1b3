package org.peerroom.bench;

import org.jspecify.annotations.Nullable;

/** A run that can't go on, or whose figures must not be believed; its message is for people. */
public final class BenchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BenchException(String message) {
    this(message, null);
  }

  public BenchException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
