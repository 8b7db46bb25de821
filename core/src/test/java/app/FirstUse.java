package app;

import java.util.function.Supplier;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.CrossEntropy;

/** What may be a program's first use of the library: its backend, and a loss's bits. */
public final class FirstUse implements Supplier<String> {
  @Override
  public String get() {
    double loss = CrossEntropy.mean().loss(Batch.row(new float[] {0.25f, 0.75f}), new int[] {1});
    return Backend.best() + " " + Double.toHexString(loss);
  }
}
