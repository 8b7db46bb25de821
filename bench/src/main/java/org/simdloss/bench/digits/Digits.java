package org.simdloss.bench.digits;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.StringTokenizer;
import java.util.stream.IntStream;
import org.simdloss.Batch;

/**
 * Digits drawn with a pen, in MNIST's form: white on black, 28 × 28 pixels of a byte, some of them
 * hard to tell apart. Each varies in stroke, slant, size, place and noise.
 *
 * <p>Image i depends on the seed and on i alone, so they are the same in whatever order, on however
 * many threads and on whatever JDK they are drawn.
 *
 * @param pixels of all images, one after the other, each row after row
 * @param labels a byte an image, 0 to 9
 */
public record Digits(byte[] pixels, byte[] labels) {
  static final int SIDE = 28;

  private static final int PIXELS = SIDE * SIDE;

  /** A curve is drawn as so many lines. */
  private static final int STEPS = 10;

  private static final int MOST_LINES = 8 * STEPS;

  /**
   * How a pen goes, in a square of side 1 with its origin at the top left: M moves, L is a line, Q
   * and C are curves by their control points. A digit that people write in several ways has several
   * of them.
   */
  private static final List<List<String>> PENS =
      List.of(
          List.of(
              "M .5 .03 C .08 .03 .08 .97 .5 .97 C .92 .97 .92 .03 .5 .03",
              "M .6 .05 C .2 .0 .05 .9 .45 .95 C .9 1 .95 .2 .5 .08"),
          List.of(
              "M .5 .04 L .5 .96",
              "M .3 .26 Q .45 .2 .52 .04 L .52 .96",
              "M .3 .24 L .52 .05 L .52 .95 M .28 .95 L .76 .95"),
          List.of(
              "M .2 .28 C .2 -.03 .8 -.03 .8 .3 C .8 .55 .3 .7 .18 .95 L .84 .95",
              "M .2 .2 C .4 -.1 .9 .1 .74 .4 Q .55 .75 .2 .9 C .35 .7 .55 1.05 .86 .86"),
          List.of(
              "M .2 .14 C .4 -.05 .82 0 .76 .25 Q .72 .44 .42 .47 C .62 .46 .86 .55 .8 .76"
                  + " C .74 1.03 .3 1 .16 .84",
              "M .2 .06 L .8 .06 L .45 .42 C .9 .4 .95 .95 .5 .95 Q .3 .95 .17 .84"),
          List.of(
              "M .66 .96 L .66 .04 L .14 .66 L .88 .66",
              "M .28 .06 L .2 .54 Q .5 .58 .82 .52 M .72 .1 L .66 .96"),
          List.of(
              "M .8 .05 L .28 .05 L .22 .45 C .5 .32 .86 .44 .8 .7 C .75 1.02 .3 1 .17 .84",
              "M .3 .08 Q .28 .3 .24 .46 C .6 .36 .8 .55 .74 .75 C .66 1 .3 .97 .18 .86"
                  + " M .3 .08 L .78 .06"),
          List.of(
              "M .7 .04 C .4 .14 .2 .45 .2 .7 C .2 1.04 .8 1.04 .8 .7 C .8 .42 .3 .42 .2 .68",
              "M .48 .04 Q .2 .5 .24 .74 C .3 1.06 .82 .98 .74 .7 C .66 .5 .34 .56 .26 .76"),
          List.of(
              "M .17 .07 L .83 .07 Q .52 .5 .42 .96",
              "M .17 .12 L .82 .08 Q .6 .4 .4 .95 M .32 .52 L .74 .5"),
          List.of(
              "M .5 .47 C .1 .4 .15 .03 .5 .03 C .85 .03 .9 .4 .5 .47 C .05 .55 .1 .97 .5 .97"
                  + " C .9 .97 .95 .55 .5 .47",
              "M .74 .14 C .4 -.1 .1 .25 .5 .46 C .95 .7 .7 1 .46 .96 C .1 .9 .3 .6 .5 .47"
                  + " Q .74 .32 .74 .14"),
          List.of(
              "M .78 .3 C .75 .62 .22 .62 .22 .32 C .22 -.04 .78 -.04 .78 .3 Q .78 .66 .56 .96",
              "M .74 .26 C .6 -.1 .16 .1 .24 .38 C .32 .6 .7 .5 .74 .2 L .72 .96"));

  /** The images as rows of pixels from 0 to 1. */
  public Batch x() {
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (pixels[i] & 0xff) / 255f;
    }
    return Batch.of(values, labels.length, PIXELS);
  }

  /** The labels as the library has them. */
  public int[] t() {
    int[] values = new int[labels.length];
    Arrays.setAll(values, i -> labels[i]);
    return values;
  }

  /** Draws the images whose numbers are {@code first} and up. */
  public static Digits draw(long seed, int first, int count) {
    Digits digits = new Digits(new byte[count * PIXELS], new byte[count]);
    IntStream.range(0, count).parallel().forEach(i -> digits.draw(i, mixed(seed, first + i)));
    return digits;
  }

  /**
   * Neighbouring seeds would give {@link Random} neighbouring first numbers.
   *
   * <p>Source: the finalizer of Steele, Lea and Flood's SplitMix.
   */
  private static long mixed(long seed, int image) {
    long z = seed + image * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private void draw(int i, long seed) {
    Random random = new Random(seed);
    int digit = random.nextInt(10);
    labels[i] = (byte) digit;
    List<String> pens = PENS.get(digit);
    double[] way = way(pens.get(random.nextInt(pens.size())), random);
    place(way, random);
    double[] drawn = drawn(way, between(random, 1.4, 3.4));
    double ink = between(random, 0.55, 1);
    double specks = between(random, 0, 0.12);
    for (int p = 0; p < PIXELS; p++) {
      double value = 255 * drawn[p] * ink;
      if (random.nextDouble() < specks) {
        value += between(random, -150, 150);
      }
      pixels[i * PIXELS + p] = (byte) Math.max(0, Math.min(255, Math.round(value)));
    }
  }

  /**
   * A pen's way as the ends of short lines: x, y, x, y for each. The pen's points are a little off.
   */
  private static double[] way(String pen, Random random) {
    double[] lines = new double[4 * MOST_LINES];
    int n = 0;
    double off = between(random, 0.01, 0.085);
    double x = 0;
    double y = 0;
    StringTokenizer words = new StringTokenizer(pen);
    while (words.hasMoreTokens()) {
      String command = words.nextToken();
      double[] at = new double[command.equals("C") ? 6 : command.equals("Q") ? 4 : 2];
      for (int i = 0; i < at.length; i++) {
        at[i] = Double.parseDouble(words.nextToken()) + between(random, -off, off);
      }
      int steps = command.equals("M") ? 0 : at.length == 2 ? 1 : STEPS;
      double fromX = x;
      double fromY = y;
      for (int step = 1; step <= steps; step++) {
        double u = (double) step / steps;
        lines[n++] = x;
        lines[n++] = y;
        lines[n++] = x = curve(u, fromX, at, 0);
        lines[n++] = y = curve(u, fromY, at, 1);
      }
      x = at[at.length - 2];
      y = at[at.length - 1];
    }
    return Arrays.copyOf(lines, n);
  }

  /**
   * A Bézier curve at u, in one coordinate.
   *
   * @param at the control points after the first, x and y by turns
   */
  private static double curve(double u, double from, double[] at, int coordinate) {
    double[] points = new double[at.length / 2 + 1];
    points[0] = from;
    for (int i = 1; i < points.length; i++) {
      points[i] = at[2 * (i - 1) + coordinate];
    }
    for (int last = points.length - 1; last > 0; last--) {
      for (int i = 0; i < last; i++) {
        points[i] += u * (points[i + 1] - points[i]);
      }
    }
    return points[0];
  }

  /** From the pen's square to pixels: size, slant, a slight turn, and place. */
  private static void place(double[] way, Random random) {
    double width = between(random, 10, 20);
    double height = between(random, 15, 22);
    double slant = between(random, -0.37, 0.37);
    double turn = between(random, -0.17, 0.17);
    double centreX = SIDE / 2.0 + between(random, -2.4, 2.4);
    double centreY = SIDE / 2.0 + between(random, -2.4, 2.4);
    for (int i = 0; i < way.length; i += 2) {
      double x = way[i] - 0.5;
      double y = way[i + 1] - 0.5;
      way[i] = centreX + width * x - slant * height * y;
      way[i + 1] = centreY + width * turn * x + height * y;
    }
  }

  /**
   * How much of each pixel is covered by a round pen, 0 to 1. (The JDK's own drawing would do, but
   * it gives other pixels on JDK 17 than on 25.)
   */
  private static double[] drawn(double[] way, double penWidth) {
    double[] covered = new double[PIXELS];
    double reach = penWidth / 2 + 0.5; // half of a pixel at the rim
    for (int i = 0; i < way.length; i += 4) {
      double x = way[i];
      double y = way[i + 1];
      double dx = way[i + 2] - x;
      double dy = way[i + 3] - y;
      double length = Math.max(1e-12, dx * dx + dy * dy);
      int left = pixel(Math.min(x, x + dx) - reach);
      int right = pixel(Math.max(x, x + dx) + reach);
      int bottom = pixel(Math.max(y, y + dy) + reach);
      for (int row = pixel(Math.min(y, y + dy) - reach); row <= bottom; row++) {
        for (int col = left; col <= right; col++) {
          double px = col + 0.5 - x;
          double py = row + 0.5 - y;
          double along = Math.max(0, Math.min(1, (px * dx + py * dy) / length));
          double offX = px - along * dx;
          double offY = py - along * dy;
          double part = Math.min(1, reach - Math.sqrt(offX * offX + offY * offY));
          covered[row * SIDE + col] = Math.max(covered[row * SIDE + col], part);
        }
      }
    }
    return covered;
  }

  private static int pixel(double at) {
    return (int) Math.max(0, Math.min(SIDE - 1, Math.floor(at)));
  }

  private static double between(Random random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }
}
