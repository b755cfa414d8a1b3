package org.peerroom.internal.net;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Looks up hosts, as the operating system does it: hosts file, name service and all. */
final class Names {

  private static final int MAX_ADDRESSES = 4;

  private Names() {}

  /**
   * The addresses of a host, at least one and at most {@value #MAX_ADDRESSES}. Lazy; blocks a
   * thread of the elastic scheduler only if the host is a name. Ends with {@link
   * UnknownHostException}.
   */
  static Mono<List<InetAddress>> resolve(String host) {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    if (literal != null) {
      return Mono.fromCallable(() -> List.of(InetAddress.getByAddress(literal)));
    }
    return Mono.fromCallable(() -> first(InetAddress.getAllByName(host)))
        .subscribeOn(Schedulers.boundedElastic());
  }

  private static List<InetAddress> first(InetAddress[] found) {
    return List.of(Arrays.copyOf(found, Math.min(found.length, MAX_ADDRESSES)));
  }
}
