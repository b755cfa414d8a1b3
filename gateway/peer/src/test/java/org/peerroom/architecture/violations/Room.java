package org.peerroom.architecture.violations;

import io.netty.buffer.ByteBuf;

public interface Room {
  void publish(ByteBuf bytes);
}
