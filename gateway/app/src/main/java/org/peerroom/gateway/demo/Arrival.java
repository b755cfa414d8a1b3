package org.peerroom.gateway.demo;

/**
 * One message as it came out of the queue.
 *
 * @param name of the order's file, as the header that crossed the room says
 * @param author of the message, as the second gateway verified it
 * @param sha256 of the body
 * @param atNanos when it came
 */
record Arrival(String name, String author, String sha256, long atNanos) {}
