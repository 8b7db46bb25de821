package org.simdloss.bench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PaintTest {
  private static final String TABLE =
      "\nSquared error\n  vector 7.0\n  scalar 1.1, no difference\n";

  @Test
  void withoutColourTextIsAsItWas() {
    Paint none = new Paint(false);
    assertEquals(TABLE, none.table(TABLE));
    assertEquals("a", none.warning("a"));
    assertEquals("a", none.failure("a"));
  }

  @Test
  void headingsStandOut() {
    List<String> lines = new Paint(true).table(TABLE).lines().toList();
    assertEquals("\u001b[1mSquared error\u001b[0m", lines.get(1));
    assertEquals("  vector 7.0", lines.get(2));
    assertEquals("\u001b[2m  scalar 1.1, no difference\u001b[0m", lines.get(3));
    assertTrue(new Paint(true).failure("a").startsWith("\u001b[31"));
  }
}
