package org.simdloss.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Image;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * A report's Markdown as a page of one file, with its pictures in it: no script, nothing from
 * elsewhere, for wide and narrow windows, light and dark.
 */
public final class HtmlPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #76839040; --soft: #7683901a; }
      body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1180px; padding: 1rem; }
      h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
      h2 { border-top: 1px solid var(--line); padding-top: 1rem; }
      table { border-collapse: collapse; display: block; overflow-x: auto; font-size: .8rem; font-variant-numeric: tabular-nums; }
      th, td { padding: .25rem .45rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
      td:nth-child(2):last-child { white-space: normal; }
      th { text-align: left; } tbody tr:hover { background: var(--soft); }
      code { background: var(--soft); padding: 0 .2em; overflow-wrap: anywhere; }
      .charts { display: grid; gap: 1rem;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); }
      .chart { overflow-x: auto; } .wide { grid-column: 1 / -1; }
      svg { width: 100%; height: auto; display: block; } .wide svg { min-width: 720px; }
      """;

  private HtmlPage() {}

  /**
   * @param pictures by the name that the Markdown has for them, as SVG
   */
  public static String of(String title, String markdown, Map<String, String> pictures) {
    List<Extension> extensions = List.of(TablesExtension.create());
    Node page = Parser.builder().extensions(extensions).build().parse(markdown);
    String body =
        HtmlRenderer.builder()
            .escapeHtml(true) // what a run says of itself may be anything
            .extensions(extensions)
            .nodeRendererFactory(context -> new Inlined(context, pictures))
            .attributeProviderFactory(
                context ->
                    (node, tag, attributes) -> {
                      if (node instanceof Paragraph && node.getFirstChild() instanceof Image) {
                        attributes.put("class", "charts");
                      }
                    })
            .build()
            .render(page);
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        %s</body>
        </html>
        """
        .formatted(title, STYLE, body);
  }

  /** In place of a picture's file its content. */
  private record Inlined(HtmlNodeRendererContext context, Map<String, String> pictures)
      implements NodeRenderer {
    @Override
    public Set<Class<? extends Node>> getNodeTypes() {
      return Set.of(Image.class);
    }

    @Override
    public void render(Node node) {
      String file = ((Image) node).getDestination();
      String svg = pictures.get(file);
      String alt = node.getFirstChild() instanceof Text text ? text.getLiteral() : "";
      boolean wide = svg.contains("width=\"" + Pictures.WIDE + "\"");
      Map<String, String> attributes = new LinkedHashMap<>(); // the same page at every time
      attributes.put("class", wide ? "chart wide" : "chart");
      attributes.put("role", "img");
      attributes.put("aria-label", alt);
      context.getWriter().tag("span", attributes);
      context.getWriter().raw(withOwnNames(svg.substring(svg.indexOf("<svg")), file));
      context.getWriter().tag("/span");
    }

    /** Each picture has a clipPath1; in one page they must differ. */
    private static String withOwnNames(String svg, String file) {
      String own = file.replaceAll("\\W", "-") + "-";
      return svg.replaceAll("\\bid=\"(\\w+)\"", "id=\"" + own + "$1\"")
          .replaceAll("url\\(#(\\w+)\\)", "url(#" + own + "$1)");
    }
  }
}
