package org.peerroom.architecture.violations.authority;

import org.peerroom.architecture.violations.Room;

public interface EnrolsRooms {
  void enrol(Room room);
}
