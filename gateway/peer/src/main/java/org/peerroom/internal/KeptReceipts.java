package org.peerroom.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.SignedReceipt;
import org.peerroom.StorageException;
import org.peerroom.identity.Identity;
import org.peerroom.identity.RefusedException;
import org.peerroom.internal.store.DataFolder;
import org.peerroom.internal.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The receipts in a data folder, read without a peer. */
public final class KeptReceipts {

  private static final Logger LOG = LoggerFactory.getLogger(KeptReceipts.class);

  private KeptReceipts() {}

  /** See {@link org.peerroom.PeerBuilder#keptReceipts}. */
  public static Flux<SignedReceipt> of(Path folder, @Nullable Identity identity) {
    return Mono.fromCallable(() -> read(folder, identity))
        .subscribeOn(Schedulers.boundedElastic())
        .flatMapIterable(receipts -> receipts);
  }

  private static List<SignedReceipt> read(Path folder, @Nullable Identity identity) {
    List<SignedReceipt> receipts = new ArrayList<>();
    byte[] key = identity == null ? null : identity.exposeStoreKey();
    try {
      DataFolder.visitReceipts(
          folder,
          key,
          (topic, name, value) -> {
            try {
              receipts.add(SignedReceipt.parse(ReceiptShelf.textOf(value)));
            } catch (RefusedException e) {
              LOG.warn("{}: a receipt was left out: {}", folder, e.refusal());
            }
          });
    } catch (StoreException e) {
      throw new StorageException(String.valueOf(e.getMessage()), e);
    } finally {
      if (key != null) {
        Arrays.fill(key, (byte) 0);
      }
    }
    return receipts;
  }
}
