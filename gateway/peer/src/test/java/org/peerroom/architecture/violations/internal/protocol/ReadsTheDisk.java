package org.peerroom.architecture.violations.internal.protocol;

import org.rocksdb.RocksIterator;

public interface ReadsTheDisk {
  RocksIterator rows();
}
