package org.simdloss.bench.peer.djl;

import org.simdloss.bench.Implementation;
import org.simdloss.bench.peer.Losses;
import org.simdloss.bench.peer.Peer;

/** DJL on PyTorch. */
public final class DjlPeer implements Peer {
  @Override
  public Losses losses(Implementation implementation) {
    return switch (implementation) {
      case DJL -> new DjlLosses(1, false);
      case DJL_THREADS -> new DjlLosses(Implementation.THREADS, false);
      case DJL_COPY -> new DjlLosses(1, true);
      default -> null;
    };
  }
}
