package org.simdloss.examples.onnxruntime;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.simdloss.Batch;
import org.simdloss.Loss;
import org.simdloss.LossSum;
import org.simdloss.SoftmaxCrossEntropy;
import org.tribuo.util.onnx.ONNXContext;
import org.tribuo.util.onnx.ONNXInitializer;
import org.tribuo.util.onnx.ONNXOperators;
import org.tribuo.util.onnx.ONNXPlaceholder;

/**
 * Scores points around ten centres with the model that tells them apart best, in batches. It prints
 * the scores, and what scoring takes beside a copy and beside a plain loop.
 */
public final class Main {
  private static final int ROWS = 250;
  private static final int FEATURES = 64;
  private static final int CLASSES = 1000;
  private static final int BATCHES = 200;

  /** So many calls are timed, after as many that are not. */
  private static final int CALLS = 500;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Main() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws OrtException {
    Random random = new Random(1);
    float[][] centres = new float[CLASSES][FEATURES];
    for (float[] centre : centres) {
      for (int f = 0; f < FEATURES; f++) {
        centre[f] = (float) (0.4 * random.nextGaussian());
      }
    }
    SoftmaxCrossEntropy.mean().warmUp(); // or vectors would come after some seconds of calls
    try (PinnedScores scores = new PinnedScores(discriminant(centres), ROWS, FEATURES, CLASSES)) {
      for (int batch = 0; batch < BATCHES; batch++) {
        draw(random, centres, scores);
        scores.predict();
        scores.score();
      }
      print("ONNX Runtime %s%n", OrtEnvironment.getEnvironment().getVersion());
      print("%,d rows  mean loss %.6f", scores.rows(), scores.loss());
      print("  accuracy %.4f%n%n", scores.accuracy());
      time(scores);
    }
  }

  /** The linear discriminant of points that are normal around centres: x · w + b are its logits. */
  private static byte[] discriminant(float[][] centres) {
    float[][] w = new float[FEATURES][CLASSES];
    float[] b = new float[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      for (int f = 0; f < FEATURES; f++) {
        w[f][c] = centres[c][f];
        b[c] -= centres[c][f] * centres[c][f] / 2;
      }
    }
    return model(w, b);
  }

  /** A model of one layer, x · w + b, as a file would hold it. */
  static byte[] model(float[][] w, float[] b) {
    ONNXContext graph = new ONNXContext();
    ONNXPlaceholder x = graph.floatInput(PinnedScores.INPUT, w.length);
    ONNXPlaceholder logits = graph.floatOutput(PinnedScores.OUTPUT, b.length);
    ONNXInitializer weights =
        graph.floatTensor(
            "w", List.of(w.length, b.length), values -> Arrays.stream(w).forEach(values::put));
    ONNXInitializer bias = graph.array("b", b);
    x.apply(ONNXOperators.GEMM, List.of(weights, bias)).assignTo(logits);
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(6)
        .addOpsetImport(ONNXOperators.getOpsetProto())
        .setGraph(graph.buildGraph())
        .build()
        .toByteArray();
  }

  private static void draw(Random random, float[][] centres, PinnedScores scores) {
    for (int r = 0; r < ROWS; r++) {
      int label = random.nextInt(CLASSES);
      scores.labels()[r] = label;
      for (int f = 0; f < FEATURES; f++) {
        float value = centres[label][f] + (float) random.nextGaussian();
        scores.x().put(r * FEATURES + f, value);
      }
    }
  }

  /** Prints what one batch takes: medians of calls by turns. */
  private static void time(PinnedScores scores) {
    FloatBuffer logits = scores.logits;
    float[] copy = new float[ROWS * CLASSES];
    Batch ofCopy = Batch.of(copy, ROWS, CLASSES);
    Loss loss = SoftmaxCrossEntropy.mean();
    LossSum sum = new LossSum();
    Map<String, Runnable> calls = new LinkedHashMap<>();
    calls.put("loss, where the session wrote", () -> loss.addTo(sum, scores.y, scores.t));
    calls.put(
        "loss of a copy, and copying",
        () -> {
          logits.get(0, copy);
          loss.addTo(sum, ofCopy, scores.t);
        });
    calls.put("loss in a plain loop", () -> plainLoss(logits, scores.labels(), CLASSES));
    calls.put("score(): labels, loss, accuracy", scores::score);
    List<Runnable> bodies = List.copyOf(calls.values());
    double[][] micros = new double[bodies.size()][CALLS];
    long[] bytes = new long[bodies.size()];
    for (int call = -CALLS; call < CALLS; call++) {
      for (int i = 0; i < micros.length; i++) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        bodies.get(i).run();
        long end = System.nanoTime();
        if (call >= 0) {
          micros[i][call] = (end - start) / 1e3;
          bytes[i] += THREADS.getCurrentThreadAllocatedBytes() - allocated;
        }
      }
    }
    print("%-32s %12s %16s%n", ROWS + " × " + CLASSES, "microseconds", "bytes allocated");
    int i = 0;
    for (String name : calls.keySet()) {
      Arrays.sort(micros[i]);
      print("%-32s %12.1f %16d%n", name, micros[i][CALLS / 2], bytes[i] / CALLS);
      i++;
    }
  }

  /** The mean loss, as one writes it without a library. */
  static double plainLoss(FloatBuffer logits, long[] labels, int classes) {
    double sum = 0;
    for (int r = 0; r < labels.length; r++) {
      int row = r * classes;
      float max = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        max = Math.max(max, logits.get(row + c));
      }
      double powers = 0;
      for (int c = 0; c < classes; c++) {
        powers += Math.exp(logits.get(row + c) - max);
      }
      sum += Math.log(powers) + max - logits.get(row + (int) labels[r]);
    }
    return sum / labels.length;
  }

  private static void print(String format, Object... arguments) {
    System.out.printf(Locale.ROOT, format, arguments);
  }
}
