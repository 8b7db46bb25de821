package org.simdloss.bench.peer;

import java.util.Optional;
import java.util.ServiceLoader;
import org.simdloss.bench.Implementation;

/** A library that the benchmarks have if they were built with the profile {@code peers}. */
public interface Peer {
  /** Null if it is not this library that computes it. */
  Losses losses(Implementation implementation);

  /** The losses of an implementation; empty if this jar lacks its library. */
  static Optional<Losses> find(Implementation implementation) {
    return ServiceLoader.load(Peer.class).stream()
        .map(provider -> provider.get().losses(implementation))
        .filter(losses -> losses != null)
        .findFirst();
  }
}
