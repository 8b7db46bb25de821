package org.simdloss.bench.cli;

/** The command line asks for what can not be done; the message is one line for the user. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UsageException(String message) {
    super(message);
  }
}
