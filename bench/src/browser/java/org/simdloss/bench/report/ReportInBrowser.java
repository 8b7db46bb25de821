package org.simdloss.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.WebElement;
import org.simdloss.bench.chart.Charts;
import org.simdloss.bench.cli.OutputFolder;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.statistics.Run;

/** A report's page as a browser shows it; and the pages of the committed runs. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ReportInBrowser {
  private static final int DESKTOP = 1400;
  private static final int TABLET = 768;
  private static final int PHONE = 375;

  /** Of WCAG 2, level AA: for text, and for what is large or drawn. */
  private static final double TEXT_CONTRAST = 4.5;

  private static final double DRAWN_CONTRAST = 3;

  /** What is beyond the window's edge, and can not be scrolled to within something that is not. */
  private static final String STICKING_OUT =
      """
      const width = arguments[0];
      const inside = e => {
        const box = e.getBoundingClientRect();
        return box.left >= 0 && box.right <= width + 0.01;
      };
      const scrolls = e => e !== null
          && (inside(e) && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)
              || scrolls(e.parentElement));
      const out = [...document.body.querySelectorAll(':not(svg *)')]
          .filter(e => !inside(e) && !scrolls(e.parentElement))
          .map(e => e.outerHTML.slice(0, 100));
      if (innerWidth !== width || document.documentElement.scrollWidth > width) {
        out.push('a document of ' + document.documentElement.scrollWidth + ' in ' + innerWidth);
      }
      return out;
      """;

  /** Contrasts as WCAG 2 defines them, on what is behind an element and on the page's colour. */
  private static final String CONTRAST =
      """
      const [background, least] = arguments;
      const parsed = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
      const over = ([r, g, b, a = 1], below) =>
          [r, g, b].map((each, i) => a * each + (1 - a) * below[i]);
      const luminance = colour => colour.map(each => each / 255)
          .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
          .reduce((sum, each, i) => sum + each * [0.2126, 0.7152, 0.0722][i], 0);
      const contrast = (colour, below) => {
        const [dark, bright] = [luminance(over(colour, below)), luminance(below)]
            .sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
      };
      const behind = e => e === null ? background
          : over(parsed(getComputedStyle(e).backgroundColor), behind(e.parentElement));
      """;

  @TempDir private static Path folder;
  @TempDir private static Path browsers;

  private static Run run;
  private static Browser browser;

  private static Path page() {
    return folder.resolve(RunFiles.PAGE);
  }

  @BeforeAll
  static void start() throws IOException {
    run = MadeUpRun.run();
    new RunFiles(new OutputFolder(folder)).write(run, true);
    browser = new Browser(browsers);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void theConsoleIsEmptyAndNothingElseIsLoaded() {
    browser.open(page(), DESKTOP);
    assertEquals(List.of(), browser.complaints());
    assertEquals(List.of(page().toUri().toString()), browser.requests());
    assertEquals(
        List.of(),
        browser.list(
            """
            return [...document.querySelectorAll('*')].flatMap(e => [...e.attributes])
                .filter(a => ['href', 'src', 'srcset', 'data', 'action'].includes(a.localName))
                .map(a => a.value).filter(value => !/^(#|data:)/.test(value));
            """));
    assertEquals(
        List.of(),
        browser.list(
            """
            return [...document.querySelectorAll('style')]
                .flatMap(e => e.textContent.match(/url\\(|@import/g) || []);
            """));
  }

  @Test
  void titleAndHeadingsAreTheReports() throws IOException {
    browser.open(page(), DESKTOP);
    assertEquals("simdloss benchmark report", browser.title());
    List<String> headings =
        Files.readAllLines(folder.resolve(RunFiles.REPORT)).stream()
            .filter(line -> line.startsWith("#"))
            .map(line -> line.replaceFirst("^## ", "H2 ").replaceFirst("^# ", "H1 "))
            .toList();
    assertEquals("H1 simdloss benchmark report", headings.get(0));
    assertEquals(
        headings,
        browser.list(
            """
            return [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
                .map(e => e.tagName + ' ' + e.textContent);
            """));
  }

  @Test
  void everyPictureIsDrawnAndHasAName() {
    browser.open(page(), DESKTOP);
    List<String> names =
        Pictures.of(run).places().values().stream()
            .flatMap(place -> place.values().stream())
            .toList();
    List<WebElement> pictures = browser.all("[role=img]");
    assertEquals(names, pictures.stream().map(WebElement::getAccessibleName).toList());
    assertFalse(names.contains(""), names.toString());
    assertEquals(
        Set.of("image"),
        pictures.stream().map(WebElement::getAriaRole).collect(Collectors.toSet()));
    assertEquals(
        Collections.nCopies(names.size(), "drawn"),
        browser.list(
            """
            return [...document.querySelectorAll('[role=img]')].map(e => {
              const svg = e.querySelector(':scope > svg');
              const shown = svg.getBoundingClientRect();
              const drawn = svg.getBBox();
              const whole = svg.viewBox.baseVal;
              return shown.width >= 400 && shown.height >= 200
                  && drawn.width > whole.width / 2 && drawn.height > whole.height / 2
                  ? 'drawn' : e.outerHTML.slice(0, 200);
            });
            """));
    assertEquals(names.size(), browser.all("svg").size());
    assertEquals(0, browser.all("img").size());
  }

  @Test
  void whatAPictureRefersToIsItsOwn() {
    browser.open(page(), DESKTOP);
    assertEquals(
        List.of(),
        browser.list(
            """
            const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
            return ids.filter((id, i) => ids.indexOf(id) !== i);
            """));
    assertEquals(
        List.of("its own"),
        browser.list(
            """
            const found = new Set();
            for (const svg of document.querySelectorAll('svg')) {
              for (const { localName, value } of
                  [...svg.querySelectorAll('*')].flatMap(e => [...e.attributes])) {
                const [, id] = value.match(/url\\(["']?#([^"')]*)/)
                    || localName === 'href' && [null, value.slice(1)] || [];
                if (id) {
                  found.add(svg.querySelector('[id="' + id + '"]') ? 'its own' : value);
                }
              }
            }
            return [...found];
            """));
  }

  @Test
  void tablesAreTheReports() throws IOException {
    browser.open(page(), DESKTOP);
    List<String> tables = new ArrayList<>();
    boolean inTable = false;
    for (String line : Files.readAllLines(folder.resolve(RunFiles.REPORT))) {
      if (line.startsWith("|") && !inTable) {
        tables.add("");
      }
      inTable = line.startsWith("|");
      if (inTable && !line.startsWith("|--")) {
        tables.add(tables.remove(tables.size() - 1) + cells(line) + "\n");
      }
    }
    assertTrue(tables.size() > Workload.values().length, tables.toString());
    assertEquals(
        tables,
        browser.list(
            """
            const row = tr =>
                [...tr.cells].map(cell => cell.textContent.trim()).join(' ¦ ') + '\\n';
            return [...document.querySelectorAll('table')].map(e => [...e.rows].map(row).join(''));
            """));
    assertEquals(
        Collections.nCopies(tables.size(), "table"),
        browser.all("table").stream().map(WebElement::getAriaRole).toList());
  }

  /** Of a line of a table in Markdown. */
  private static String cells(String line) {
    return Arrays.stream(line.split("(?<!\\\\)\\|"))
        .skip(1)
        .map(cell -> cell.strip().replace("\\|", "|").replace("`", ""))
        .collect(Collectors.joining(" ¦ "));
  }

  /** A batch is named once, above the lines that are of it. */
  @Test
  void onlyARepeatedShapeIsLeftOut() {
    browser.open(page(), DESKTOP);
    assertEquals(
        List.of(),
        browser.list(
            """
            const empty = [];
            for (const table of document.querySelectorAll('table')) {
              const repeats = table.rows[0].cells[0].textContent === 'rows × columns';
              const rows = [...table.tBodies].flatMap(body => [...body.rows]);
              if (rows.length === 0) {
                empty.push('a table');
              }
              rows.forEach((row, i) => [...row.cells].forEach((cell, j) => {
                if (cell.textContent.trim() === '' && !(repeats && i > 0 && j === 0)) {
                  empty.push(row.textContent + ': ' + j);
                }
              }));
            }
            return empty;
            """));
  }

  @ParameterizedTest
  @ValueSource(ints = {DESKTOP, TABLET, PHONE})
  void nothingSticksOut(int width) {
    browser.open(page(), width);
    assertEquals(List.of(), browser.list(STICKING_OUT, width));
  }

  @ParameterizedTest
  @ValueSource(ints = {DESKTOP, PHONE})
  void chartsOfALossStandBesideEachOtherWhereThereIsRoom(int width) {
    browser.open(page(), width);
    long places =
        Pictures.of(run).places().entrySet().stream()
            .filter(place -> !place.getKey().equals(Pictures.OVERVIEW))
            .map(Map.Entry::getValue)
            .filter(files -> files.size() > 1)
            .count();
    assertTrue(places >= Workload.values().length, places + " places");
    assertEquals(
        Collections.nCopies((int) places, width == DESKTOP ? "beside" : "below"),
        browser.list(
            """
            return [...document.querySelectorAll('.charts')]
                .map(e => [...e.querySelectorAll('.chart:not(.wide)')])
                .filter(charts => charts.length > 1)
                .map(charts => charts.slice(0, 2).map(e => e.getBoundingClientRect()))
                .map(([first, second]) => first.top === second.top && first.right <= second.left
                    ? 'beside' : first.bottom <= second.top ? 'below' : 'over each other');
            """));
  }

  @Test
  void aDarkPageIsAnotherOne() throws IOException {
    String text = "return [getComputedStyle(document.body).color];";
    browser.prefer("light");
    browser.open(page(), DESKTOP);
    Color light = browser.corner();
    List<String> onLight = browser.list(text);
    browser.prefer("dark");
    browser.open(page(), DESKTOP);
    assertNotEquals(light, browser.corner());
    assertNotEquals(onLight, browser.list(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void textCanBeRead(String scheme) throws IOException {
    browser.prefer(scheme);
    browser.open(page(), DESKTOP);
    assertEquals(
        List.of(),
        browser.list(
            CONTRAST
                + """
                return [...document.body.querySelectorAll(':not(svg, svg *)')]
                    .filter(e => [...e.childNodes].some(
                        node => node.nodeType === Node.TEXT_NODE && node.data.trim() !== ''))
                    .map(e => [e, contrast(parsed(getComputedStyle(e).color), behind(e))])
                    .filter(([e, ratio]) => !(ratio >= least))
                    .map(([e, ratio]) => ratio + ': ' + e.outerHTML.slice(0, 100));
                """,
            rgb(browser.corner()),
            TEXT_CONTRAST));
  }

  /** Text in charts is drawn as outlines; in its colour, but paler, is the grid. */
  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void textInChartsCanBeRead(String scheme) throws IOException {
    browser.prefer(scheme);
    browser.open(page(), DESKTOP);
    assertEquals(
        List.of(),
        browser.list(
            CONTRAST
                + """
                const text = String(arguments[2]);
                return [...document.querySelectorAll('svg')].map(svg => {
                  const outline = [...svg.querySelectorAll('path')]
                      .map(e => getComputedStyle(e))
                      .find(({ fill, fillOpacity }) =>
                          String(parsed(fill)) === text && fillOpacity === '1');
                  return outline ? contrast(parsed(outline.fill), behind(svg)) : 'no text';
                }).filter(ratio => !(ratio >= least));
                """,
            rgb(browser.corner()),
            DRAWN_CONTRAST,
            rgb(Charts.GREY)));
  }

  private static List<Integer> rgb(Color colour) {
    return List.of(colour.getRed(), colour.getGreen(), colour.getBlue());
  }

  /** Some may have been written before there were pages. */
  static Stream<Path> committed() throws IOException {
    Path results = Path.of("..", "results");
    try (Stream<Path> files =
        Files.find(
            results,
            3,
            (path, attributes) ->
                path.endsWith(RunFiles.PAGE)
                    && results.relativize(path).toString().startsWith("jdk"))) {
      return files.map(Path::toAbsolutePath).map(Path::normalize).sorted().toList().stream();
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("committed")
  void committedPagesDoTooAtAllWidths(Path committed) {
    for (int width : new int[] {DESKTOP, TABLET, PHONE}) {
      browser.open(committed, width);
      assertEquals(List.of(), browser.complaints(), width + " px");
      assertEquals(List.of(), browser.list(STICKING_OUT, width), width + " px");
    }
  }
}
