package org.peerroom.gateway.authority;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the service is to be found.
 *
 * @param port 0 for one that is free
 * @param certificate for TLS, in PEM form; null for none
 * @param key for TLS, in PEM form; null for none
 * @param publicUrl how browsers reach it; null if that is where it listens
 */
record ServerSettings(
    String host,
    int port,
    @Nullable Path certificate,
    @Nullable Path key,
    @Nullable URI publicUrl) {

  boolean tls() {
    return certificate != null;
  }
}
