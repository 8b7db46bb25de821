package org.simdloss.internal.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Calls that come together find a workspace each, and make no new ones. */
class WorkspacesTest {
  private static final int THREADS = 16;

  /** The slots of all but one of them are others' than the thread's own. */
  private static Set<Workspace> takeAndGiveBack(int count) {
    Workspace[] taken = new Workspace[count];
    Set<Workspace> all = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < count; i++) {
      taken[i] = Workspaces.take();
      assertNotNull(taken[i]);
      all.add(taken[i]);
    }
    for (Workspace each : taken) {
      each.release();
    }
    return all;
  }

  @Test
  void whatIsGivenBackIsTakenAgain() {
    Set<Workspace> all = takeAndGiveBack(THREADS);
    assertEquals(THREADS, all.size(), "all at the same time are different ones");
    assertEquals(all, takeAndGiveBack(THREADS));
    Set<Workspace> most = takeAndGiveBack(Workspaces.SLOTS);
    assertEquals(Workspaces.SLOTS, most.size());
    assertEquals(most, takeAndGiveBack(Workspaces.SLOTS));
  }

  @Test
  void moreThanThereAreSlotsGetOneToo() {
    assertEquals(Workspaces.SLOTS + 5, takeAndGiveBack(Workspaces.SLOTS + 5).size());
  }

  /** Two calls have not come to their end. */
  @Test
  void lostOnesAreReplaced() {
    takeAndGiveBack(Workspaces.SLOTS);
    Workspaces.take();
    Workspaces.take();
    int rounds = 0;
    Set<Workspace> before;
    Set<Workspace> after = takeAndGiveBack(Workspaces.SLOTS);
    do {
      before = after;
      after = takeAndGiveBack(Workspaces.SLOTS);
    } while (!after.equals(before) && rounds++ < 10_000);
    assertEquals(before, after);
  }
}
