package org.peerroom.gateway.authority;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often one address may ask: some requests at once, then a few a second. All IPv6 addresses
 * with the same first 64 bits count as one: whoever has one has all. Remembers {@link
 * #MAX_ADDRESSES}; one that was quiet for longest is forgotten first. Thread-safe.
 */
final class RateLimit {

  static final int MAX_ADDRESSES = 10_000;

  private final int burst;
  private final double eachNano;
  private final LongSupplier nanoTime;
  private final Map<ByteBuffer, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Bucket> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  RateLimit(int burst, int eachSecond, LongSupplier nanoTime) {
    this.burst = burst;
    this.eachNano = (double) eachSecond / TimeUnit.SECONDS.toNanos(1);
    this.nanoTime = nanoTime;
  }

  /** Whether one more is allowed now. */
  synchronized boolean allows(InetAddress address) {
    long now = nanoTime.getAsLong();
    Bucket bucket = buckets.computeIfAbsent(key(address), any -> new Bucket(burst, now));
    bucket.left = Math.min(burst, bucket.left + (now - bucket.at) * eachNano);
    bucket.at = now;
    if (bucket.left < 1) {
      return false;
    }
    bucket.left--;
    return true;
  }

  /** What stands for an address where addresses are counted. */
  static ByteBuffer key(InetAddress address) {
    byte[] bytes = address.getAddress();
    return ByteBuffer.wrap(bytes, 0, address instanceof Inet6Address ? 8 : bytes.length).slice();
  }

  private static final class Bucket {
    private double left;
    private long at;

    private Bucket(double left, long at) {
      this.left = left;
      this.at = at;
    }
  }
}
