/**
 * Long runs of two gateways that are killed again and again, with {@code mvn verify -Psoak}: what
 * goes in comes out, once.
 */
package org.peerroom.gateway.soak;
