package org.peerroom.gateway.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * One order as it was written to a file.
 *
 * @param name of the file
 * @param file where it waits to be dropped into the folder that the first gateway watches
 * @param bytes how large it is
 * @param sha256 of its content, in hexadecimal digits
 * @param probes pieces of its content, 16 bytes each, that must be nowhere in what is recorded
 */
record Order(String name, Path file, long bytes, String sha256, List<byte[]> probes) {

  /** Copies the list. */
  Order {
    probes = List.copyOf(probes);
  }
}
