package org.simdloss.bench.cli;

import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * Colour, where a person watches on a terminal.
 *
 * @param isOn else text stays as it is
 */
public record Paint(boolean isOn) {
  /** On a terminal, unless the user's NO_COLOR says otherwise. */
  public static Paint ofThisTerminal() {
    return new Paint(Progress.onTerminal() && System.getenv("NO_COLOR") == null);
  }

  /**
   * Headings, which begin a line that is not indented, stand out; what is no difference does not.
   */
  public String table(String text) {
    return !isOn
        ? text
        : text.lines()
            .map(
                line ->
                    !line.isEmpty() && !line.startsWith(" ")
                        ? with(line, Style.bold)
                        : line.contains("no difference") ? with(line, Style.faint) : line)
            .collect(Collectors.joining(System.lineSeparator(), "", System.lineSeparator()));
  }

  public String warning(String text) {
    return isOn ? with(text, Style.fg_yellow) : text;
  }

  public String failure(String text) {
    return isOn ? with(text, Style.fg_red, Style.bold) : text;
  }

  private static String with(String text, IStyle... styles) {
    return Style.on(styles) + text + Style.reset.on();
  }
}
