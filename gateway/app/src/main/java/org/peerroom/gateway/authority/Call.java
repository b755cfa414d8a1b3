package org.peerroom.gateway.authority;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request as the API sees it, read as a whole. */
final class Call {

  private final String method;
  private final QueryStringDecoder uri;
  private final byte[] body;
  private final InetAddress from;
  private final URI base;

  /**
   * @param body kept, not copied
   * @param base how the one who asks would reach this service
   */
  Call(String method, QueryStringDecoder uri, byte[] body, InetAddress from, URI base) {
    this.method = method;
    this.uri = uri;
    this.body = body;
    this.from = from;
    this.base = base;
  }

  String method() {
    return method;
  }

  String path() {
    return uri.path();
  }

  /** A parameter of the query, or null; the first where there are several. */
  @Nullable String parameter(String name) {
    List<String> values = uri.parameters().get(name);
    return values == null ? null : values.get(0);
  }

  /** Not a copy. */
  byte[] body() {
    return body;
  }

  InetAddress from() {
    return from;
  }

  URI base() {
    return base;
  }
}
