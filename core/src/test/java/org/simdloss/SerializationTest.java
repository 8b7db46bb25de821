package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamConstants;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/** Losses and backends through Java serialization, and through what captures them. */
class SerializationTest {
  /** What the first version writes of a loss. */
  private static final String LOSS =
      "aced0005737200156f72672e73696d646c6f73732e4c6f7373466f726d0000000000000001020004"
          + "4c00076261636b656e647400164c6f72672f73696d646c6f73732f4261636b656e643b4c00046c6f"
          + "73737400124c6a6176612f6c616e672f537472696e673b5b00076f7074696f6e737400135b4c6a61"
          + "76612f6c616e672f537472696e673b5b000676616c7565737400025b447870737200196f72672e73"
          + "696d646c6f73732e4261636b656e6424466f726d00000000000000010200025a0008706172616c6c"
          + "656c4c00046e616d6571007e00027870017400067363616c617274001143726f7373456e74726f70"
          + "792e6d65616e757200135b4c6a6176612e6c616e672e537472696e673badd256e7e91d7b47020000"
          + "787000000003740004636c697074000869676e6f72696e67740009736d6f6f7468696e6775720002"
          + "5b443ea68c14ab635a1e0200007870000000033fd0000000000000c0590000000000003fe0000000"
          + "000000";

  private static byte[] written(Object object) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(stream)) {
      out.writeObject(object);
    }
    return stream.toByteArray();
  }

  private static Object read(byte[] stream) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stream))) {
      return in.readObject();
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T roundTrip(T object) throws Exception {
    return (T) read(written(object));
  }

  private static void refused(String message, byte[] stream) {
    InvalidObjectException e =
        assertThrowsExactly(InvalidObjectException.class, () -> read(stream));
    assertEquals(message, e.getMessage());
  }

  static Stream<Class<?>> classes() {
    return EveryLossTest.losses();
  }

  /**
   * Of a class of losses, all that its methods make: each sum and mean, with each option and with
   * every two of them. An option is a public method that has one number and returns such a loss.
   */
  private static List<Loss> losses(Class<?> type) throws ReflectiveOperationException {
    List<Loss> made = new ArrayList<>();
    List<Method> options = new ArrayList<>();
    for (Method method : type.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers())
          && method.getReturnType() == type
          && !method.isBridge()) {
        if (Modifier.isStatic(method.getModifiers())) {
          made.add((Loss) method.invoke(null));
        } else if (!method.getName().equals("on")) {
          options.add(method);
        }
      }
    }
    assertTrue(made.size() >= 2, type::toString);
    List<Loss> all = new ArrayList<>(made);
    for (Loss loss : made) {
      for (Method option : options) {
        Loss one = with(loss, option);
        all.add(one);
        for (Method other : options) {
          all.add(with(one, other));
        }
      }
    }
    return all;
  }

  private static Loss with(Loss loss, Method option) throws ReflectiveOperationException {
    return (Loss)
        (option.getParameterTypes()[0] == int.class
            ? option.invoke(loss, -100)
            : option.invoke(loss, 0.3));
  }

  @ParameterizedTest
  @MethodSource("classes")
  void everyLossWithItsOptions(Class<?> type) throws Exception {
    for (Loss loss : losses(type)) {
      for (Backend backend : TestData.backends()) {
        assertSameLoss(loss.on(backend));
      }
    }
  }

  @Test
  void theLossesOfTheOtherTests() throws Exception {
    for (Loss loss : TestData.losses()) {
      assertSameLoss(loss);
    }
    for (int label : new int[] {0, 3, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertSameLoss(CrossEntropy.mean().ignoring(label));
      assertSameLoss(SoftmaxCrossEntropy.sum().ignoring(label));
    }
    for (double edge : new double[] {0, Float.MIN_NORMAL, 1}) {
      assertSameLoss(CrossEntropy.sum().delta(edge).smoothing(edge));
    }
    assertSameLoss(SigmoidCrossEntropy.sum().positiveWeight(Float.MIN_VALUE));
    assertSameLoss(SigmoidCrossEntropy.mean().positiveWeight(Float.MAX_VALUE));
  }

  private static void assertSameLoss(Loss loss) throws Exception {
    Loss other = roundTrip(loss);
    assertSame(loss.getClass(), other.getClass());
    assertEquals(loss.toString(), other.toString());
    assertSameBackend(loss.backend(), other.backend());
    assertSame(loss.evaluator().divisor(), other.evaluator().divisor());
    assertEquals(loss.evaluator().scale(), other.evaluator().scale());
    Random random = new Random(62);
    Shape shape = new Shape(7, TestData.isBinary(loss) ? 1 : 5, 1, 2);
    Batch y = shape.batch(random, Values.PROBABILITIES);
    int[] labels = TestData.isBinary(loss) ? random.ints(7, 0, 2).toArray() : shape.labels(random);
    Targets t = Targets.labels(labels);
    assertEquals(Results.of(loss, y, t), Results.of(other, y, t), loss::toString);
  }

  private static void assertSameBackend(Backend expected, Backend actual) {
    if (!expected.isParallel()) {
      assertSame(expected, actual);
    }
    assertSame(expected.kernels(), actual.kernels());
    assertEquals(expected.isParallel(), actual.isParallel());
  }

  @Test
  void backends() throws Exception {
    List<Backend> all = new ArrayList<>(TestData.backends());
    all.add(Backend.best()); // also where there are no vectors
    all.add(Backend.best().parallel());
    for (Backend backend : all) {
      Backend other = roundTrip(backend);
      assertSameBackend(backend, other);
      assertEquals(backend.toString(), other.toString());
    }
  }

  /** A stream that came from a machine with vectors, made of one that did not. */
  private static byte[] onVectors(Object onScalar) throws IOException {
    String stream = new String(written(onScalar), StandardCharsets.ISO_8859_1);
    assertTrue(stream.contains("scalar"));
    return stream.replace("scalar", "vector").getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void vectorsWhereTheyCanBeHadAndWhereNot() throws Exception {
    byte[] backend = onVectors(Backend.scalar());
    byte[] loss = onVectors(SquaredError.mse().on(Backend.scalar().parallel()));
    if (TestData.hasVectors()) {
      assertSame(Backend.vector(), read(backend));
      assertSame(Backend.vector().kernels(), ((Loss) read(loss)).backend().kernels());
      assertTrue(((Loss) read(loss)).backend().isParallel());
    } else {
      String reason =
          "no vector backend: the module jdk.incubator.vector is not loaded; start the VM with"
              + " --add-modules jdk.incubator.vector (results are the same without it)";
      refused(reason, backend);
      refused(reason, loss);
    }
  }

  private interface Job extends Function<Batch, Double>, Serializable {}

  private interface Step extends BiFunction<Batch, Batch, Double>, Serializable {}

  /** A job for another machine, as a program that runs on a cluster sends it. */
  @Test
  void whatCapturesALossTravels() throws Exception {
    Batch y = Batch.copyOf(new float[][] {{0.1f, 0.7f, 0.2f}, {0.5f, 0.25f, 0.25f}});
    int[] labels = {1, 2};
    Backend backend = Backend.scalar().parallel();
    for (Loss loss : List.of(CrossEntropy.mean().smoothing(0.1), SoftmaxCrossEntropy.sum())) {
      Job job = batch -> loss.on(backend).loss(batch, labels);
      assertEquals(loss.loss(y, labels), roundTrip(job).apply(y));
      Step step = loss::loss;
      assertEquals(loss.loss(y, y), roundTrip(step).apply(y, y));
    }
    LossSum sum = new LossSum();
    CrossEntropy.mean().addTo(sum, y, labels);
    Job mean = batch -> sum.mean();
    assertEquals(CrossEntropy.mean().loss(y, labels), roundTrip(mean).apply(y));
  }

  /** A later version may write another form, but reads this one. */
  @Test
  void theFormOnRecord() throws Exception {
    Loss loss =
        CrossEntropy.mean()
            .clip(0.25)
            .ignoring(-100)
            .smoothing(0.5)
            .on(Backend.scalar().parallel());
    assertEquals(LOSS, HexFormat.of().formatHex(written(loss)));
    assertEquals(loss.toString(), read(HexFormat.of().parseHex(LOSS)).toString());
  }

  /** No kernel, and nothing else that is not for keeping. */
  @Test
  void whatIsWrittenIsSmall() throws Exception {
    for (Loss loss : TestData.losses()) {
      byte[] stream = written(loss);
      assertTrue(stream.length < 500, () -> loss + ": " + stream.length);
      assertFalse(new String(stream, StandardCharsets.ISO_8859_1).contains("internal"));
    }
  }

  @Test
  void formsThatWereNotWritten() throws Exception {
    Backend scalar = Backend.scalar();
    LossForm mean = new LossForm("CrossEntropy.mean", scalar);
    assertEquals(CrossEntropy.mean().on(scalar).toString(), roundTrip((Object) mean).toString());
    refused(
        "loss is 'CrossEntropy.median'; allowed: the losses of this version of simdloss",
        written(new LossForm("CrossEntropy.median", scalar)));
    refused("loss", written(new LossForm(null, scalar)));
    refused("backend", written(new LossForm("SquaredError.mse", null)));
    refused("option", written(mean.with(null, 1)));
    refused("options", written(new LossForm("SquaredError.mse", null, new double[0], scalar)));
    refused("values", written(new LossForm("SquaredError.mse", new String[0], null, scalar)));
    refused(
        "values has 1 elements; allowed: 0",
        written(new LossForm("SquaredError.mse", new String[0], new double[1], scalar)));
    refused(
        "epsilon is 0.5; allowed: from 1.1754943508222875E-38 to below 0.5",
        written(mean.with("delta", 0.1).with("clip", 0.5)));
    refused("epsilon is NaN; allowed: 0 to 1", written(mean.with("smoothing", Double.NaN)));
    for (double label : new double[] {0.5, Double.NaN, 0x1p31, -0x1.00000002p31}) {
      refused("label is " + label + "; allowed: any int", written(mean.with("ignoring", label)));
    }
    refused(
        "weight is -1.0; allowed: above 0 and finite, as a float",
        written(new LossForm("SigmoidCrossEntropy.sum", scalar).with("positiveWeight", -1)));
    refused(
        "backend is 'gpu'; allowed: best, scalar, vector", written(new Backend.Form("gpu", true)));
    refused(
        "backend is 'null'; allowed: best, scalar, vector", written(new Backend.Form(null, false)));
  }

  /** A later version's option is not left out: the loss would be another one. */
  @ParameterizedTest
  @MethodSource("classes")
  void anOptionThatIsNotKnown(Class<?> type) throws Exception {
    String name = type.getSimpleName();
    LossForm form = losses(type).get(0).form();
    assertTrue(form.loss().startsWith(name + "."));
    refused("option is 'focus'; " + name + " has no such one here", written(form.with("focus", 2)));
  }

  /** The fields themselves, with and without the superclasses that would refuse them. */
  @ParameterizedTest
  @MethodSource("classes")
  void fieldsAreRefused(Class<?> type) throws Exception {
    List<Class<?>> supers = new ArrayList<>();
    for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
      supers.add(each);
    }
    for (int count = 1; count <= supers.size(); count++) {
      refused(
          "a loss is written as its form, not as its fields",
          withoutFields(supers.subList(0, count)));
    }
    refused(
        "a backend is written as its name, not as its fields",
        withoutFields(List.of(Backend.class)));
  }

  /** An object of a class, whose superclasses are these, and none has fields. */
  private static byte[] withoutFields(List<Class<?>> classes) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(stream);
    out.writeShort(ObjectStreamConstants.STREAM_MAGIC);
    out.writeShort(ObjectStreamConstants.STREAM_VERSION);
    out.writeByte(ObjectStreamConstants.TC_OBJECT);
    for (Class<?> each : classes) {
      out.writeByte(ObjectStreamConstants.TC_CLASSDESC);
      out.writeUTF(each.getName());
      out.writeLong(1);
      out.writeByte(ObjectStreamConstants.SC_SERIALIZABLE);
      out.writeShort(0);
      out.writeByte(ObjectStreamConstants.TC_ENDBLOCKDATA);
    }
    out.writeByte(ObjectStreamConstants.TC_NULL); // no more superclasses
    return stream.toByteArray();
  }

  @Test
  void versions() {
    Stream.concat(
            EveryLossTest.losses(),
            Stream.of(
                Loss.class,
                Objective.class,
                Backend.class,
                LossSum.class,
                LossForm.class,
                Backend.Form.class))
        .forEach(
            each ->
                assertEquals(
                    1, ObjectStreamClass.lookup(each).getSerialVersionUID(), each::getName));
  }
}
