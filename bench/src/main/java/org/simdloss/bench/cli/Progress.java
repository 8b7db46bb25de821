package org.simdloss.bench.cli;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/**
 * What runs, and how long it still takes: one line, rewritten in place on a terminal; elsewhere a
 * new line every few seconds.
 */
public final class Progress {
  private static final double SECONDS_BETWEEN_LINES = 5;
  private static final double SECONDS_BETWEEN_REWRITES = 0.1;
  private static final int WIDTH = 79;

  private final PrintStream out;
  private final boolean terminal;
  private final boolean silent;
  private int shown;
  private long lastLine = Long.MIN_VALUE;

  public Progress(PrintStream out, boolean terminal, boolean silent) {
    this.out = out;
    this.terminal = terminal;
    this.silent = silent;
  }

  /**
   * Whether a person watches. Since JDK 22 there is a console where there is no terminal too, and a
   * method that tells them apart.
   */
  public static boolean onTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true; // an older JDK, which has a console on a terminal only
    }
  }

  /** Shows a line, unless the last one has only just been shown. */
  public void show(String line) {
    double pause = terminal ? SECONDS_BETWEEN_REWRITES : SECONDS_BETWEEN_LINES;
    long now = System.nanoTime();
    if (silent || (lastLine != Long.MIN_VALUE && (now - lastLine) / 1e9 < pause)) {
      return;
    }
    lastLine = now;
    if (terminal) {
      rewrite(line.length() > WIDTH ? line.substring(0, WIDTH) : line);
    } else {
      out.println(line);
    }
  }

  /** Takes the line away, so that something else can be printed; the next one is shown at once. */
  public void clear() {
    lastLine = Long.MIN_VALUE;
    if (shown > 0) {
      out.print("\r" + " ".repeat(shown) + "\r");
      out.flush();
      shown = 0;
    }
  }

  private void rewrite(String line) {
    out.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
    out.flush();
    shown = line.length();
  }

  /** {@code m:ss}. */
  public static String minutes(double seconds) {
    long whole = Math.max(0, Math.round(seconds));
    return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }
}
