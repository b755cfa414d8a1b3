package org.peerroom.bench.sealing;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.io.StringWriter;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.apache.batik.util.SVGConstants;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.SeriesRenderingOrder;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.text.TextUtils;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.peerroom.SealingSuite;
import org.peerroom.bench.BenchException;
import org.w3c.dom.Document;

/**
 * The author's processor time over the size of the room, both logarithmic, with lines at 1 ms and
 * 10 ms and a mark where each curve passes them, as SVG. On white, so that it can be read wherever
 * it is shown.
 */
final class Picture {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 640;
  private static final double[] LINES_MILLIS = {1, 10};
  private static final Color INK = new Color(0x24292f);
  private static final Color FAINT = new Color(0xd8dee4);
  private static final Color LINE = new Color(0x6e7781);

  private final List<Curve> curves;
  private final int messageBytes;

  Picture(Figures figures) {
    // No screen is needed, and none may be asked for.
    System.setProperty("java.awt.headless", "true");
    curves = Curve.of(figures);
    messageBytes = Curve.messageBytes(figures);
  }

  /** The text of the file. */
  String svg() {
    SVGGraphics2D graphics = new SVGGraphics2D(emptyDocument());
    graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
    // Else labels that stand upright become outlines of letters.
    TextUtils.setUseDrawRotatedStringWorkaround(false);
    chart().draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
    StringWriter out = new StringWriter();
    try {
      graphics.stream(out, true);
      return out.toString();
    } catch (SVGGraphics2DIOException e) {
      throw new BenchException("the picture could not be drawn: " + e.getMessage(), e);
    }
  }

  private static Document emptyDocument() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVGConstants.SVG_NAMESPACE_URI, SVGConstants.SVG_SVG_TAG, null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("this Java runtime makes no XML documents", e);
    }
  }

  private static Font font(int style, int size) {
    return new Font("SansSerif", style, size);
  }

  private JFreeChart chart() {
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, true);
    renderer.setDefaultShapesVisible(true);
    renderer.setUseFillPaint(true);
    renderer.setLegendLine(new Line2D.Double(-18, 0, 18, 0));
    renderer.setDrawSeriesLineAsPath(true);
    XYPlot plot = new XYPlot(data, membersAxis(), costAxis(), renderer);
    for (Curve curve : curves) {
      draw(curve, data, plot, renderer);
    }
    for (double millis : LINES_MILLIS) {
      plot.addRangeMarker(line(millis));
    }
    plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
    plot.setSeriesRenderingOrder(SeriesRenderingOrder.FORWARD);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setDomainGridlinePaint(FAINT);
    plot.setRangeGridlinePaint(FAINT);
    plot.setOutlinePaint(LINE);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);

    JFreeChart chart =
        new JFreeChart("What sealing for many costs the author", font(Font.BOLD, 17), plot, false);
    chart.setBackgroundPaint(Color.WHITE);
    chart.getTitle().setPaint(INK);
    TextTitle what =
        new TextTitle(
            String.format(
                Locale.ROOT,
                "Processor time for a message of %,d bytes, one thread. Hollow: more members than the product"
                    + " lets this suite have.",
                messageBytes),
            font(Font.PLAIN, 12));
    what.setPaint(LINE);
    chart.addSubtitle(what);
    LegendTitle legend = new LegendTitle(plot);
    legend.setItemFont(font(Font.PLAIN, 12));
    legend.setItemPaint(INK);
    legend.setPosition(RectangleEdge.BOTTOM);
    legend.setItemLabelPadding(new RectangleInsets(2, 4, 2, 14));
    chart.addLegend(legend);
    chart.setPadding(new RectangleInsets(10, 10, 8, 22));
    return chart;
  }

  private void draw(
      Curve curve, XYSeriesCollection data, XYPlot plot, XYLineAndShapeRenderer renderer) {
    int index = data.getSeriesCount();
    XYSeries series = new XYSeries(curve.name());
    List<Crossing.Point> points = curve.points();
    points.forEach(point -> series.add(log(point.members()), log(point.millis())));
    data.addSeries(series);
    Color color = color(curve);
    renderer.setSeriesPaint(index, color);
    renderer.setSeriesStroke(index, stroke(curve));
    renderer.setSeriesShape(index, dot(curve.suite() == SealingSuite.X_WING ? 9 : 6));
    renderer.setSeriesFillPaint(index, color);
    XYSeries hollow = new XYSeries(curve.name() + ", refused");
    for (int i = 0; i < points.size(); i++) {
      if (curve.figures().get(i).refused()) {
        hollow.add(log(points.get(i).members()), log(points.get(i).millis()));
      }
    }
    if (!hollow.isEmpty()) {
      addDots(hollow, color, Color.WHITE, 6, plot);
    }
    XYSeries marks = new XYSeries(curve.name() + ", marks");
    for (double line : LINES_MILLIS) {
      if (Crossing.of(points, line) instanceof Crossing.Answer.At at) {
        marks.add(log(at.members()), log(line));
        plot.addAnnotation(label(curve, at.members(), line));
      }
    }
    if (!marks.isEmpty()) {
      addDots(marks, color, Color.WHITE, 11, plot);
    }
  }

  /** Points of their own over a curve, not in the legend. */
  private static void addDots(XYSeries series, Color edge, Color fill, int size, XYPlot plot) {
    XYLineAndShapeRenderer dots = new XYLineAndShapeRenderer(false, true);
    dots.setSeriesShape(0, dot(size));
    dots.setSeriesPaint(0, edge);
    dots.setSeriesFillPaint(0, fill);
    dots.setUseFillPaint(true);
    dots.setSeriesOutlinePaint(0, edge);
    dots.setUseOutlinePaint(true);
    dots.setDrawOutlines(true);
    dots.setSeriesOutlineStroke(0, new BasicStroke(1.8f));
    dots.setSeriesVisibleInLegend(0, false);
    int index = plot.getDatasetCount();
    plot.setDataset(index, new XYSeriesCollection(series));
    plot.setRenderer(index, dots);
  }

  private static XYTextAnnotation label(Curve curve, double members, double millis) {
    // Two curves pass the lines close by each other: one's labels are on the left above.
    boolean left = curve.suite() == null;
    XYTextAnnotation label =
        new XYTextAnnotation(
            Text.members(members),
            log(members) + (left ? -0.05 : 0.05),
            log(millis) + (left ? 0.05 : -0.05));
    label.setFont(font(Font.BOLD, 12));
    label.setPaint(color(curve).darker());
    label.setTextAnchor(left ? TextAnchor.BOTTOM_RIGHT : TextAnchor.TOP_LEFT);
    return label;
  }

  /** Axes show logarithms, and are labelled with what these are of. */
  private static double log(double value) {
    return Math.log10(value);
  }

  private static Shape dot(double size) {
    return new Ellipse2D.Double(-size / 2, -size / 2, size, size);
  }

  private static Color color(Curve curve) {
    if (curve.suite() == null) {
      return new Color(0x8250df);
    }
    return switch (curve.suite()) {
      case X_WING -> new Color(0x0072b2);
      case X25519 -> new Color(0xe69f00);
      case PER_RECIPIENT -> new Color(0xc03028);
    };
  }

  private static BasicStroke stroke(Curve curve) {
    float[] dash = curve.messages() > 1 ? new float[] {7, 5} : null;
    // The two suites with sender keys lie on each other: the upper one lets the lower one be seen.
    float width = curve.suite() == SealingSuite.X_WING ? 4.5f : 2;
    return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
  }

  private static ValueMarker line(double millis) {
    ValueMarker marker = new ValueMarker(log(millis), INK, new BasicStroke(1.4f));
    marker.setLabel(Text.number(millis) + " ms");
    marker.setLabelFont(font(Font.BOLD, 12));
    marker.setLabelPaint(INK);
    marker.setLabelBackgroundColor(Color.WHITE);
    marker.setLabelAnchor(RectangleAnchor.TOP_LEFT);
    marker.setLabelTextAnchor(TextAnchor.BOTTOM_LEFT);
    return marker;
  }

  private NumberAxis membersAxis() {
    NumberAxis axis = axis("members of the room");
    double most = 2;
    for (Curve curve : curves) {
      most = Math.max(most, curve.figures().get(curve.figures().size() - 1).members());
    }
    axis.setRange(log(1.5), log(most * 1.6));
    axis.setNumberFormatOverride(new PowerFormat(Text::number));
    return axis;
  }

  private NumberAxis costAxis() {
    NumberAxis axis = axis("processor time of the author for a message (a rekey: for all members)");
    double least = 1;
    double most = 10;
    for (Curve curve : curves) {
      for (Crossing.Point point : curve.points()) {
        least = Math.min(least, point.millis());
        most = Math.max(most, point.millis());
      }
    }
    axis.setRange(Math.floor(log(least)), log(most * 2.5));
    axis.setNumberFormatOverride(new PowerFormat(Text::time));
    return axis;
  }

  private static NumberAxis axis(String label) {
    NumberAxis axis = new NumberAxis(label);
    axis.setTickUnit(new NumberTickUnit(1));
    axis.setMinorTickMarksVisible(false);
    axis.setLabelFont(font(Font.PLAIN, 13));
    axis.setTickLabelFont(font(Font.PLAIN, 12));
    axis.setLabelPaint(INK);
    axis.setTickLabelPaint(INK);
    axis.setAxisLinePaint(LINE);
    return axis;
  }

  /** Writes what a logarithm is of. */
  private static final class PowerFormat extends NumberFormat {

    private static final long serialVersionUID = 1L;

    private final transient DoubleFunction<String> words;

    PowerFormat(DoubleFunction<String> words) {
      this.words = words;
    }

    @Override
    public StringBuffer format(double power, StringBuffer to, FieldPosition position) {
      return to.append(words.apply(Math.pow(10, power)));
    }

    @Override
    public StringBuffer format(long power, StringBuffer to, FieldPosition position) {
      return format((double) power, to, position);
    }

    @Override
    public Number parse(String text, ParsePosition position) {
      throw new UnsupportedOperationException("an axis only writes");
    }
  }
}
