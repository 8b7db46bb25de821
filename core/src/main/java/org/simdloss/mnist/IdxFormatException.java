package org.simdloss.mnist;

import java.io.IOException;

/**
 * A file is not what it should be: no IDX file, another kind of one, cut short, too long, or with
 * values outside their range.
 *
 * <p>The message names the file, the byte, what was found there and what was expected, for example
 * {@code train-images-idx3-ubyte.gz: byte 0: magic is 0x00000801 (labels); expected 0x00000803
 * (images)}.
 */
public final class IdxFormatException extends IOException {
  private static final long serialVersionUID = 1;

  private final String file;
  private final long offset;

  private IdxFormatException(
      String file, long offset, String ofWhat, String problem, Throwable cause) {
    super(file + ": byte " + offset + ofWhat + ": " + problem, cause);
    this.file = file;
    this.offset = offset;
  }

  static IdxFormatException inData(String file, long offset, String problem) {
    return new IdxFormatException(file, offset, "", problem, null);
  }

  static IdxFormatException inGzip(String file, long offset, String problem, Throwable cause) {
    return new IdxFormatException(file, offset, " of the gzip file", problem, cause);
  }

  /** The file's path as it was given, or the name that was given to a stream. */
  public String file() {
    return file;
  }

  /**
   * The byte at fault, from 0: of the uncompressed data, or of the gzip file where that itself is
   * broken, as the message says. Where bytes are missing, it is the first of them.
   */
  public long offset() {
    return offset;
  }
}
