package org.simdloss.mnist;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ways in which a file can be read. They must not differ. */
enum Way {
  PATH,
  GZIP_PATH,
  STREAM,
  GZIP_STREAM,
  SINGLE_BYTES,
  GZIP_SINGLE_BYTES;

  private boolean isGzip() {
    return name().startsWith("GZIP");
  }

  private boolean isPath() {
    return name().endsWith("PATH");
  }

  /** Reads what the bytes are after they were compressed, if that is the way. */
  Images images(Mnist mnist, Path file, byte[] bytes) throws IOException {
    return rawImages(mnist, file, isGzip() ? IdxBytes.gzip(bytes) : bytes);
  }

  int[] labels(Mnist mnist, Path file, byte[] bytes) throws IOException {
    return rawLabels(mnist, file, isGzip() ? IdxBytes.gzip(bytes) : bytes);
  }

  /** Reads what the bytes are. */
  Images rawImages(Mnist mnist, Path file, byte[] bytes) throws IOException {
    return isPath()
        ? mnist.images(Files.write(file, bytes))
        : mnist.images(stream(bytes), file.toString());
  }

  int[] rawLabels(Mnist mnist, Path file, byte[] bytes) throws IOException {
    return isPath()
        ? mnist.labels(Files.write(file, bytes))
        : mnist.labels(stream(bytes), file.toString());
  }

  private Stream stream(byte[] bytes) {
    int most = name().endsWith("SINGLE_BYTES") ? 1 : Integer.MAX_VALUE;
    return new Stream(new ByteArrayInputStream(bytes), most);
  }

  /** Gives a number of bytes at most at a time, counts them, and is not to be closed. */
  static final class Stream extends FilterInputStream {
    private final int most;
    long count;

    Stream(InputStream in, int most) {
      super(in);
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      count += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = in.read(bytes, offset, Math.min(length, most));
      count += Math.max(n, 0);
      return n;
    }

    @Override
    public void close() {
      throw new AssertionError("closed");
    }
  }
}
