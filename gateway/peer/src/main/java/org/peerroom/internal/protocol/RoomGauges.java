package org.peerroom.internal.protocol;

/**
 * How much a room takes at one moment: each of these has a bound, whatever remotes send.
 *
 * @param records members and former members of whom a record is held
 * @param admitted members that have proved that they belong here
 * @param feeds feeds that are known
 * @param bytes bytes of segments that are held
 * @param keys sender keys that are held
 * @param missingKeys feeds whose keys are being asked for
 * @param heardOf what neighbours have said of feeds, all together
 * @param streams feeds that neighbours have asked for, all together
 */
public record RoomGauges(
    int records,
    int admitted,
    int feeds,
    long bytes,
    int keys,
    int missingKeys,
    int heardOf,
    int streams) {

  static RoomGauges of(
      Members members, KeyExchange keyExchange, Replica replica, Replication replication) {
    int heardOf = 0;
    int streams = 0;
    for (Neighbour neighbour : replication.neighbours()) {
      heardOf += neighbour.heardOf();
      streams += neighbour.children.size();
    }
    return new RoomGauges(
        members.count(),
        keyExchange.admitted().size(),
        replica.feeds().size(),
        replica.bytes(),
        replica.keys(),
        keyExchange.missingKeys(),
        heardOf,
        streams);
  }
}
