package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.mnist.Mnist;

/**
 * A null for any parameter of whatever is public, found by reflection: nothing can be forgotten.
 */
class NullsTest {
  private static final Path SOURCES = Path.of("src", "main", "java");

  /** The files of one image of a pixel, and of one label, as MNIST's are written. */
  private static final byte[] IMAGES = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9};

  private static final byte[] LABELS = {0, 0, 8, 1, 0, 0, 0, 1, 9};

  @TempDir static Path folder;

  private static List<Path> files;

  /** All that are public and take an object. */
  static List<Executable> methods() throws IOException, ClassNotFoundException {
    List<Executable> methods = new ArrayList<>();
    for (String packageName : List.of("org.simdloss", "org.simdloss.mnist")) {
      methods.addAll(methods(packageName));
    }
    assertTrue(methods.size() > 48, "found " + methods.size());
    return methods;
  }

  private static List<Executable> methods(String packageName)
      throws IOException, ClassNotFoundException {
    List<String> sources;
    try (Stream<Path> paths = Files.list(SOURCES.resolve(packageName.replace('.', '/')))) {
      sources = paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
    List<Executable> methods = new ArrayList<>();
    for (String source : sources) {
      if (source.endsWith(".java") && !source.startsWith("package")) {
        Class<?> type = Class.forName(packageName + "." + source.replace(".java", ""));
        if (Modifier.isPublic(type.getModifiers())) {
          methods.addAll(List.of(type.getConstructors()));
          methods.addAll(List.of(type.getDeclaredMethods()));
        }
      }
    }
    methods.removeIf(
        method ->
            !Modifier.isPublic(method.getModifiers())
                || method.isSynthetic()
                || Arrays.stream(method.getParameterTypes()).allMatch(Class::isPrimitive));
    return methods;
  }

  @BeforeAll
  static void writeFiles() throws IOException {
    files =
        List.of(
            folder,
            Files.write(folder.resolve("train-images-idx3-ubyte"), IMAGES),
            Files.write(folder.resolve("train-labels-idx1-ubyte"), LABELS),
            Files.write(folder.resolve("t10k-images-idx3-ubyte"), IMAGES),
            Files.write(folder.resolve("t10k-labels-idx1-ubyte"), LABELS));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aNullIsNamed(Executable method) throws Exception {
    List<String> names = names(method);
    Object[] valid = validArguments(method);
    for (int i = 0; i < valid.length; i++) {
      if (!method.getParameterTypes()[i].isPrimitive()) {
        Object[] arguments = valid.clone();
        arguments[i] = null;
        Throwable thrown = thrown(method, arguments);
        assertEquals(NullPointerException.class, thrown == null ? null : thrown.getClass());
        assertEquals(names.get(i), thrown.getMessage());
      }
    }
  }

  /** The parameters' names, which are in the sources alone. */
  private static List<String> names(Executable method) throws IOException {
    Class<?> type = method.getDeclaringClass();
    String types =
        Arrays.stream(method.getParameterTypes())
            .map(parameter -> Pattern.quote(parameter.getSimpleName()) + " (\\w+)")
            .collect(Collectors.joining(",\\s*"));
    if (method.isVarArgs()) {
      types = types.replace("[]\\E (\\w+)", "\\E\\Q...\\E (\\w+)");
    }
    String name = method instanceof Method ? method.getName() : type.getSimpleName();
    Matcher matcher =
        Pattern.compile("\\b" + name + "\\(\\s*" + types + "\\)")
            .matcher(Files.readString(SOURCES.resolve(type.getName().replace('.', '/') + ".java")));
    assertTrue(matcher.find(), () -> "in the sources: " + method);
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= matcher.groupCount(); i++) {
      names.add(matcher.group(i));
    }
    return names;
  }

  private static Object[] validArguments(Executable method) throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      Object[] arguments =
          Arrays.stream(method.getParameterTypes()).map(type -> any(type, random)).toArray();
      if (thrown(method, arguments) == null) {
        return arguments;
      }
    }
    throw new AssertionError("no arguments known for " + method);
  }

  private static Throwable thrown(Executable executable, Object[] arguments) throws Exception {
    try {
      if (executable instanceof Method method) {
        Class<?> type = method.getDeclaringClass();
        boolean isStatic = Modifier.isStatic(method.getModifiers());
        method.invoke(isStatic ? null : any(type, new Random(2)), arguments);
      } else {
        ((java.lang.reflect.Constructor<?>) executable).newInstance(arguments);
      }
      return null;
    } catch (InvocationTargetException e) {
      return e.getCause();
    }
  }

  /** Something that is of use together with the others. */
  private static Object any(Class<?> type, Random random) {
    List<?> all =
        List.of(
            random.nextInt(5),
            random.nextInt(2) * 0.5,
            new float[] {.1f, .2f, .3f, .4f},
            new float[][] {{.1f, .2f}, {.3f, .4f}},
            new double[][] {{.1, .2}, {.3, .4}},
            new double[] {.1, .2, .3, .4},
            FloatBuffer.allocate(4),
            new int[] {1, 0},
            new long[] {1, 0},
            new short[] {1, 0},
            random.nextBoolean() ? new LossSum().toBytes() : new byte[] {1, 0},
            Batch.of(new float[] {.1f, .2f, .3f, .4f}, 2, 2),
            Targets.labels(new int[] {1, 0}),
            new LossSum(),
            Backend.scalar(),
            (RandomGenerator) random,
            SquaredError.mse(),
            CrossEntropy.mean(),
            SoftmaxCrossEntropy.mean(),
            SigmoidCrossEntropy.mean(),
            BinaryCrossEntropy.mean(),
            Mnist.raw(),
            files.get(random.nextInt(files.size())),
            new ByteArrayInputStream(random.nextBoolean() ? IMAGES : LABELS),
            "name");
    Class<?> wanted =
        type == int.class ? Integer.class : type == double.class ? Double.class : type;
    return all.stream()
        .filter(wanted::isInstance)
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing known of " + type));
  }
}
