package org.simdloss.bench.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Charts as SVG, in one style: nothing behind them, and colours that can be read on white and on
 * black.
 */
public final class Charts {
  public static final Color BLUE = new Color(0x3b82f6);
  public static final Color ORANGE = new Color(0xe8791e);
  public static final Color GREEN = new Color(0x2da44e);
  public static final Color PURPLE = new Color(0xa371f7);
  public static final Color PINK = new Color(0xdb4c77);
  public static final Color YELLOW = new Color(0xb8860b);
  public static final Color GREY = new Color(0x768390);

  private static final Color GRID = new Color(0x76, 0x83, 0x90, 0x40);
  private static final Color NONE = new Color(0, 0, 0, 0);
  private static final String SVG = "http://www.w3.org/2000/svg";

  static {
    System.setProperty("java.awt.headless", "true"); // a program in a terminal opens no window
  }

  private Charts() {}

  /** Whether this VM can: some machines have no fonts, or not what Java needs for them. */
  public static boolean canDraw() {
    try {
      new Font(Font.SANS_SERIF, Font.PLAIN, 12)
          .getStringBounds("0", new FontRenderContext(null, true, true));
      return true;
    } catch (RuntimeException | LinkageError | InternalError e) {
      return false;
    }
  }

  /** An empty chart of lines, on which points are not marked. */
  public static XYChart lines(int width, int height, String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    style(chart.getStyler());
    return chart;
  }

  /**
   * Adds a line to a chart.
   *
   * @param axis 0, or 1 for a second one
   */
  public static void add(
      XYChart chart, String name, Color colour, double[] x, double[] y, int axis) {
    chart
        .addSeries(name, x, y)
        .setMarker(SeriesMarkers.NONE)
        .setLineColor(colour)
        .setLineStyle(new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND))
        .setYAxisGroup(axis);
  }

  /** An empty chart of bars, in groups. */
  public static CategoryChart bars(int width, int height, String title, String y) {
    CategoryChart chart =
        new CategoryChartBuilder().width(width).height(height).title(title).yAxisTitle(y).build();
    style(chart.getStyler());
    chart.getStyler().setAvailableSpaceFill(0.75);
    chart.getStyler().setYAxisMin(0.0);
    return chart;
  }

  /**
   * Adds a bar to each group of a chart.
   *
   * @param values 0 where there is none: with errors the library allows no null
   * @param errors what is above and below a bar's end; null where none is known
   */
  public static void add(
      CategoryChart chart,
      String name,
      Color colour,
      List<String> groups,
      List<Double> values,
      List<Double> errors) {
    chart.addSeries(name, groups, values, errors).setFillColor(colour);
  }

  /** Adds points that are not joined, with what is above and below each. */
  public static void addPoints(
      XYChart chart, String name, Color colour, double[] x, double[] y, double[] errors) {
    chart
        .addSeries(name, x, y, errors)
        .setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter)
        .setMarker(SeriesMarkers.CIRCLE)
        .setMarkerColor(colour);
    chart.getStyler().setMarkerSize(5);
  }

  /** Both axes: a step is a factor. */
  public static void logarithmic(XYChart chart) {
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setDecimalPattern("#,##0.#####");
  }

  /** For names that are too long to stand beside each other. */
  public static void slantLabels(CategoryChart chart) {
    chart.getStyler().setXAxisLabelRotation(15);
  }

  private static void style(AxesChartStyler styler) {
    styler.setLocale(Locale.ROOT);
    styler.setChartBackgroundColor(NONE);
    styler.setPlotBackgroundColor(NONE);
    styler.setLegendBackgroundColor(NONE);
    styler.setPlotBorderVisible(false);
    styler.setLegendBorderColor(NONE);
    styler.setChartFontColor(GREY);
    styler.setAxisTickLabelsColor(GREY);
    styler.setAxisTickMarksColor(GRID);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendPadding(4);
    styler.setXAxisTickMarkSpacingHint(80);
    styler.setDecimalPattern("#,##0.###");
    styler.setErrorBarsColor(GREY);
    styler.setToolTipsEnabled(false);
  }

  /** Charts of one size, one below the other, as an SVG file. */
  public static String svg(List<? extends Chart<?, ?>> charts) {
    int width = charts.get(0).getWidth();
    int height = charts.get(0).getHeight();
    Document document = document();
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
    context.setPrecision(2); // text is drawn as outlines, and so is most of a file
    context.setComment(null);
    SVGGraphics2D g = new SVGGraphics2D(context, false);
    g.setSVGCanvasSize(new Dimension(width, height * charts.size()));
    for (Chart<?, ?> chart : charts) {
      chart.paint(g, width, height);
      g.translate(0, height);
    }
    Element root = g.getRoot();
    // So that it is as wide as what it stands in.
    root.setAttribute("viewBox", "0 0 " + width + " " + height * charts.size());
    StringWriter text = new StringWriter();
    try {
      g.stream(root, text, true, false);
    } catch (SVGGraphics2DIOException e) {
      throw new IllegalStateException("nothing is written but to a string", e);
    }
    return text.toString();
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVG, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("every JDK has a parser of XML", e);
    }
  }
}
