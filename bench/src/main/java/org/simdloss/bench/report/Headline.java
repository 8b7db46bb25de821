package org.simdloss.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.statistics.Numbers;
import org.simdloss.bench.statistics.Summary;

/**
 * The few numbers that are shown first: {@code best} next to {@code vector} and the textbook loop,
 * of each loss at the shapes that it is known by. docs/performance.md has them too.
 */
public final class Headline {
  static final List<String> COLUMNS =
      List.of(
          "loss",
          "rows × columns",
          "best, ns",
          "vector, ns",
          "textbook, ns",
          "× textbook",
          "of read speed",
          "B/op");

  static final String ALIGNMENT = "|---|---|--:|--:|--:|:--|--:|--:|";

  private Headline() {}

  /**
   * @param cells as many as there are columns
   */
  public record Row(Workload workload, Shape shape, List<String> cells) {}

  /** Those that were measured, in the order of the workloads. */
  public static List<Row> rows(Summary summary) {
    List<Row> rows = new ArrayList<>();
    for (Summary.Group group : summary.groups()) {
      Summary.Line textbook = group.line(Implementation.TEXTBOOK);
      Summary.Line best = group.line(Implementation.BEST);
      Summary.Line vector = group.line(Implementation.VECTOR);
      Summary.Line first = best != null ? best : vector; // a user may have left out either
      if (textbook != null
          && first != null
          && group.workload().coverage().headline().contains(group.shape())) {
        rows.add(
            new Row(
                group.workload(),
                group.shape(),
                List.of(
                    group.workload().shortTitle(),
                    group.shape().heading("×"),
                    nanos(best),
                    nanos(vector),
                    Numbers.nanos(textbook.nanos().estimate()),
                    Report.ratio(first.speedup()),
                    Numbers.ratio(first.ofProbe()),
                    Numbers.bytes(first.bytesPerCall()))));
      }
    }
    return rows;
  }

  private static String nanos(Summary.Line line) {
    return line == null
        ? Numbers.UNKNOWN
        : Numbers.nanos(line.nanos().estimate())
            + (line.nanos().isKnown() ? " ± " + Numbers.nanos(line.error()) : "")
            + (line.isScalarStill() ? Summary.SCALAR_MARK : "");
  }
}
