package org.peerroom.architecture.violations.authority;

import com.fasterxml.jackson.databind.JsonNode;

public interface ShowsItsAnswer {
  JsonNode answer();
}
