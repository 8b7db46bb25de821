package app;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.internal.backend.Switch;
import org.simdloss.internal.backend.Switches;

/**
 * A user's program that calls the library where its stack, or its heap, is nearly full; and then
 * where it is not, to see what is left of the library, of the logger and of the JDK.
 *
 * <p>The first argument is what it calls: {@code loss} or {@code vector}; the second where: {@code
 * stack} or {@code heap}; the third, what it has called before where there was room: {@code first}
 * for nothing, {@code later} for a loss.
 */
public final class NoRoomMain {
  private static final int ROWS = 2_000;
  private static final int COLS = 10;

  /** Frames between the end of the stack and the first call that is let alone. */
  private static final int FRAMES = 900;

  private static final float[] LOGITS = new float[ROWS * COLS];
  private static final int[] LABELS = new int[ROWS];

  private static int depth;
  private static int refused;
  private static int calls;
  private static double sum;
  private static byte[][] ballast;

  private NoRoomMain() {}

  public static void main(String[] args) throws InterruptedException {
    Random random = new Random(3);
    for (int i = 0; i < LOGITS.length; i++) {
      LOGITS[i] = 8 * random.nextFloat() - 4;
    }
    for (int i = 0; i < ROWS; i++) {
      LABELS[i] = random.nextInt(COLS);
    }
    String what = args[0];
    boolean onStack = args[1].equals("stack");
    if (args[2].equals("later")) {
      call("loss");
    }
    Runnable task = onStack ? () -> onStack(what) : () -> onHeap(what);
    Thread thread = new Thread(null, task, "caller", onStack ? 0 : 1 << 20);
    thread.start();
    thread.join();
    report();
  }

  /** From no room at all to room enough, a few frames at a time. */
  private static void onStack(String what) {
    depth = 0;
    try {
      descend(1 << 30, null);
    } catch (StackOverflowError e) {
      // depth is what there is
    }
    int most = depth;
    for (int left = 0; left < FRAMES; left += 3) {
      try {
        descend(most - left, what);
      } catch (StackOverflowError e) {
        refused++;
      }
    }
  }

  private static void descend(int frames, String what) {
    depth++;
    if (frames > 0) {
      descend(frames - 1, what);
    } else {
      call(what);
    }
  }

  /** While another thread has filled the heap. */
  private static void onHeap(String what) {
    Thread filler = new Thread(NoRoomMain::fill, "filler");
    filler.start();
    try {
      filler.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    for (int i = 0; i < 400; i++) {
      try {
        call(what);
      } catch (OutOfMemoryError e) {
        refused++;
      }
    }
    ballast = null;
  }

  /** Leaves a little: a call needs some bytes for its batch while it is interpreted. */
  private static void fill() {
    byte[][] all = new byte[1 << 16][];
    int n = 0;
    try {
      for (; ; n++) {
        all[n] = new byte[1 << 16];
      }
    } catch (OutOfMemoryError e) {
      for (int i = n - 16; i < n; i++) {
        all[i] = null;
      }
    }
    ballast = all;
  }

  /** What a call gives is the same each time. */
  private static void call(String what) {
    if (what.equals("vector")) {
      Backend.vector();
    } else {
      double loss = SoftmaxCrossEntropy.mean().loss(Batch.of(LOGITS, ROWS, COLS), LABELS);
      if (calls++ > 0 && loss != sum) {
        throw new AssertionError(loss + " is not " + sum);
      }
      sum = loss;
    }
  }

  /** What still works. */
  private static void report() {
    System.out.println(refused + " calls had no room, " + calls + " gave a loss");
    System.getLogger("app").log(System.Logger.Level.INFO, "the logger works");
    String vector;
    try {
      vector = Backend.vector().toString();
      double loss =
          SoftmaxCrossEntropy.mean()
              .on(Backend.vector())
              .loss(Batch.of(LOGITS, ROWS, COLS), LABELS);
      vector += loss == sum || calls == 0 ? ", right" : ", wrong";
    } catch (IllegalStateException e) {
      vector = e.getMessage();
    }
    System.out.println("vector(): " + vector);
    SoftmaxCrossEntropy.mean().warmUp();
    List<String> scalar = new ArrayList<>();
    for (Switch each : Switches.ofAllLosses()) {
      if (each.toString().startsWith("Softmax")
          && (each.kernels() == null || each.kernels().name().equals("scalar"))) {
        scalar.add(each.toString());
      }
    }
    System.out.println("best() on scalar code: " + (scalar.isEmpty() ? "nothing" : scalar));
  }
}
