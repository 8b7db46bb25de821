package org.simdloss.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.simdloss.Backend;
import org.simdloss.bench.cli.OutputFolder;
import org.simdloss.bench.cli.Progress;
import org.simdloss.bench.data.Predictions;
import org.simdloss.bench.digits.DigitFiles;
import org.simdloss.mnist.Mnist;
import org.simdloss.mnist.Samples;

/** Predictions for the benchmarks: of a network that has learned for some seconds, once. */
public final class PredictionFile {
  /** Two epochs: it is right of nine samples in ten, and sure of most. */
  private static final int ITERATIONS = 1200;

  private static final String NAME = "predictions-" + ITERATIONS + ".bin";

  private PredictionFile() {}

  /**
   * The file; it is made if it is not there, from drawn digits, so it is the same on any machine.
   */
  public static Path get(Progress progress) throws IOException {
    Path digits = DigitFiles.in(DigitFiles.ROOT, progress);
    Path file = digits.resolve(NAME);
    if (!Files.exists(file)) {
      // A loss asks for the best backend before it is given another: no need to warn of that.
      System.setProperty("simdloss.backend", "scalar");
      Samples samples = Mnist.normalized().train(digits);
      Training training =
          new Training(
              "", samples.x(), samples.labels(), ITERATIONS, Backend.scalar(), Training.HIDDEN);
      for (int i = 0; i < ITERATIONS; i++) {
        progress.show(
            String.format(
                Locale.ROOT,
                "training a network for predictions, once: %d of %d, loss %.4f",
                i + 1,
                ITERATIONS,
                training.step(i)));
      }
      progress.clear();
      Predictions made = new Predictions(training.logits(samples.x()).data(), samples.labels());
      new OutputFolder(digits).write(NAME, made.toBytes());
    }
    return file;
  }
}
