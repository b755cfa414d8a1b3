package org.peerroom.gateway.http;

import java.util.List;
import java.util.Map;

/**
 * A request, without its body.
 *
 * @param method in capitals
 * @param uri path and query as they were sent
 * @param path decoded, without the query
 * @param rawQuery as it was sent; empty if there was none
 * @param query decoded
 * @param headers by name as it was sent, each with its values in order
 * @param variables what the names in the endpoint's path stand for
 */
record HttpRequest(
    String method,
    String uri,
    String path,
    String rawQuery,
    Map<String, List<String>> query,
    Map<String, List<String>> headers,
    Map<String, String> variables) {}
