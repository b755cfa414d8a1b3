package org.peerroom.bench;

/**
 * What a process says of itself at one moment.
 *
 * @param nanos the machine's monotonic clock
 * @param cpuNanos the processor time that the whole process has taken
 * @param messages how many messages have arrived in their place
 * @param bytes how many bytes of payload they had
 * @param taken how many messages have been taken for sending
 * @param heap used bytes of the heap
 * @param resident bytes of memory that the system counts for the process, 0 where it doesn't say
 */
record Sample(
    long nanos, long cpuNanos, long messages, long bytes, long taken, long heap, long resident) {

  String encode() {
    return "sample " + nanos + " " + cpuNanos + " " + messages + " " + bytes + " " + taken + " "
        + heap + " " + resident;
  }

  static Sample decode(String line) {
    String[] words = line.split(" ", -1);
    return new Sample(
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        Long.parseLong(words[5]),
        Long.parseLong(words[6]),
        Long.parseLong(words[7]));
  }
}
