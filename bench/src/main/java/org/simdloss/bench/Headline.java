package org.simdloss.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The few numbers that are shown first: {@code vector} next to the textbook loop, of each loss at
 * the shapes that it is known by. The README has them too.
 */
final class Headline {
  static final List<String> COLUMNS =
      List.of(
          "loss",
          "rows × columns",
          "textbook, ns",
          "vector, ns",
          "× textbook",
          "of the read probe",
          "B/op");

  static final String ALIGNMENT = "|---|---|--:|--:|:--|--:|--:|";

  private Headline() {}

  /**
   * @param cells as many as there are columns
   */
  record Row(Workload workload, Shape shape, List<String> cells) {}

  /** Those that were measured, in the order of the workloads. */
  static List<Row> rows(Summary summary) {
    List<Row> rows = new ArrayList<>();
    for (Summary.Group group : summary.groups()) {
      Summary.Line textbook = group.line(Implementation.TEXTBOOK);
      Summary.Line vector = group.line(Implementation.VECTOR);
      if (textbook != null
          && vector != null
          && group.workload().coverage().headline().contains(group.shape())) {
        rows.add(
            new Row(
                group.workload(),
                group.shape(),
                List.of(
                    group.workload().shortTitle(),
                    group.shape().heading("×"),
                    Numbers.nanos(textbook.nanos().estimate()),
                    Numbers.nanos(vector.nanos().estimate())
                        + (vector.nanos().isKnown() ? " ± " + Numbers.nanos(vector.error()) : ""),
                    Report.ratio(vector.speedup()),
                    Numbers.ratio(vector.ofProbe()),
                    Numbers.bytes(vector.bytesPerCall()))));
      }
    }
    return rows;
  }
}
