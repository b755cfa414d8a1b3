package org.peerroom.internal.store;

import org.peerroom.internal.wire.Topic;

/** Takes documents of any room. */
@FunctionalInterface
public interface DocumentVisitor {

  /** Takes one; the arrays are the visitor's. */
  void visit(Topic topic, byte[] name, byte[] value);
}
