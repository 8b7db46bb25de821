package org.simdloss.bench.plan;

import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.simdloss.bench.AllocationProfiler;
import org.simdloss.bench.ColdStart;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.LossBenchmark;
import org.simdloss.bench.LossShareProfiler;
import org.simdloss.bench.ManyThreads;
import org.simdloss.bench.OperandBenchmark;
import org.simdloss.bench.OptionBenchmark;
import org.simdloss.bench.ReadProbe;
import org.simdloss.bench.Settling;
import org.simdloss.bench.TrainingStep;
import org.simdloss.bench.ValueProfiler;
import org.simdloss.bench.WorstCall;
import org.simdloss.bench.WorstCallProfiler;

/** How calls are timed: compiled, from a VM's first one on, in training, or of many threads. */
public enum Timing {
  /** The mean time of a call that is compiled. */
  STEADY_STATE(
      LossBenchmark.class,
      Mode.AverageTime,
      List.of(
          Implementation.BEST,
          Implementation.VECTOR,
          Implementation.SCALAR,
          Implementation.PARALLEL,
          Implementation.TEXTBOOK)) {
    @Override
    public void set(OptionsBuilder fork) {
      fork.addProfiler(AllocationProfiler.class);
      fork.addProfiler(Settling.class);
      fork.addProfiler(ValueProfiler.class);
    }
  },

  /** Each of a fresh VM's first calls. */
  COLD_START(
      ColdStart.class,
      Mode.SingleShotTime,
      List.of(
          Implementation.BEST,
          Implementation.VECTOR,
          Implementation.SCALAR,
          Implementation.TEXTBOOK)) {
    /** As the annotations say: what the user sets for the other benchmarks would spoil these. */
    @Override
    public void set(OptionsBuilder fork) {
      fork.warmupIterations(0);
      fork.measurementIterations(ColdStart.CALLS);
      fork.measurementBatchSize(1);
    }
  },

  /** The longest of a fresh VM's first calls of a small batch. */
  WORST_CALL(
      WorstCall.class,
      Mode.SingleShotTime,
      List.of(Implementation.BEST, Implementation.VECTOR, Implementation.SCALAR)) {
    @Override
    public void set(OptionsBuilder fork) {
      fork.warmupIterations(0);
      fork.measurementIterations(1);
      fork.measurementBatchSize(1);
      fork.addProfiler(WorstCallProfiler.class);
    }
  },

  /** The mean time of a training step, and what part of it is the loss's. */
  TRAINING_STEP(
      TrainingStep.class,
      Mode.AverageTime,
      List.of(
          Implementation.BEST,
          Implementation.VECTOR,
          Implementation.SCALAR,
          Implementation.TEXTBOOK)) {
    @Override
    public void set(OptionsBuilder fork) {
      fork.addProfiler(LossShareProfiler.class);
      fork.addProfiler(Settling.class);
    }
  },

  /** The mean time of a call whose rows have weights. */
  ROW_WEIGHTS(OptionBenchmark.class, "Weighted", Mode.AverageTime, List.of(Implementation.BEST)) {
    @Override
    public void set(OptionsBuilder fork) {
      STEADY_STATE.set(fork);
    }
  },

  /** The mean time of a call that smooths its targets. */
  SMOOTHING(OptionBenchmark.class, "Smoothed", Mode.AverageTime, List.of(Implementation.BEST)) {
    @Override
    public void set(OptionsBuilder fork) {
      STEADY_STATE.set(fork);
    }
  },

  /** The mean time of a call that ignores a label. */
  IGNORED_LABEL(OptionBenchmark.class, "Ignoring", Mode.AverageTime, List.of(Implementation.BEST)) {
    @Override
    public void set(OptionsBuilder fork) {
      STEADY_STATE.set(fork);
    }
  },

  /** The mean time of a call that reads direct buffers. */
  DIRECT_BUFFERS(
      OperandBenchmark.class, "Buffers", Mode.AverageTime, List.of(Implementation.BEST)) {
    @Override
    public void set(OptionsBuilder fork) {
      STEADY_STATE.set(fork);
    }
  },

  /** The mean time of a call that reads {@code double}s. */
  DOUBLES(OperandBenchmark.class, "Doubles", Mode.AverageTime, List.of(Implementation.BEST)) {
    @Override
    public void set(OptionsBuilder fork) {
      STEADY_STATE.set(fork);
    }
  },

  /** The mean time of a call while many threads make calls. */
  MANY_THREADS(ManyThreads.class, Mode.AverageTime, List.of(Implementation.BEST)) {
    @Override
    public void set(OptionsBuilder fork) {
      fork.threads(ManyThreads.THREADS);
      fork.addProfiler(AllocationProfiler.class);
      fork.addProfiler(Settling.class);
    }
  };

  /** Those of losses with an option, or of other operands. */
  public static final List<Timing> OPTIONS =
      List.of(ROW_WEIGHTS, SMOOTHING, IGNORED_LABEL, DIRECT_BUFFERS, DOUBLES);

  private final Class<?> benchmarks;

  /** What follows a workload's name in a benchmark's. */
  private final String suffix;

  private final Mode mode;
  private final List<Implementation> implementations;

  Timing(Class<?> benchmarks, Mode mode, List<Implementation> implementations) {
    this(benchmarks, "", mode, implementations);
  }

  Timing(Class<?> benchmarks, String suffix, Mode mode, List<Implementation> implementations) {
    this.benchmarks = benchmarks;
    this.suffix = suffix;
    this.mode = mode;
    this.implementations = implementations;
  }

  /** For a progress line, where it is not the usual one. */
  String prefix() {
    return this == STEADY_STATE ? "" : words() + ", ";
  }

  /** For a person to read, such as {@code row weights}. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Sets what a fork needs besides its benchmark's annotations. */
  public abstract void set(OptionsBuilder fork);

  /** How a benchmark of JMH's name is timed; null if it is none of ours. */
  public static Timing ofBenchmark(String name) {
    String type = name.substring(0, Math.max(0, name.lastIndexOf('.')));
    for (Timing timing : values()) {
      if (type.equals(timing.benchmarks.getName()) && name.endsWith(timing.suffix)) {
        return timing;
      }
    }
    return type.equals(ReadProbe.class.getName()) ? STEADY_STATE : null;
  }

  /** JMH's name of a benchmark. */
  String benchmark(String method) {
    return benchmarks.getName() + "." + method + suffix;
  }

  public Mode mode() {
    return mode;
  }

  /** Those that are compared if the user names none. */
  public List<Implementation> implementations() {
    return implementations;
  }
}
