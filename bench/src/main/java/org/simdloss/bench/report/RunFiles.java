package org.simdloss.bench.report;

import java.io.IOException;
import java.util.Map;
import org.simdloss.bench.cli.OutputFolder;
import org.simdloss.bench.statistics.Run;

/** The files of a run that people look at; and {@link Run#RUN_FILE}, that they are made of. */
public record RunFiles(OutputFolder folder) {
  public static final String REPORT = "report.md";
  public static final String PAGE = "report.html";

  /**
   * @param whole whether pictures, and the page that has them, are made too; else those of the last
   *     time are left
   */
  public void write(Run run, boolean whole) throws IOException {
    folder.write(Run.RUN_FILE, run.toJson());
    Pictures pictures = whole ? Pictures.of(run) : Pictures.none();
    for (Map.Entry<String, String> picture : pictures.files().entrySet()) {
      folder.write(picture.getKey(), picture.getValue());
    }
    String report = Report.of(run, pictures);
    folder.write(REPORT, report);
    if (whole) {
      folder.write(PAGE, HtmlPage.of("simdloss benchmark report", report, pictures.files()));
    }
  }
}
