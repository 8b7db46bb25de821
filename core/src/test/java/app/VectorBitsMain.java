package app;

import jdk.incubator.vector.VectorShape;

/** Prints how wide the vectors of its VM are, in bits. */
public final class VectorBitsMain {
  private VectorBitsMain() {}

  public static void main(String[] args) {
    System.out.println(VectorShape.preferredShape().vectorBitSize());
  }
}
