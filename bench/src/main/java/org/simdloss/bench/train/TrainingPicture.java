package org.simdloss.bench.train;

import java.awt.Color;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.simdloss.bench.chart.Charts;

/** The training as three charts. */
final class TrainingPicture {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 360;

  /** A point of the first chart is the mean of so many iterations: 100 samples are noisy. */
  private static final int MEAN_OF = 50;

  private TrainingPicture() {}

  static String svg(List<Training> trainings, OneWeight moved) {
    return Charts.svg(List.of(losses(trainings), accuracies(trainings), oneWeight(moved)));
  }

  private static XYChart losses(List<Training> trainings) {
    XYChart chart =
        Charts.lines(
            WIDTH,
            HEIGHT,
            "Training loss",
            "iteration (mean of " + MEAN_OF + ")",
            "cross-entropy, nats");
    chart.getStyler().setXAxisMin(0.0).setYAxisMin(0.0);
    for (Training training : trainings) {
      double[] losses = training.losses();
      int points = Math.max(1, losses.length / MEAN_OF);
      double[] x = new double[points];
      double[] y = new double[points];
      for (int i = 0; i < points; i++) {
        int from = i * MEAN_OF;
        int to = Math.min(from + MEAN_OF, losses.length);
        x[i] = to;
        y[i] = IntStream.range(from, to).mapToDouble(at -> losses[at]).average().orElseThrow();
      }
      Charts.add(chart, training.name(), colour(trainings, training), x, y, 0);
    }
    return chart;
  }

  private static XYChart accuracies(List<Training> trainings) {
    XYChart chart = Charts.lines(WIDTH, HEIGHT, "Test accuracy", "epoch", "share that is right");
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
    for (Training training : trainings) {
      List<Training.Epoch> epochs = training.epochs();
      Charts.add(
          chart,
          training.name(),
          colour(trainings, training),
          IntStream.range(0, epochs.size()).asDoubleStream().toArray(),
          epochs.stream().mapToDouble(Training.Epoch::testAccuracy).toArray(),
          0);
    }
    return chart;
  }

  private static Color colour(List<Training> trainings, Training training) {
    return training == trainings.get(0) ? Charts.BLUE : Charts.ORANGE;
  }

  private static XYChart oneWeight(OneWeight moved) {
    XYChart chart =
        Charts.lines(
            WIDTH,
            HEIGHT,
            "One weight moved: the loss is smooth, the accuracy goes in steps",
            "change of the weight from pixel " + moved.input() + " to class " + moved.output(),
            "loss");
    Charts.add(chart, "loss of 100 test samples", Charts.BLUE, moved.changes(), moved.losses(), 0);
    Charts.add(
        chart,
        "their accuracy (right axis)",
        Charts.ORANGE,
        moved.changes(),
        moved.accuracies(),
        1);
    chart.setYAxisGroupTitle(1, "accuracy");
    chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
    return chart;
  }
}
