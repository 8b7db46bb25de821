package org.simdloss.examples.mapped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simdloss.Batch;
import org.simdloss.Labels;
import org.simdloss.LossSum;
import org.simdloss.SoftmaxCrossEntropy;

/** A mapped file gives the bits of the same rows in an array, in whatever slices. */
class MappedScoresTest {
  @TempDir private Path folder;

  @Test
  void anySlicesOfAnyMappings() throws IOException {
    int rows = 100_003;
    MappedScores scores = new MappedScores(folder, rows);
    scores.writeOnce();
    LossSum expected = inArray(rows);
    SoftmaxCrossEntropy loss = SoftmaxCrossEntropy.mean();
    for (int mappedRows : new int[] {7_001, rows, 25_000_000}) {
      for (int sliceRows : new int[] {13, 1000, 200_000}) {
        LossSum sum = scores.score(loss::addRowsTo, mappedRows, sliceRows);
        assertEquals(rows, sum.rows());
        assertEquals(expected.mean(), sum.mean());
        double batches = scores.score(loss::addTo, mappedRows, sliceRows).mean();
        assertEquals(expected.mean(), batches, 1e-6);
      }
    }
  }

  /** A million rows are 40 MB, and the heap of the VM that scores them is of 32. */
  @Test
  void moreThanTheHeapHolds() throws IOException, InterruptedException {
    int rows = 1_000_000;
    Path output = folder.resolve("output");
    Process vm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                MappedScores.class.getName(),
                Integer.toString(rows),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int status = vm.waitFor();
    String text = Files.readString(output);
    assertEquals(0, status, text);
    assertTrue(text.contains("addRowsTo  " + inArray(rows).mean() + " "), text);
  }

  private LossSum inArray(int rows) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("predictions.float32")));
    float[] values = new float[rows * MappedScores.COLS];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    int[] labels = Labels.toInt(Files.readAllBytes(folder.resolve("labels.int8")));
    LossSum sum = new LossSum();
    SoftmaxCrossEntropy.mean().addRowsTo(sum, Batch.of(values, rows, MappedScores.COLS), labels);
    return sum;
  }

  @Test
  void writesWhatIsNotThere() throws IOException {
    Path file = folder.resolve("predictions.float32");
    new MappedScores(folder, 10).writeOnce();
    assertEquals(10 * 40, Files.size(file));
    FileTime old = FileTime.fromMillis(0);
    Files.setLastModifiedTime(file, old);
    new MappedScores(folder, 10).writeOnce();
    assertEquals(old, Files.getLastModifiedTime(file));
    new MappedScores(folder, 9).writeOnce();
    assertEquals(9 * 40, Files.size(file));
  }
}
