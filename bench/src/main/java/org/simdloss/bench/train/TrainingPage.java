package org.simdloss.bench.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.simdloss.bench.chart.Charts;
import org.simdloss.mnist.Samples;

/** The training as tables, for a terminal and for a file. */
record TrainingPage(List<Training> trainings, OneWeight moved) {
  /** Plain ASCII, at most 100 columns. */
  String text() {
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%n%6s %10s", "", ""));
    for (Training training : trainings) {
      text.append(String.format(Locale.ROOT, "   %-24s", training.name()));
    }
    text.append(String.format(Locale.ROOT, "%n%6s %10s", "epoch", "iteration"));
    for (int i = 0; i < trainings.size(); i++) {
      text.append(String.format(Locale.ROOT, "   %8s %15s", "loss", "test accuracy"));
    }
    text.append(System.lineSeparator());
    for (int epoch = 0; epoch < epochs(); epoch++) {
      text.append(String.format(Locale.ROOT, "%6d %,10d", epoch, iteration(epoch)));
      for (Training training : trainings) {
        Training.Epoch each = training.epochs().get(epoch);
        text.append(
            String.format(Locale.ROOT, "   %8s %15.4f", loss(each, "-"), each.testAccuracy()));
      }
      text.append(System.lineSeparator());
    }
    for (Training training : trainings) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s: weights %s, the same at every run",
              training.name(),
              training.fingerprint()));
    }
    return text.append(String.format("%n%n%s%n", why())).toString();
  }

  private String why() {
    return String.format(
        Locale.ROOT,
        "One weight at %d values, 100 test samples: %d different losses, but only %d accuracies.",
        moved.changes().length,
        moved.distinctLosses(),
        moved.distinctAccuracies());
  }

  String markdown(Path data, Samples train, Samples test) {
    StringBuilder page = new StringBuilder("# Training\n\n");
    page.append(train).append(" and ").append(test).append(", from `");
    page.append(data.getFileName()).append("`: mini-batches of ").append(Training.BATCH);
    page.append(
        ", with a gradient step after each. An epoch is as many as hold all samples once.\n");
    if (Charts.canDraw()) {
      page.append("\n![Loss, accuracy, and both while one weight is moved](");
      page.append(Train.PICTURE).append(")\n");
    }
    page.append("\n| epoch | iteration |");
    for (Training training : trainings) {
      page.append(' ').append(training.name()).append(": loss | test accuracy |");
    }
    page.append("\n|--:|--:|").append("--:|--:|".repeat(trainings.size())).append('\n');
    for (int epoch = 0; epoch < epochs(); epoch++) {
      page.append(String.format(Locale.ROOT, "| %d | %,d |", epoch, iteration(epoch)));
      for (Training training : trainings) {
        Training.Epoch each = training.epochs().get(epoch);
        page.append(
            String.format(Locale.ROOT, " %s | %.4f |", loss(each, ""), each.testAccuracy()));
      }
      page.append('\n');
    }
    page.append("\nLosses are means over the epoch, in nats. ").append(why());
    page.append(
        " So the accuracy's derivative is 0 nearly everywhere: there is nothing to follow, and that is"
            + " why one descends the loss.\n\nThe weights' bits, the same at every run: ");
    return page.append(
            trainings.stream()
                .map(each -> each.name() + " `" + each.fingerprint() + "`")
                .collect(Collectors.joining(", ", "", ".\n")))
        .toString();
  }

  private int epochs() {
    return trainings.get(0).epochs().size();
  }

  private int iteration(int epoch) {
    return trainings.get(0).epochs().get(epoch).iteration();
  }

  private static String loss(Training.Epoch epoch, String unknown) {
    return Double.isNaN(epoch.loss()) ? unknown : String.format(Locale.ROOT, "%.4f", epoch.loss());
  }
}
