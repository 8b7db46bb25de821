package org.simdloss.bench.losses;

import java.util.Optional;
import java.util.ServiceLoader;

/** A library that the benchmarks have if they were built with the profile {@code peers}. */
public interface Peer {
  /** Where they are, for messages. */
  String WHERE =
      "bench/target/peers/bench-peers.jar does, which mvn -q -Ppeers -DskipTests package -pl core,bench"
          + " makes";

  /**
   * The losses of an implementation.
   *
   * @param implementation its name, such as {@code djl-copy}
   * @return null if it is not this library that computes them
   */
  Losses losses(String implementation);

  /** The losses of an implementation of that name; empty if this jar lacks its library. */
  static Optional<Losses> find(String implementation) {
    return ServiceLoader.load(Peer.class).stream()
        .map(provider -> provider.get().losses(implementation))
        .filter(losses -> losses != null)
        .findFirst();
  }
}
