package org.simdloss.bench.digits;

import java.io.IOException;
import java.nio.file.Path;

/** MNIST's four files with few images, for tests. */
public final class SmallMnist {
  private SmallMnist() {}

  /** 400 images to train on, and 100 for tests. */
  public static Path in(Path folder) throws IOException {
    DigitFiles.write(folder, "train", Digits.draw(5, 0, 400));
    DigitFiles.write(folder, "t10k", Digits.draw(5, 400, 100));
    return folder;
  }

  /** In place of those for tests, none. */
  public static void withoutTestsIn(Path folder) throws IOException {
    DigitFiles.write(folder, "t10k", Digits.draw(5, 400, 0));
  }
}
