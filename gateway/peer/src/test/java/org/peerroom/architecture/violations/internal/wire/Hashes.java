package org.peerroom.architecture.violations.internal.wire;

import org.bouncycastle.crypto.Digest;
import org.peerroom.architecture.violations.Peer;

public interface Hashes {
  Digest digest(Peer peer);
}
