package org.peerroom.camel;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Closes a payload when the exchange that reads it is done. */
final class ClosedWithExchange extends SynchronizationAdapter {

  private final PayloadStream payload;

  ClosedWithExchange(PayloadStream payload) {
    this.payload = payload;
  }

  @Override
  public void onDone(Exchange exchange) {
    payload.close();
  }
}
