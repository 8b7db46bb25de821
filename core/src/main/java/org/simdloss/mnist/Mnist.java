package org.simdloss.mnist;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.simdloss.mnist.IdxFile.Kind;

/**
 * Reads MNIST, and whatever else comes in its format (Fashion-MNIST, KMNIST, EMNIST), from files
 * that are there: the book's {@code load_mnist(normalize, flatten, one_hot_label)} without the
 * download.
 *
 * <pre>{@code
 * Samples train = Mnist.normalized().train(Path.of("data"));
 * Batch x = train.x(); // 60000 × 784
 * int[] t = train.labels();
 * }</pre>
 *
 * <p>{@code normalize} is the choice between {@link #normalized()} and {@link #raw()}, {@code
 * flatten} one of {@link Images#shape()} and {@link Images#unflattenedShape()}, and {@code
 * one_hot_label} one of {@link Samples#labels()} and {@link Samples#oneHot()}.
 *
 * <p><b>Its kin.</b> Fashion-MNIST and KMNIST have 10 classes and MNIST's file names, so that
 * {@link #train} and {@link #test} read them. EMNIST is a zip archive of gzip files with names of
 * their own, for {@link #read}. Its images are stored column by column: what is read as row r,
 * column c of an image is its row c, column r as it is seen. Its {@code letters} are labelled 1 to
 * 26: read them with {@code classes(27)}, and subtract 1 from {@link Samples#labels()} or leave
 * class 0 empty. The others begin at 0: {@code balanced} and {@code bymerge} have 47 classes,
 * {@code byclass} has 62, {@code digits} and {@code mnist} have 10.
 *
 * <p>Images may have any number of rows and columns, and there may be none. Whether a file is gzip
 * is told by its first two bytes, 1f 8b, and not by its name. It must be right to its last byte, a
 * gzip file's checksum and end included.
 *
 * <p><b>Memory.</b> Four bytes a pixel and four a label, for the result. No file is believed:
 * memory is not taken for what a header says before as much data was seen. From a path reading
 * takes less than 256 KiB more than the result, whatever the file holds: a gzip file is inflated
 * twice, and never further than a byte past what its header says. A stream, or a path that is no
 * regular file, can be read only once: its data is kept as it comes, and the result takes its
 * place, so that reading takes a quarter more memory than the result alone.
 *
 * <p><b>Exceptions.</b> {@link IdxFormatException} for a file that is not as it should be, which
 * names the byte. Other {@link IOException}s, such as {@link NoSuchFileException}, are those of the
 * file system or stream, as they were thrown. {@link NullPointerException} names the argument.
 *
 * <p>Immutable: configured once, and safe to share between threads.
 */
public final class Mnist {
  private final String name;

  /** What a pixel's byte is divided by. */
  private final float divisor;

  private final int classes;

  private Mnist(String name, float divisor, int classes) {
    this.name = name;
    this.divisor = divisor;
    this.classes = classes;
  }

  /**
   * Pixels from 0 to 1: each byte, as a number from 0 to 255, divided by 255 in {@code float}. The
   * quotients are rounded correctly, and so have the bits of NumPy's {@code float32} ones.
   */
  public static Mnist normalized() {
    return new Mnist("normalized", 255, 10);
  }

  /** Pixels from 0 to 255, as in the file. */
  public static Mnist raw() {
    return new Mnist("raw", 1, 10);
  }

  /**
   * The same with labels from 0 to {@code classes} − 1, instead of 10 classes.
   *
   * @throws IllegalArgumentException if {@code classes} is not in 1 .. 256
   */
  public Mnist classes(int classes) {
    if (classes < 1 || classes > 256) {
      throw new IllegalArgumentException("classes is " + classes + "; allowed: 1 to 256");
    }
    return new Mnist(name, divisor, classes);
  }

  /**
   * Reads a file of images.
   *
   * @throws IdxFormatException if it is not one
   * @throws IOException if it can not be read
   */
  public Images images(Path file) throws IOException {
    requireNonNull(file, "file");
    try (IdxFile images = IdxFile.of(file, Kind.IMAGES)) {
      images.header();
      return images(images);
    }
  }

  /**
   * Reads images from a stream.
   *
   * @param in is read to its end, unless an exception is thrown, and not closed
   * @param name names it in messages
   * @throws IdxFormatException if it does not give a file of images
   * @throws IOException if it can not be read
   */
  public Images images(InputStream in, String name) throws IOException {
    requireNonNull(in, "in");
    requireNonNull(name, "name");
    try (IdxFile images = IdxFile.of(in, name, Kind.IMAGES)) {
      images.header();
      return images(images);
    }
  }

  private Images images(IdxFile file) throws IOException {
    file.check();
    float[] pixels = new float[file.size()];
    file.read((bytes, length, at) -> decode(bytes, length, pixels, at));
    return new Images(pixels, file.count(), file.rows(), file.cols());
  }

  private void decode(byte[] bytes, int length, float[] pixels, int at) {
    for (int i = 0; i < length; i++) {
      pixels[at + i] = (bytes[i] & 0xff) / divisor;
    }
  }

  /**
   * Reads a file of labels.
   *
   * @throws IdxFormatException if it is not one, or a label is no class
   * @throws IOException if it can not be read
   */
  public int[] labels(Path file) throws IOException {
    requireNonNull(file, "file");
    try (IdxFile labels = IdxFile.of(file, Kind.LABELS)) {
      return labels(labels);
    }
  }

  /**
   * Reads labels from a stream.
   *
   * @param in is read to its end, unless an exception is thrown, and not closed
   * @param name names it in messages
   * @throws IdxFormatException if it does not give a file of labels, or a label is no class
   * @throws IOException if it can not be read
   */
  public int[] labels(InputStream in, String name) throws IOException {
    requireNonNull(in, "in");
    requireNonNull(name, "name");
    try (IdxFile labels = IdxFile.of(in, name, Kind.LABELS)) {
      return labels(labels);
    }
  }

  private int[] labels(IdxFile file) throws IOException {
    file.header();
    file.check();
    int[] labels = new int[file.size()];
    file.read(
        (bytes, length, at) -> {
          for (int i = 0; i < length; i++) {
            labels[at + i] = bytes[i] & 0xff;
            if (labels[at + i] >= classes) {
              throw file.brokenData(
                  at + i,
                  "label is "
                      + labels[at + i]
                      + "; expected 0 to "
                      + (classes - 1)
                      + "; Mnist.classes(n) reads labels from 0 to n - 1");
            }
          }
        });
    return labels;
  }

  /**
   * Reads a file of images and the file of their labels, of which there must be as many.
   *
   * @throws IdxFormatException if one is not such a file, a label is no class, or there are not as
   *     many images as labels, which is known before memory is taken for images
   * @throws IOException if one can not be read
   */
  public Samples read(Path images, Path labels) throws IOException {
    requireNonNull(images, "images");
    requireNonNull(labels, "labels");
    int[] t = labels(labels);
    try (IdxFile file = IdxFile.of(images, Kind.IMAGES)) {
      file.header();
      file.expectCount(t.length, labels);
      return new Samples(images(file), t, classes);
    }
  }

  /**
   * Reads the training samples, 60000 in MNIST, from {@code train-images-idx3-ubyte} and {@code
   * train-labels-idx1-ubyte} in a folder. Either may also be named with a dot before {@code idx},
   * and either may end in {@code .gz}; where there are both, the one without is read.
   *
   * @throws NoSuchFileException if one is missing, with the names that it may have; or if {@code
   *     folder} does not exist or is a file, with its path
   * @throws IdxFormatException as {@link #read} does
   * @throws IOException if one can not be read
   */
  public Samples train(Path folder) throws IOException {
    requireNonNull(folder, "folder");
    return read(find(folder, "train-images", "idx3"), find(folder, "train-labels", "idx1"));
  }

  /**
   * Reads the test samples, 10000 in MNIST, as {@link #train} does the others, from {@code
   * t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}.
   *
   * @throws NoSuchFileException if one is missing, with the names that it may have; or if {@code
   *     folder} does not exist or is a file, with its path
   * @throws IdxFormatException as {@link #read} does
   * @throws IOException if one can not be read
   */
  public Samples test(Path folder) throws IOException {
    requireNonNull(folder, "folder");
    return read(find(folder, "t10k-images", "idx3"), find(folder, "t10k-labels", "idx1"));
  }

  private static Path find(Path folder, String what, String idx) throws NoSuchFileException {
    List<String> names = new ArrayList<>();
    for (String end : new String[] {"-ubyte", "-ubyte.gz"}) {
      for (String separator : new String[] {"-", "."}) {
        String name = what + separator + idx + end;
        Path file = folder.resolve(name);
        // Some archives hold each file in a folder that has the file's name.
        if (Files.exists(file) && !Files.isDirectory(file)) {
          return file;
        }
        names.add(name);
      }
    }
    String problem = "none of these is in it: ";
    if (Files.notExists(folder)) {
      problem = "there is no such folder; expected one with any of these: ";
    } else if (Files.exists(folder) && !Files.isDirectory(folder)) {
      problem = "it is not a folder; expected one with any of these: ";
    }
    throw new NoSuchFileException(folder.toString(), null, problem + String.join(", ", names));
  }

  /** For example {@code Mnist.normalized(classes=10)}. */
  @Override
  public String toString() {
    return "Mnist." + name + "(classes=" + classes + ")";
  }
}
