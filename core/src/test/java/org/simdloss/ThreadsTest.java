package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import app.FirstUse;
import app.GoldenMain;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/**
 * Losses are shared between threads, of every kind, and give each the bits that it would get alone.
 * The time limits end a deadlock, and say nothing of speed.
 */
@Tag("any-width")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadsTest {
  private static final int THREADS = 8;

  /** A loss, what it is called with, and what it gives alone, in plain Java. */
  private record Job(Loss loss, Batch y, Targets t, Results alone) {
    void run(Backend backend) {
      Loss on = loss.on(backend);
      assertEquals(alone, Results.of(on, y, t), () -> on + ", " + y + ", " + t);
    }

    /** The same loss object for all jobs that have it. */
    void runAsItIs() {
      assertEquals(alone, Results.of(loss, y, t), () -> loss + ", " + y + ", " + t);
    }
  }

  /** Each loss on batches of several shapes and kinds; the last ones are for several threads. */
  private static final List<Job> JOBS = jobs();

  private static List<Job> jobs() {
    Random random = new Random(45);
    List<Job> jobs = new ArrayList<>();
    for (Loss loss : TestData.losses()) {
      for (Shape shape :
          List.of(
              new Shape(1, 1, 0, 0),
              new Shape(7, 10, 1, 2),
              new Shape(193, 10, 0, 0),
              new Shape(17, 65, 3, 1),
              new Shape(2, 1921, 0, 0))) {
        Values values = shape.rows() < 20 ? Values.LOGITS : Values.PROBABILITIES;
        Batch y = shape.batch(random, values);
        Batch any = shape.batch(random, Values.PROBABILITIES);
        add(jobs, loss, y, Targets.labels(shape.labels(random)));
        add(jobs, loss, y, Targets.of(any));
        add(jobs, loss, y, Targets.argmax(any));
      }
    }
    Shape large = new Shape(5771, 10, 0, 0);
    for (Loss loss : TestData.arithmetics()) {
      Batch y = large.batch(random, Values.PROBABILITIES);
      add(jobs, loss, y, Targets.of(large.batch(random, Values.PROBABILITIES)));
    }
    return jobs;
  }

  private static void add(List<Job> jobs, Loss loss, Batch y, Targets t) {
    if (!TestData.isRefused(loss, t, y.cols())) {
      jobs.add(new Job(loss, y, t, Results.of(loss.on(Backend.scalar()), y, t)));
    }
  }

  /** All jobs, in an order of one's own. */
  private static List<Job> jobs(int seed) {
    List<Job> jobs = new ArrayList<>(JOBS);
    Collections.shuffle(jobs, new Random(seed));
    return jobs;
  }

  /** Runs tasks at the same time, each on a thread of its own. */
  private static <T> List<T> together(List<Callable<T>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      CountDownLatch start = new CountDownLatch(tasks.size());
      List<Future<T>> results = new ArrayList<>();
      for (Callable<T> task : tasks) {
        results.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return task.call();
                }));
      }
      return results(results);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> List<T> results(List<Future<T>> futures) throws Exception {
    List<T> all = new ArrayList<>();
    for (Future<T> future : futures) {
      all.add(future.get());
    }
    return all;
  }

  private static List<Callable<Void>> tasks(int count, IntConsumer task) {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      tasks.add(
          () -> {
            task.accept(number);
            return null;
          });
    }
    return tasks;
  }

  static List<Backend> backends() {
    return TestData.backends();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void manyThreadsShareALoss(Backend backend) throws Exception {
    List<Job> shared =
        JOBS.stream().map(job -> new Job(job.loss.on(backend), job.y, job.t, job.alone)).toList();
    together(
        tasks(
            THREADS,
            thread -> {
              List<Job> mine = new ArrayList<>(shared);
              Collections.shuffle(mine, new Random(thread));
              mine.forEach(Job::runAsItIs);
            }));
  }

  @Test
  void parallelLossesInsideAParallelStream() {
    IntStream.range(0, THREADS)
        .parallel()
        .forEach(i -> jobs(i).parallelStream().forEach(job -> job.run(parallel())));
  }

  @ParameterizedTest(name = "of {0} threads")
  @ValueSource(ints = {1, 2, 7})
  void parallelLossesInTasksOfAPool(int threads) {
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      pool.invoke(nested(jobs(threads)));
    } finally {
      pool.shutdown();
    }
  }

  /** A task that halves its jobs down to one, and computes one itself at each depth. */
  private static RecursiveAction nested(List<Job> jobs) {
    return new RecursiveAction() {
      private static final long serialVersionUID = 1;

      @Override
      protected void compute() {
        if (!jobs.isEmpty()) {
          int half = jobs.size() / 2;
          ForkJoinTask<Void> first = nested(jobs.subList(0, half)).fork();
          jobs.get(half).run(parallel());
          nested(jobs.subList(half + 1, jobs.size())).invoke();
          first.join();
        }
      }
    };
  }

  /** Reached by reflection, since the tests are compiled for Java 17. */
  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with Java 21")
  void virtualThreads() throws Exception {
    ExecutorService threads =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    try {
      List<Future<Void>> all = new ArrayList<>();
      for (Job job : jobs(46)) {
        for (Backend backend : List.of(Backend.best(), parallel())) {
          all.add(
              threads.submit(
                  () -> {
                    job.run(backend);
                    return null;
                  }));
        }
      }
      results(all);
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anInterruptedThreadComputesAndStaysInterrupted(Backend backend) throws Exception {
    together(
        tasks(
            2,
            thread -> {
              Thread.currentThread().interrupt();
              for (Job job : jobs(thread)) {
                job.run(backend);
                assertTrue(Thread.currentThread().isInterrupted(), job.loss::toString);
              }
            }));
  }

  @Test
  void aWorkerThatIsInterruptedComputesAndStaysInterrupted() {
    ForkJoinPool pool = new ForkJoinPool(2);
    try {
      for (Job job : jobs(47)) {
        boolean interrupted =
            pool.submit(
                    () -> {
                      Thread.currentThread().interrupt();
                      job.run(parallel());
                      return Thread.interrupted();
                    })
                .join();
        assertTrue(interrupted, job.loss::toString);
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void interruptsInTheMidstOfCallsChangeNothing() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread caller = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              while (!done.get()) {
                caller.interrupt();
                Thread.onSpinWait();
              }
            });
    interrupter.start();
    try {
      for (Job job : jobs(48)) {
        while (!Thread.interrupted()) {
          Thread.onSpinWait();
        }
        job.run(parallel());
      }
    } finally {
      done.set(true);
      while (interrupter.isAlive()) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void eachThreadHasASumOfItsOwnAndAllAreMerged() throws Exception {
    Random random = new Random(49);
    Shape shape = new Shape(8003, 10, 0, 0);
    Batch y = shape.batch(random, Values.LOGITS);
    Targets t = Targets.labels(shape.labels(random));
    for (Loss loss : TestData.lossesOfClasses()) {
      LossSum expected = new LossSum();
      List<Callable<LossSum>> tasks = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int from = i * 1000;
        int to = i == THREADS - 1 ? y.rows() : from + 1000;
        loss.on(Backend.scalar()).addTo(expected, y.slice(from, to), t.slice(from, to));
        tasks.add(
            () -> {
              LossSum own = new LossSum();
              loss.on(parallel()).addTo(own, y.slice(from, to), t.slice(from, to));
              return own;
            });
      }
      LossSum all = new LossSum();
      together(tasks).forEach(all::merge);
      assertEquals(
          List.of(expected.rows(), TestData.hex(expected.sum()), TestData.hex(expected.mean())),
          List.of(all.rows(), TestData.hex(all.sum()), TestData.hex(all.mean())),
          loss::toString);
      assertArrayEquals(expected.toBytes(), all.toBytes());
    }
  }

  /** Each time in classes that nobody has used. */
  @Test
  void theFirstUseByManyThreadsAtOnce() throws Exception {
    String expected = new FirstUse().get();
    for (int time = 0; time < 5; time++) {
      try (URLClassLoader fresh = freshClasses()) {
        Supplier<?> firstUse =
            (Supplier<?>) fresh.loadClass(FirstUse.class.getName()).getConstructor().newInstance();
        List<Callable<Object>> tasks = Collections.nCopies(THREADS, firstUse::get);
        assertEquals(Collections.nCopies(THREADS, expected), together(tasks));
      }
    }
  }

  @Test
  void warmingUpBesideCallsChangesNothing() throws Exception {
    together(
        tasks(
            3,
            thread -> {
              if (thread == 0) {
                Backend.best().warmUp();
              } else {
                jobs(thread).forEach(job -> job.run(thread == 1 ? Backend.best() : parallel()));
              }
            }));
  }

  /** In classes of their own: there all work of the best backend has yet to go over to vectors. */
  @Test
  void workThatGoesOverToVectorsDuringCallsGivesTheBitsOnRecord() throws Exception {
    try (URLClassLoader fresh = freshClasses()) {
      Class<?> type = fresh.loadClass(Backend.class.getName());
      Object best = type.getMethod("best").invoke(null);
      var lines = fresh.loadClass(GoldenMain.class.getName()).getMethod("lines", type);
      AtomicBoolean warm = new AtomicBoolean();
      List<Callable<Void>> tasks = new ArrayList<>();
      tasks.add(
          () -> {
            type.getMethod("warmUp").invoke(best);
            warm.set(true);
            return null;
          });
      for (int i = 0; i < 2; i++) {
        tasks.add(
            () -> {
              do {
                GoldenTest.assertGolden(asLines(lines.invoke(null, best)));
              } while (!warm.get());
              return null;
            });
      }
      together(tasks);
    }
  }

  private static List<String> asLines(Object lines) {
    return ((List<?>) lines).stream().map(String.class::cast).toList();
  }

  private static URLClassLoader freshClasses() throws Exception {
    URL[] folders = {FreshVm.LIBRARY.toUri().toURL(), FreshVm.PROGRAMS.toUri().toURL()};
    return new URLClassLoader(folders, ClassLoader.getPlatformClassLoader());
  }

  private static Backend parallel() {
    return Backend.best().parallel();
  }
}
