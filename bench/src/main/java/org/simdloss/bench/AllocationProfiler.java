package org.simdloss.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * What a call allocates, without what JMH allocates.
 *
 * <p>JMH's own {@code gc} profiler counts the thread that runs the iterations too: some kilobytes
 * an iteration, so that a loop of 1 ms that allocates nothing shows 30 bytes a call. This one
 * counts all other threads, the benchmark's and a pool's among them.
 */
public final class AllocationProfiler implements InternalProfiler {
  public static final String METRIC = "allocated.norm";

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final long HARNESS_BYTES = 1024;

  private final Map<Long, Long> before = new HashMap<>();

  @Override
  public String getDescription() {
    return "Bytes allocated by a call, without the harness's own";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before.clear();
    before.putAll(allocated());
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long bytes = 0;
    for (Map.Entry<Long, Long> thread : allocated().entrySet()) {
      bytes += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    long calls = result.getMetadata().getAllOps();
    double perCall = (double) Math.max(0, bytes - HARNESS_BYTES) / calls;
    return List.of(new ScalarResult(METRIC, perCall, "B/op", AggregationPolicy.AVG));
  }

  private static Map<Long, Long> allocated() {
    Map<Long, Long> bytes = new HashMap<>();
    long[] ids = THREADS.getAllThreadIds();
    long[] counts = THREADS.getThreadAllocatedBytes(ids);
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] != Thread.currentThread().getId() && counts[i] >= 0) {
        bytes.put(ids[i], counts[i]);
      }
    }
    return bytes;
  }
}
