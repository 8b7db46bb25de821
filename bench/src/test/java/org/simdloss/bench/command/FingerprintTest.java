package org.simdloss.bench.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @Test
  void theReadmePublishesIt() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    assertTrue(readme.contains("`" + Fingerprint.PUBLISHED + "`"));
  }
}
