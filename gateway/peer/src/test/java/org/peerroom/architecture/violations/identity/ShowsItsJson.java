package org.peerroom.architecture.violations.identity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

public interface ShowsItsJson {
  List<JsonNode> claims();
}
