package org.simdloss.mnist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simdloss.mnist.IdxFile.Kind;

/** Files that are wrong: what is said of them, in whatever way they are read. */
@Tag("any-width")
class IdxFormatTest {
  private static final Mnist MNIST = Mnist.raw();
  private static final byte[] IMAGES = IdxBytes.images(3, 2, 1, 1, 2, 3, 4, 5, 6);
  private static final byte[] LABELS = IdxBytes.labels(3, 0, 9, 5);

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("file");
  }

  private IdxFormatException refused(long offset, String problem, Executable read) {
    return refused(file(), offset, "", problem, read);
  }

  private static IdxFormatException refused(
      Path file, long offset, String ofWhat, String problem, Executable read) {
    IdxFormatException e = assertThrowsExactly(IdxFormatException.class, read);
    assertEquals(file + ": byte " + offset + ofWhat + ": " + problem, e.getMessage());
    assertEquals(file.toString(), e.file());
    assertEquals(offset, e.offset());
    return e;
  }

  private void badImages(Way way, long offset, String problem, byte[] bytes) {
    assertNull(refused(offset, problem, () -> way.images(MNIST, file(), bytes)).getCause());
  }

  private void badLabels(Way way, long offset, String problem, byte[] bytes) {
    refused(offset, problem, () -> way.labels(MNIST, file(), bytes));
  }

  @ParameterizedTest
  @EnumSource
  void magic(Way way) {
    badImages(way, 0, "magic is 0x00000801 (labels); expected 0x00000803 (images)", LABELS);
    badLabels(way, 0, "magic is 0x00000803 (images); expected 0x00000801 (labels)", IMAGES);
    Map<Integer, String> others =
        Map.ofEntries(
            Map.entry(0x802, "IDX, 2-dimensional unsigned bytes"),
            Map.entry(0x903, "IDX, 3-dimensional signed bytes"),
            Map.entry(0xb01, "IDX, 1-dimensional shorts"),
            Map.entry(0xc04, "IDX, 4-dimensional ints"),
            Map.entry(0xd03, "IDX, 3-dimensional floats"),
            Map.entry(0xeff, "IDX, 255-dimensional doubles"),
            Map.entry(0xa03, "not IDX"),
            Map.entry(0xf03, "not IDX"),
            Map.entry(0x03080000, "not IDX"),
            Map.entry(0x01000803, "not IDX"),
            Map.entry(0x89504e47, "not IDX"),
            Map.entry(0, "not IDX"),
            Map.entry(-1, "not IDX"),
            Map.entry(0x2020207f, "not IDX"),
            Map.entry(0x1f202020, "not IDX"),
            Map.entry(0x20082020, "not IDX"),
            Map.entry(0x20200b20, "not IDX"),
            Map.entry(0x20200e20, "not IDX"),
            Map.entry(0x207e0920, "text"),
            Map.entry(0x0a0d0a20, "text"));
    others.forEach(
        (magic, words) ->
            badImages(
                way,
                0,
                String.format("magic is 0x%08x (%s); expected 0x00000803 (images)", magic, words),
                IdxBytes.idx(new int[] {magic, 1, 1, 1}, 0)));
    badLabels(
        way,
        0,
        "magic is 0x3c21444f (HTML or XML); expected 0x00000801 (labels)",
        "<!DOCTYPE html>".getBytes(StandardCharsets.US_ASCII));
    badLabels(
        way,
        0,
        "magic is 0x34303420 (text); expected 0x00000801 (labels)",
        "404 ".getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @EnumSource
  void aZipArchive(Way way) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("train-images-idx3-ubyte"));
      zip.write(IMAGES);
    }
    String found = "magic is 0x504b0304 (a zip archive: unpack it first); expected ";
    badImages(way, 0, found + "0x00000803 (images)", out.toByteArray());
    badLabels(way, 0, found + "0x00000801 (labels)", out.toByteArray());
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP_PATH", "GZIP_STREAM", "GZIP_SINGLE_BYTES"})
  void gzipWithinGzip(Way way) {
    String found = "magic is 0x1f8b0800 (gzip within gzip: unpack it once); expected ";
    badImages(way, 0, found + "0x00000803 (images)", IdxBytes.gzip(IMAGES));
    badLabels(way, 0, found + "0x00000801 (labels)", IdxBytes.gzip(LABELS));
  }

  @ParameterizedTest
  @EnumSource
  void headersThatEnd(Way way) {
    for (int length = 0; length < 16; length++) {
      badImages(
          way,
          length,
          "the data ends here; expected a header of 16 bytes",
          Arrays.copyOf(IMAGES, length));
    }
    for (int length = 0; length < 8; length++) {
      badLabels(
          way,
          length,
          "the data ends here; expected a header of 8 bytes",
          Arrays.copyOf(LABELS, length));
    }
  }

  @ParameterizedTest
  @EnumSource
  void dimensions(Way way) {
    badImages(way, 8, "0 rows; expected 1 or more", IdxBytes.images(1, 0, 1));
    badImages(way, 8, "0 rows; expected 1 or more", IdxBytes.images(0, 0, 0));
    badImages(way, 12, "0 columns; expected 1 or more", IdxBytes.images(1, 1, 0));
    String tooMany = " are too many for an array; expected 2147483639 bytes at most";
    badLabels(way, 4, "4294967295 labels" + tooMany, IdxBytes.labels(-1, 1));
    badLabels(way, 4, "2147483648 labels" + tooMany, IdxBytes.labels(Integer.MIN_VALUE, 1));
    badLabels(way, 4, "2147483640 labels" + tooMany, IdxBytes.labels(2147483640, 1));
    badImages(
        way, 4, "4294967295 images of 28×28 pixels" + tooMany, IdxBytes.images(-1, 28, 28, 1));
    badImages(
        way, 4, "536870910 images of 2×2 pixels" + tooMany, IdxBytes.images(536870910, 2, 2, 1));
    badImages(
        way, 4, "2 images of 32768×32768 pixels" + tooMany, IdxBytes.images(2, 32768, 32768, 1));
    badImages(
        way, 8, "images of 4294967295×4294967295 pixels" + tooMany, IdxBytes.images(-1, -1, -1, 1));
    // their product, modulo 2^64, is 0
    badImages(
        way,
        8,
        "images of 2147483648×2147483648 pixels" + tooMany,
        IdxBytes.images(4, Integer.MIN_VALUE, Integer.MIN_VALUE, 1));
    badImages(way, 8, "images of 65536×65536 pixels" + tooMany, IdxBytes.images(0, 65536, 65536));
    badImages(way, 8, "images of 1×4294967295 pixels" + tooMany, IdxBytes.images(1, 1, -1));
    badImages(way, 8, "images of 2147483640×1 pixels" + tooMany, IdxBytes.images(0, 2147483640, 1));
  }

  /** As much as an array can hold is not too much: it is just not there. */
  @ParameterizedTest
  @EnumSource
  void theMostThatAHeaderMaySay(Way way) throws IOException {
    badLabels(
        way,
        10,
        "the data ends here; expected 2147483647 bytes, for 2147483639 labels",
        IdxBytes.labels(2147483639, 1, 2));
    badImages(
        way,
        17,
        "the data ends here; expected 2147483652 bytes, for 536870909 images of 2×2 pixels",
        IdxBytes.images(536870909, 2, 2, 1));
    badImages(
        way,
        16,
        "the data ends here; expected 2147483655 bytes, for 1 images of 1×2147483639 pixels",
        IdxBytes.images(1, 1, 2147483639));
    assertEquals(
        "Images 0×1×2147483639×1",
        way.images(MNIST, file(), IdxBytes.images(0, 2147483639, 1)).toString());
  }

  @ParameterizedTest
  @EnumSource
  void dataThatEndsOrGoesOn(Way way) {
    for (int length = 16; length < IMAGES.length; length++) {
      badImages(
          way,
          length,
          "the data ends here; expected 22 bytes, for 3 images of 2×1 pixels",
          Arrays.copyOf(IMAGES, length));
    }
    for (int length = 8; length < LABELS.length; length++) {
      badLabels(
          way,
          length,
          "the data ends here; expected 11 bytes, for 3 labels",
          Arrays.copyOf(LABELS, length));
    }
    for (int more : new int[] {1, 2, 100_000}) {
      badImages(
          way,
          22,
          "there is more data; expected the end, after 3 images of 2×1 pixels",
          Arrays.copyOf(IMAGES, IMAGES.length + more));
      badLabels(
          way,
          11,
          "there is more data; expected the end, after 3 labels",
          Arrays.copyOf(LABELS, LABELS.length + more));
    }
    int[] many = new int[200_000];
    badLabels(
        way,
        150_008,
        "the data ends here; expected 200008 bytes, for 200000 labels",
        Arrays.copyOf(IdxBytes.labels(many.length, many), 150_008));
    badImages(
        way,
        16,
        "there is more data; expected the end, after 0 images of 1×1 pixels",
        IdxBytes.images(0, 1, 1, 1));
  }

  @ParameterizedTest
  @EnumSource
  void labelsThatAreNoClass(Way way) throws IOException {
    String others = "; Mnist.classes(n) reads labels from 0 to n - 1";
    badLabels(way, 9, "label is 10; expected 0 to 9" + others, IdxBytes.labels(3, 9, 10, 11));
    badLabels(way, 8, "label is 255; expected 0 to 9" + others, IdxBytes.labels(1, 255));
    int[] many = new int[200_000];
    assertArrayEquals(
        many, way.labels(MNIST.classes(1), file(), IdxBytes.labels(many.length, many)));
    many[150_000] = 1;
    refused(
        150_008,
        "label is 1; expected 0 to 0" + others,
        () -> way.labels(MNIST.classes(1), file(), IdxBytes.labels(many.length, many)));
  }

  @Test
  void notAsManyImagesAsLabels() throws IOException {
    Path labels = Files.write(folder.resolve("labels"), LABELS);
    for (int count : new int[] {0, 2, 4, 2_000_000_000}) {
      byte[] images = IdxBytes.images(count, 1, 1, 1, 2);
      for (byte[] bytes : List.of(images, IdxBytes.gzip(images))) {
        Files.write(file(), bytes);
        refused(
            4,
            count + " images of 1×1 pixels; expected 3, as there are in " + labels,
            () -> MNIST.read(file(), labels));
      }
    }
    Files.write(file(), IMAGES);
    refused(
        0,
        "magic is 0x00000803 (images); expected 0x00000801 (labels)",
        () -> MNIST.read(labels, file()));
  }

  // gzip

  private void badGzip(long offset, String problem, byte[] bytes) {
    for (Way way : Way.values()) {
      IdxFormatException e =
          refused(
              file(),
              offset,
              " of the gzip file",
              problem,
              () -> way.rawLabels(MNIST, file(), bytes));
      assertNull(e.getCause());
    }
  }

  private static byte[] changed(byte[] bytes, int at, int to) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) to;
    return changed;
  }

  @Test
  void gzipThatEnds() {
    byte[] gzip = IdxBytes.gzip(IdxBytes.fullGzipHeader(), LABELS);
    int header = IdxBytes.fullGzipHeader().length;
    for (int length = 2; length < gzip.length; length++) {
      String part =
          length < header ? "header" : length < gzip.length - 8 ? "compressed data" : "trailer";
      badGzip(
          length, "it ends here; expected the rest of the " + part, Arrays.copyOf(gzip, length));
    }
  }

  @Test
  void gzipHeader() {
    byte[] gzip = IdxBytes.gzip(LABELS);
    badGzip(2, "the method is 7; expected 8, deflate", changed(gzip, 2, 7));
    badGzip(3, "the flags are 32; expected 0 to 31", changed(gzip, 3, 32));
    badGzip(3, "the flags are 255; expected 0 to 31", changed(gzip, 3, 255));
    byte[] header = IdxBytes.fullGzipHeader();
    int crc = (header[23] & 0xff) | (header[24] & 0xff) << 8;
    badGzip(
        23,
        String.format("the header's checksum is 0x%08x; expected 0x%08x", crc ^ 0x100, crc),
        IdxBytes.gzip(changed(header, 24, header[24] ^ 1), LABELS));
  }

  @Test
  void gzipTrailer() {
    byte[] gzip = IdxBytes.gzip(LABELS);
    int end = gzip.length;
    int crc = ByteBuffer.wrap(gzip).order(ByteOrder.LITTLE_ENDIAN).getInt(end - 8);
    badGzip(
        end - 8,
        String.format("the data's checksum is 0x%08x; expected 0x%08x", crc ^ 0x80000000, crc),
        changed(gzip, end - 5, gzip[end - 5] ^ 0x80));
    badGzip(
        end - 4, "the data's length is 0x0100000b; expected 0x0000000b", changed(gzip, end - 1, 1));
  }

  @Test
  void moreThanOneGzipMember() {
    byte[] gzip = IdxBytes.gzip(LABELS);
    badGzip(
        gzip.length,
        "there is more, it seems another member; expected the end, after one member",
        IdxBytes.join(gzip, gzip));
    badGzip(
        gzip.length,
        "there is more, it seems another member; expected the end, after one member",
        IdxBytes.join(gzip, IdxBytes.gzip(new byte[0])));
    for (int more : new int[] {1, 8, 26, 27, 40_000}) {
      badGzip(
          gzip.length,
          "there is more; expected the end, after one member",
          Arrays.copyOf(gzip, gzip.length + more));
    }
  }

  /** A member that ends within the data, so that the next would be the rest of it. */
  @Test
  void dataInTwoGzipMembers() {
    byte[] first = IdxBytes.gzip(Arrays.copyOf(LABELS, 9));
    byte[] rest = IdxBytes.gzip(Arrays.copyOfRange(LABELS, 9, 11));
    badGzip(
        first.length,
        "there is more, it seems another member; expected the end, after one member",
        IdxBytes.join(first, rest));
  }

  @ParameterizedTest
  @EnumSource
  void deflateData(Way way) {
    byte[] gzip = changed(IdxBytes.gzip(LABELS), 10, 7); // the kind of block that is no kind
    IdxFormatException e =
        refused(
            file(),
            10,
            " of the gzip file",
            "the deflate data is broken (invalid block type)",
            () -> way.rawLabels(MNIST, file(), gzip));
    assertInstanceOf(DataFormatException.class, e.getCause());
  }

  /**
   * More labels than there should be, and the data broken there: which of the two is noticed first
   * is not the same in each way, but neither goes unnoticed. Found by fuzzing.
   */
  @ParameterizedTest
  @EnumSource
  void deflateDataAfterTheEnd(Way way) {
    byte[] gzip = Base64.getDecoder().decode("H4sIAAAA/wgA/2Ng4GBkYGBgZuBkCAD/Y2DgrwsAAAA=");
    IdxFormatException e =
        assertThrowsExactly(IdxFormatException.class, () -> way.rawLabels(MNIST, file(), gzip));
    assertTrue(
        e.getMessage().contains("the deflate data is broken")
            || e.getMessage().contains("there is more data"),
        e.getMessage());
  }

  /** Whatever is missing, it is missed at the byte where the file ends. */
  @ParameterizedTest
  @EnumSource
  void everyLength(Way way) {
    for (byte[] bytes :
        List.of(
            IMAGES,
            IdxBytes.gzip(IMAGES),
            IdxBytes.gzip(IdxBytes.fullGzipHeader(), IdxBytes.images(10, 10, 10, new int[1000])))) {
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        IdxFormatException e =
            assertThrowsExactly(IdxFormatException.class, () -> way.rawImages(MNIST, file(), cut));
        assertEquals(length, e.offset());
        assertTrue(e.getMessage().contains("ends here"), e.getMessage());
      }
    }
  }

  /** A gzip file of which a byte is changed is refused, unless the byte means nothing. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyByteOfAGzipFile(boolean fullHeader) throws IOException {
    float[] expected = MNIST.images(new ByteArrayInputStream(IMAGES), "").batch().data();
    byte[] gzip =
        fullHeader ? IdxBytes.gzip(IdxBytes.fullGzipHeader(), IMAGES) : IdxBytes.gzip(IMAGES);
    for (int at = 0; at < gzip.length; at++) {
      for (int value = 0; value < 256; value++) {
        // A file is slower to read, and is not read in another way.
        Way way = value % 64 == 7 ? Way.PATH : Way.STREAM;
        try {
          Images images = way.rawImages(MNIST, file(), changed(gzip, at, value));
          assertArrayEquals(expected, images.batch().data());
        } catch (IdxFormatException e) {
          assertEquals(file().toString(), e.file());
          assertTrue(value != (gzip[at] & 0xff), e.getMessage());
        }
      }
    }
  }

  // other exceptions

  @Test
  void exceptionsOfTheStreamPassThrough() {
    for (byte[] bytes : List.of(IMAGES, IdxBytes.gzip(IMAGES))) {
      for (IOException thrown :
          List.of(new IOException("a"), new EOFException("b"), new ZipException("c"))) {
        for (int length = 0; length <= bytes.length; length++) {
          InputStream in =
              new SequenceInputStream(
                  new ByteArrayInputStream(bytes, 0, length),
                  new InputStream() {
                    @Override
                    public int read() throws IOException {
                      throw thrown;
                    }
                  });
          assertSame(
              thrown, assertThrowsExactly(thrown.getClass(), () -> MNIST.images(in, "stream")));
        }
      }
    }
  }

  /** Something else writes the file while it is being read. */
  @Test
  void filesThatChange() throws IOException {
    byte[] longer = IdxBytes.images(4, 2, 1, 1, 2, 3, 4, 5, 6, 7, 8);
    String ends = "the data ends here; expected 22 bytes, for 3 images of 2×1 pixels";
    String goesOn = "there is more data; expected the end, after 3 images of 2×1 pixels";
    changedAfterHeader(IMAGES, 20, ends, Arrays.copyOf(IMAGES, 20));
    changedAfterHeader(IMAGES, 22, goesOn, longer);
    changedAfterCheck(IMAGES, 20, ends, Arrays.copyOf(IMAGES, 20));
    changedAfterCheck(IMAGES, 22, goesOn, longer);
    for (byte[] other :
        List.of(
            longer,
            IdxBytes.images(3, 1, 2, 1, 2, 3, 4, 5, 6),
            IdxBytes.images(3, 2, 2, new int[12]),
            IdxBytes.images(3, 1, 1, 1, 2, 3))) {
      for (byte[] bytes : List.of(other, IdxBytes.gzip(other))) {
        try (IdxFile idx = IdxFile.of(Files.write(file(), IdxBytes.gzip(IMAGES)), Kind.IMAGES)) {
          idx.header();
          Files.delete(file());
          Files.write(file(), bytes);
          IdxFormatException e = assertThrowsExactly(IdxFormatException.class, idx::check);
          assertEquals(4, e.offset());
          assertTrue(
              e.getMessage().endsWith("; expected 3 images of 2×1 pixels, as before"),
              e.getMessage());
        }
      }
    }
  }

  private void changedAfterHeader(byte[] before, long offset, String problem, byte[] after)
      throws IOException {
    Files.write(file(), before);
    try (IdxFile idx = IdxFile.of(file(), Kind.IMAGES)) {
      idx.header();
      Files.write(file(), after);
      refused(offset, problem, idx::check);
    }
  }

  private void changedAfterCheck(byte[] before, long offset, String problem, byte[] after)
      throws IOException {
    Files.write(file(), before);
    try (IdxFile idx = IdxFile.of(file(), Kind.IMAGES)) {
      idx.header();
      idx.check();
      Files.write(file(), after);
      refused(offset, problem, () -> idx.read((bytes, length, at) -> {}));
    }
  }
}
