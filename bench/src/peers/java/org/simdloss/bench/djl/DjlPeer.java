package org.simdloss.bench.djl;

import org.simdloss.bench.losses.Losses;
import org.simdloss.bench.losses.Peer;

/** DJL on PyTorch. */
public final class DjlPeer implements Peer {
  @Override
  public Losses losses(String implementation) {
    return switch (implementation) {
      case "djl" -> new DjlLosses(1, false);
      case "djl-threads" -> new DjlLosses(Runtime.getRuntime().availableProcessors(), false);
      case "djl-copy" -> new DjlLosses(1, true);
      default -> null;
    };
  }
}
