package org.peerroom.architecture.violations.identity;

import org.peerroom.architecture.violations.Room;

public interface KnowsRooms {
  boolean mayPublish(Room room);
}
