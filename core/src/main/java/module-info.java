/**
 * Loss functions over flat {@code float} batches, at vector speed where the machine has vectors.
 *
 * <p>The descriptor does not name {@code jdk.incubator.vector}: whoever wants the vector kernels
 * starts the VM with {@code --add-modules jdk.incubator.vector}, and whoever does not gets the same
 * bits from scalar code.
 */
module org.simdloss {
  exports org.simdloss;
  exports org.simdloss.mnist;
}
