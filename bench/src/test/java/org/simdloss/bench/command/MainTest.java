package org.simdloss.bench.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simdloss.bench.AllocationProfiler;
import org.simdloss.bench.ColdStart;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.report.RunFiles;
import org.simdloss.bench.statistics.Run;
import org.simdloss.bench.statistics.Settled;
import org.simdloss.bench.statistics.WorstSummary;

class MainTest {
  private final Bench bench = new Bench();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--quikc",
        "--",
        "--rounds",
        "--rounds=0",
        "--rounds x",
        "--time 0",
        "--time NaN",
        "--quick --full",
        "--headline --quick",
        "--cold --full",
        "--rounds 2 -f 2",
        "-f 0",
        "-zz",
        "-i",
        "-i 0",
        "-bm thrpt",
        "-bm ss",
        "--cold -bm avgt",
        "-p foo=1",
        "-p rows=1000",
        "-p shape=1000",
        "-p shape=0x10",
        "-p shape=10x0",
        "-p shape=10x10/9",
        "-p shape=1e3x10",
        "-p shape=10000001x1",
        "-p shape=1000x10,20000x10000",
        "-p implementation=fast",
        "-prof nonsense",
        "no.such.benchmark",
        "chek",
        "--quick softmaxTargets",
        "--quick ColdStart",
        "--cold ReadProbe",
        "squaredError -e squaredError",
        "(",
        "check --now",
        "check more"
      })
  void wrongUseIsOneLineAndExitCode2(String line, @TempDir Path folder) {
    List<String> args = new ArrayList<>(List.of(line.split(" ")));
    if (!args.contains("check") && !line.equals("--rounds") && !line.equals("-i")) {
      args.addAll(List.of("--out", folder.resolve("out").toString()));
    }
    assertEquals(Main.WRONG_USE, bench.run(args.toArray(new String[0])));
    String said = bench.err();
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.startsWith("bench: "), said);
    assertEquals("", bench.out());
    assertTrue(Files.notExists(folder.resolve("out")), "a folder was made");
  }

  @Test
  void anOutputFolderThatIsAFileIsWrongUse(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertEquals(Main.WRONG_USE, bench.run("--out", file.toString()));
    assertEquals(1, bench.err().lines().count());
  }

  @Test
  void aSlipInACommandsNameIsAnsweredWithIt() {
    for (String[] slip :
        new String[][] {
          {"chek", "check"}, {"trian", "train"}, {"compar", "compare"}, {"arays", "arrays"}
        }) {
      Bench bench = new Bench();
      assertEquals(Main.WRONG_USE, bench.run(slip[0]));
      assertTrue(bench.err().contains("did you mean " + slip[1] + "?"), bench.err());
    }
    assertEquals(Main.WRONG_USE, bench.run("squaredEror"));
    assertTrue(bench.err().contains("no benchmark matches squaredEror"), bench.err());
  }

  /** Before anything is drawn or written. */
  @Test
  void anotherRunOfJmhIsToldAtOnce(@TempDir Path folder) throws Exception {
    Path lock = Path.of(System.getProperty("java.io.tmpdir"), "jmh.lock");
    String line = "squaredError$ -p implementation=vector -p shape=3x10 --out " + folder + "/out";
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock taken = channel.lock()) {
      assertTrue(taken.isValid());
      assertEquals(Main.WRONG_USE, bench.run(line.split(" ")));
    }
    assertEquals(1, bench.err().lines().count(), bench.err());
    assertTrue(bench.err().contains("JMH lock"), bench.err());
    assertTrue(Files.notExists(folder.resolve("out")), "a folder was made");
  }

  @Test
  void helpAndVersion() {
    assertEquals(Main.OK, bench.run("--help"));
    String help = bench.out();
    assertTrue(help.contains("--quick"), help);
    for (Implementation each : Implementation.values()) {
      assertTrue(help.contains(each.toString()), help);
    }
    assertTrue(help.lines().allMatch(line -> line.length() <= 100), help);
    assertEquals(Main.OK, bench.run("--version"));
    assertTrue(bench.out().contains("simdloss bench"));
  }

  /** As users start it: only the forks have the module. */
  @Test
  void theReportNeedsNoVectorModule(@TempDir Path folder) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    String line =
        "ReadProbe.both -p shape=1000x200 -wi 1 -w 10ms -i 1 -r 10ms --rounds 2 --synthetic --out "
            + folder;
    command.addAll(List.of(line.split(" ")));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(Main.OK, process.waitFor(), said);
    String report = Files.readString(folder.resolve(RunFiles.REPORT));
    assertTrue(report.contains("| read probe |"), report);
    assertTrue(report.contains("| read probe, " + Implementation.THREADS + " threads |"), report);
  }

  @Test
  void oneRoundOfOneColdStart(@TempDir Path folder) throws Exception {
    String line =
        "--cold crossEntropyLabels -p implementation=best -p shape=3x10 --rounds 1 --synthetic"
            + " --out "
            + folder;
    assertEquals(Main.OK, bench.run(line.split(" ")), bench.err());
    String json = Files.readString(folder.resolve(Run.JMH_FILE));
    assertTrue(json.contains("\"mode\" : \"ss\""), json);
    assertTrue(json.contains("\"measurementIterations\" : " + ColdStart.CALLS), json);
    assertFalse(json.contains(AllocationProfiler.METRIC), json);
    String report = Files.readString(folder.resolve(RunFiles.REPORT));
    assertTrue(report.contains("| `best` is | vector-"), report);
    assertTrue(report.contains("| Cross-entropy, labels, mean | 3 × 10 | best |"), report);
    assertTrue(bench.out().contains("Cold start: Cross-entropy, labels"));
  }

  /** Random labels, calls in the set-up until vectors are in use, and all that is said of that. */
  @Test
  void oneForkOfBest(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("log");
    String line =
        "LossBenchmark.squaredError$ -p implementation=best -p shape=1000x10 -wi 1 -w 10ms -i 1"
            + " -r 10ms --rounds 1 --synthetic -o "
            + log
            + " --out "
            + folder;
    assertEquals(Main.OK, bench.run(line.split(" ")), bench.err());
    String said = Files.readString(log);
    assertTrue(said.contains("best: vectors after ") || said.contains("best: still scalar"), said);
    String json = Files.readString(folder.resolve(Run.JMH_FILE));
    assertTrue(json.contains("\"best.vectors\"") && json.contains("\"best.seconds\""), json);
    Settled settled = Settled.of(Run.read(folder).forks());
    assertEquals(1, settled.forks());
    assertEquals(1, settled.said().size());
    String told = settled.said().get(0);
    assertTrue(bench.out().replaceAll("\\s+", " ").contains(told), bench.out());
    String report = Files.readString(folder.resolve(RunFiles.REPORT));
    assertTrue(report.contains(told.replaceFirst("best", "`best`")), report);
  }

  @Test
  void theWorstCallsOfOneVm(@TempDir Path folder) throws Exception {
    String line =
        "--cold WorstCall.squaredError$ -p implementation=scalar -p shape=2x3 --rounds 1"
            + " --synthetic --out "
            + folder;
    assertEquals(Main.OK, bench.run(line.split(" ")), bench.err());
    WorstSummary.Line worst = WorstSummary.of(Run.read(folder).forks()).lines().get(0);
    assertEquals(1, worst.vms());
    assertTrue(worst.largest().worst() >= worst.p999().worst(), worst.toString());
    assertTrue(worst.p999().worst() > 0, worst.toString());
    assertTrue(bench.out().contains("Longest of the first 100,000 calls"), bench.out());
  }

  @Test
  void manyThreadsOfOneFork(@TempDir Path folder) throws Exception {
    String line =
        "--full ManyThreads.crossEntropyLabels$ -p implementation=scalar -p shape=7x10 -wi 1 -w"
            + " 10ms -i 1 -r 10ms --rounds 1 --synthetic --out "
            + folder;
    assertEquals(Main.OK, bench.run(line.split(" ")), bench.err());
    assertTrue(Files.readString(folder.resolve(Run.JMH_FILE)).contains("\"threads\" : 16"));
    String report = Files.readString(folder.resolve(RunFiles.REPORT));
    assertTrue(report.contains("## 16 threads, one loss"), report);
    assertTrue(report.contains("| 7 × 10 | scalar |"), report);
  }

  @Test
  void oneTrainingStep(@TempDir Path folder) throws Exception {
    String line =
        "--full TrainingStep -p implementation=textbook -wi 1 -w 10ms -i 1 -r 10ms --rounds 1"
            + " --synthetic --out "
            + folder;
    assertEquals(Main.OK, bench.run(line.split(" ")), bench.err());
    assertTrue(Files.readString(folder.resolve(Run.JMH_FILE)).contains("\"loss.share\""));
    String report = Files.readString(folder.resolve(RunFiles.REPORT));
    assertTrue(report.contains("## Training step") && report.contains("| textbook |"), report);
    String table = bench.out();
    assertTrue(table.contains("the loss's share, %"), table);
  }

  @Test
  void twoRoundsOfOneShortFork(@TempDir Path folder) throws Exception {
    String line =
        "crossEntropyLabels$ -p implementation=vector -p shape=3x10 -wi 1 -w 10ms -i 1 -r 10ms"
            + " --rounds 2 --synthetic -jvmArgsPrepend -Dsimdloss.test=1 --out "
            + folder;
    assertEquals(Main.OK, bench.run(line.split(" ")), bench.err());
    String json = Files.readString(folder.resolve(Run.JMH_FILE));
    assertTrue(json.contains("\"forks\" : 2"), json);
    assertTrue(json.contains("\"-Dsimdloss.test=1\""), json);
    assertTrue(json.contains(ModuleVm.FLAG), json);
    assertTrue(json.contains(AllocationProfiler.METRIC), json);
    String report = Files.readString(folder.resolve(RunFiles.REPORT));
    assertTrue(report.contains("Complete: 2 rounds."), report);
    assertTrue(report.contains("| `vector` is | vector-"), report);
    String table = bench.out();
    assertTrue(table.contains("Cross-entropy, labels, mean, 3 x 10"), table);
    assertTrue(table.lines().allMatch(each -> each.length() <= 100 || each.contains("/")), table);
  }
}
