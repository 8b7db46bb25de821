package org.simdloss.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.simdloss.Backend;

class FingerprintTest {
  @Test
  void everyBackendHasThePublishedOne() {
    assertEquals(Fingerprint.PUBLISHED, Fingerprint.of(Backend.scalar()));
    assertEquals(Fingerprint.PUBLISHED, Fingerprint.of(Backend.scalar().parallel()));
    assertEquals(Fingerprint.PUBLISHED, Fingerprint.of(Backend.vector()));
    assertEquals(Fingerprint.PUBLISHED, Fingerprint.of(Backend.vector().parallel()));
  }
}
