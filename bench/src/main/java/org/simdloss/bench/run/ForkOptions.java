package org.simdloss.bench.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Optional;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.data.Predictions;
import org.simdloss.bench.losses.SpecialInputs;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Plan;

/** JMH's options for one fork of one case: the user's, and what the report needs. */
final class ForkOptions extends OptionsBuilder {
  private static final long serialVersionUID = 1;

  private static final TimeValue SHORT = TimeValue.milliseconds(100);

  private final Options user;
  private final String benchmark;
  private final boolean peers;
  private final transient Path predictions;

  /**
   * @param predictions the file that benchmarks take predictions from; null for random ones
   */
  ForkOptions(Options user, Plan plan, Case one, Path predictions) {
    this.user = user;
    this.predictions = predictions;
    this.peers = plan.peers();
    this.benchmark = one.benchmark();
    parent(user);
    for (Map.Entry<String, String> param : one.params().entrySet()) {
      param(param.getKey(), param.getValue());
    }
    forks(1);
    if (plan.shortIterations()) {
      warmupTime(user.getWarmupTime().orElse(SHORT));
      measurementTime(user.getMeasurementTime().orElse(SHORT));
      measurementIterations(user.getMeasurementIterations().orElse(3));
    }
    mode(one.timing().mode());
    one.timing().set(this);
  }

  /** Of the case alone: JMH would add the user's patterns, and a fork measure something else. */
  @Override
  public List<String> getIncludes() {
    return List.of("^" + Pattern.quote(benchmark) + "$");
  }

  /** A user's list would replace the one in the benchmark's annotation, and the module with it. */
  @Override
  public Optional<Collection<String>> getJvmArgsPrepend() {
    List<String> args = new ArrayList<>();
    if (ModuleVm.isPossible(user.getJvm().orElse(null))) {
      args.add(ModuleVm.FLAG);
    }
    if (predictions != null) {
      args.add("-D" + Predictions.PROPERTY + "=" + predictions);
    }
    if (peers) {
      args.add("-D" + SpecialInputs.PROPERTY + "=true");
    }
    args.addAll(user.getJvmArgsPrepend().orElse(List.of()));
    return Optional.of(args);
  }

  // The files that the user asks for hold all rounds; JMH would write one for each fork.

  @Override
  public Optional<String> getOutput() {
    return Optional.none();
  }

  @Override
  public Optional<String> getResult() {
    return Optional.none();
  }

  @Override
  public Optional<ResultFormatType> getResultFormat() {
    return Optional.none();
  }
}
