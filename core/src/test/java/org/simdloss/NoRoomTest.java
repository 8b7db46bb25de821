package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.FreshVm.MODULE;

import app.NoRoomMain;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simdloss.FreshVm.Run;

/**
 * A caller whose stack or heap is nearly full gets a loss, or the error that is its own, and breaks
 * nothing for those who come after.
 */
@Tag("any-width")
@EnabledIfSystemProperty(
    named = "simdloss.test.expect",
    matches = "vector-512",
    disabledReason = "starts VMs of its own; once is enough")
class NoRoomTest {
  private static Run run(String flags, String what, String where, String when) {
    List<String> all = new ArrayList<>(List.of(flags.split(" ")));
    // So that all its frames are of one size.
    all.add("-XX:CompileCommand=quiet");
    all.add("-XX:CompileCommand=exclude,app.NoRoomMain::descend");
    return FreshVm.run(
        FreshVm.onClassPath(all, FreshVm.LIBRARY, FreshVm.PROGRAMS),
        NoRoomMain.class,
        what,
        where,
        when);
  }

  @ParameterizedTest(name = "{1} on a full {2}, {3}, {0}")
  @CsvSource({
    "-Xmx128m, loss, stack, first",
    "-Xmx128m, loss, stack, later",
    "-Xmx128m, vector, stack, first",
    "-Xss300k, loss, stack, first",
    "-Xss300k, loss, stack, later",
    "-Xss300k, vector, stack, later",
    "-Xmx64m, loss, heap, later",
    "-Xmx64m, loss, heap, first",
    "-Xmx64m, vector, heap, first"
  })
  void withVectors(String flags, String what, String where, String when) {
    Run run = run(flags + " --add-modules " + MODULE, what, where, when);
    String vector = "vector-" + Math.min(512, VectorShape.preferredShape().vectorBitSize());
    assertEquals(3, run.out().size(), run.out() + run.err());
    assertEquals("vector(): " + vector + ", right", run.out().get(1), run.err());
    assertEquals("best() on scalar code: nothing", run.out().get(2), run.err());
    assertTrue(run.err().contains("the logger works"), run.err());
    assertTrue(!run.err().contains("simdloss"), run.err());
    assertTrue(where.equals("heap") || !run.out().get(0).startsWith("0 calls"), run.out().get(0));
  }

  @ParameterizedTest(name = "{1} on a full {2}, {3}, {0}")
  @CsvSource({
    "-Xmx128m, loss, stack, first",
    "-Xmx128m, loss, stack, later",
    "-Xss300k, loss, stack, first",
    "-Xmx64m, loss, heap, first"
  })
  void withoutTheModule(String flags, String what, String where, String when) {
    Run run = run(flags, what, where, when);
    assertEquals(3, run.out().size(), run.out() + run.err());
    String warning = "simdloss runs on its scalar backend: the module " + MODULE + " is not loaded";
    assertTrue(run.err().contains(warning), run.err());
    assertEquals(run.err().indexOf(warning), run.err().lastIndexOf(warning), run.err());
    assertTrue(run.err().contains("the logger works"), run.err());
  }
}
