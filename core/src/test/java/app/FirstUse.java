package app;

import java.util.function.Supplier;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.CrossEntropy;

/** What may be a program's first use of the library: its backend, and a loss's bits. */
public final class FirstUse implements Supplier<String> {
  /** Prints it; with an argument, on the scalar backend, and then the loss alone. */
  public static void main(String[] args) {
    if (args.length == 0) {
      System.out.println(new FirstUse().get());
    } else {
      System.out.println(loss(CrossEntropy.mean().on(Backend.scalar())));
    }
  }

  @Override
  public String get() {
    String loss = loss(CrossEntropy.mean());
    return Backend.best() + " " + loss;
  }

  private static String loss(CrossEntropy entropy) {
    Batch y = Batch.row(new float[] {0.25f, 0.75f});
    return Double.toHexString(entropy.loss(y, new int[] {1}));
  }
}
