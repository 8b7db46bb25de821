package org.simdloss.bench.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The command line, divided: two dashes are ours, everything else is JMH's.
 *
 * @param ours our options and their values
 * @param jmh JMH's options, their values (whatever these look like) and its regular expressions
 */
record Arguments(List<String> ours, List<String> jmh) {
  /** JMH's options that take a value; the value may begin with dashes, as a VM's options do. */
  private static final Set<String> JMH_WITH_VALUE =
      Set.of(
          "-bm",
          "-bs",
          "-e",
          "-f",
          "-foe",
          "-gc",
          "-i",
          "-jvm",
          "-jvmArgs",
          "-jvmArgsAppend",
          "-jvmArgsPrepend",
          "-o",
          "-opi",
          "-p",
          "-prof",
          "-r",
          "-rf",
          "-rff",
          "-si",
          "-t",
          "-tg",
          "-to",
          "-tu",
          "-v",
          "-w",
          "-wbs",
          "-wf",
          "-wi",
          "-wm",
          "-wmb");

  /** Divides by what our options are: one that takes a value takes the word after it along. */
  static Arguments split(String[] args, CommandSpec spec) {
    List<String> ours = new ArrayList<>();
    List<String> jmh = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      boolean isOurs = arg.startsWith("--");
      (isOurs ? ours : jmh).add(arg);
      boolean takesNext = isOurs ? takesValue(spec, arg) : JMH_WITH_VALUE.contains(arg);
      if (takesNext && i + 1 < args.length) {
        (isOurs ? ours : jmh).add(args[++i]);
      }
    }
    return new Arguments(ours, jmh);
  }

  private static boolean takesValue(CommandSpec spec, String name) {
    OptionSpec option = spec.findOption(name);
    return option != null && option.arity().max() > 0;
  }
}
