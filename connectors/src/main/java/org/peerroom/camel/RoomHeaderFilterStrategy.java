package org.peerroom.camel;

import java.util.Set;
import org.apache.camel.support.DefaultHeaderFilterStrategy;

/**
 * Decides which headers cross a room.
 *
 * <p>Neither out nor in: Camel's own, whose names are instructions to components (a file name, a
 * URI to call). Not out: the credentials that an HTTP request carries. Not in: the destinations
 * that a JMS producer would obey. Everything else passes, and is as trustworthy as its author.
 */
public class RoomHeaderFilterStrategy extends DefaultHeaderFilterStrategy {

  private static final String[] RESERVED = {"camel", "org.apache.camel."};

  public RoomHeaderFilterStrategy() {
    setLowerCase(true);
    setOutFilterStartsWith(RESERVED);
    setInFilterStartsWith(RESERVED);
    setOutFilter(Set.of("Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"));
    setInFilter(Set.of("JMSReplyTo", "JMSDestination"));
  }

  /**
   * Whether a header is Camel's own, in any mixture of cases: it crosses no room, whatever strategy
   * is configured.
   */
  static boolean isReserved(String name) {
    for (String prefix : RESERVED) {
      if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
        return true;
      }
    }
    return false;
  }
}
