package app;

import org.simdloss.Backend;

/**
 * A user's program, in a package of its own: prints its backend and a loss's bits, after it has
 * warmed up the one named by {@code -DwarmUp=}.
 */
public final class FreshVmMain {
  private FreshVmMain() {}

  public static void main(String[] args) throws InterruptedException {
    String warmUp = System.getProperty("warmUp", "");
    if (!warmUp.isEmpty()) {
      (warmUp.equals("vector") ? Backend.vector() : Backend.best()).warmUp();
    }
    // The first use, by many at once.
    Thread[] threads = new Thread[8];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new Thread(FreshVmMain::firstUse);
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (int call = 0; call < 2; call++) {
      try {
        System.out.println(new FirstUse().get());
      } catch (IllegalStateException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  private static void firstUse() {
    try {
      Backend.best();
    } catch (IllegalStateException e) {
      // main prints it
    }
  }
}
