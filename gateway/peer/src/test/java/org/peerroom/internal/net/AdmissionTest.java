package org.peerroom.internal.net;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class AdmissionTest {

  @Test
  void handshakes_areBoundedApartFromConnections() {
    Admission admission = new Admission(3, 1);

    Admission.Place first = taken(admission.enter());
    assertNull(admission.enter(), "one handshake at a time");
    first.handshakeDone();
    Admission.Place second = taken(admission.enter());
    second.handshakeDone();
    second.handshakeDone();
    assertNotNull(admission.enter());
    assertNull(admission.enter());
  }

  @Test
  void place_isFreeAgainOnceAfterItWasLeft() {
    Admission admission = new Admission(1, 1);

    Admission.Place first = taken(admission.enter());
    first.leave();
    first.leave();
    assertNotNull(admission.enter());
    assertNull(admission.enter());
  }

  private static Admission.Place taken(Admission.Place place) {
    assertNotNull(place);
    return place;
  }
}
