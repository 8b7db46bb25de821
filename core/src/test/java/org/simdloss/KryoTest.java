package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.TestData.hex;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.objenesis.strategy.StdInstantiatorStrategy;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/** Sums through Kryo as it is, and losses through the serializer of its own that they need. */
class KryoTest {
  /** How it makes an object: by its constructor, or without one where it has none, or always so. */
  private enum Instances {
    CONSTRUCTOR,
    CONSTRUCTOR_OR_NONE,
    NONE
  }

  /** Its settings. */
  record Settings(boolean references, boolean registration, Instances instances) {
    Kryo kryo() {
      Kryo kryo = new Kryo();
      kryo.setReferences(references);
      kryo.setRegistrationRequired(registration);
      if (registration) {
        kryo.register(LossSum.class);
        kryo.register(long[].class);
      }
      if (instances == Instances.NONE) {
        kryo.setInstantiatorStrategy(new StdInstantiatorStrategy());
      } else if (instances == Instances.CONSTRUCTOR_OR_NONE) {
        kryo.setInstantiatorStrategy(
            new DefaultInstantiatorStrategy(new StdInstantiatorStrategy()));
      }
      return kryo;
    }
  }

  static Stream<Settings> settings() {
    return Stream.of(false, true)
        .flatMap(
            references ->
                Stream.of(false, true)
                    .flatMap(
                        registration ->
                            Stream.of(Instances.values())
                                .map(each -> new Settings(references, registration, each))));
  }

  private static LossSum of(double... losses) {
    LossSum sum = new LossSum();
    for (double loss : losses) {
      sum.add(loss, 0.1, 3);
    }
    return sum;
  }

  private static List<LossSum> sums() {
    LossSum late = of(-1e300, 0.1, 1e-300); // whose digits carry
    for (int i = 0; i < 40; i++) {
      late.merge(late);
    }
    return List.of(
        of(),
        of(0.1),
        of(-12.5, 0.1, 0),
        of(Double.MAX_VALUE, Double.MAX_VALUE),
        of(1, Double.NaN),
        of(Double.POSITIVE_INFINITY),
        of(Double.NEGATIVE_INFINITY, 5),
        late);
  }

  private static LossSum roundTrip(Settings settings, LossSum sum) {
    Output out = new Output(64, -1);
    settings.kryo().writeClassAndObject(out, sum);
    return (LossSum) settings.kryo().readClassAndObject(new Input(out.toBytes()));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aSumComesBackAsItWas(Settings settings) {
    for (LossSum sum : sums()) {
      assertSameAndApart(sum, roundTrip(settings, sum));
    }
  }

  /** What is read is added to by a loss, row by row too, and by a merge. */
  @ParameterizedTest
  @MethodSource("settings")
  void aSumIsAddedToWhereItArrives(Settings settings) {
    Random random = new Random(61);
    Shape shape = new Shape(33, 10, 1, 2);
    Batch y = shape.batch(random, Values.PROBABILITIES);
    Targets t = Targets.labels(shape.labels(random));
    CrossEntropy loss = CrossEntropy.mean();
    LossSum here = new LossSum();
    loss.addTo(here, y, t);
    LossSum there = roundTrip(settings, here);
    assertEquals(hex(loss.loss(y, t)), hex(there.mean()));
    for (LossSum each : List.of(here, there)) {
      loss.addTo(each, y.slice(3, 20), t.slice(3, 20));
      loss.addRowsTo(each, y, t);
      each.merge(of(0.1));
    }
    assertArrayEquals(here.toBytes(), there.toBytes());
    here.merge(roundTrip(settings, there));
    there.merge(there);
    assertArrayEquals(there.toBytes(), here.toBytes());
  }

  /** Two of one graph stay two, and one that is there twice stays one where references count. */
  @ParameterizedTest
  @MethodSource("settings")
  void sumsInAnArray(Settings settings) {
    LossSum one = of(1);
    Kryo kryo = settings.kryo();
    kryo.register(LossSum[].class);
    Output out = new Output(64, -1);
    kryo.writeClassAndObject(out, new LossSum[] {one, of(1), one});
    LossSum[] read = (LossSum[]) kryo.readClassAndObject(new Input(out.toBytes()));
    read[0].add(5, 1, 1);
    assertEquals(6, read[0].sum());
    assertEquals(1, read[1].sum());
    assertEquals(settings.references() ? 6 : 1, read[2].sum());
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aCopyIsASumOfItsOwn(Settings settings) {
    for (LossSum sum : sums()) {
      assertSameAndApart(sum, settings.kryo().copy(sum));
      Kryo tree = settings.kryo();
      tree.setCopyReferences(false);
      assertSameAndApart(sum, tree.copy(sum));
    }
  }

  /** A shallow copy never has some of a sum's state and not the rest. */
  @ParameterizedTest
  @MethodSource("settings")
  void aShallowCopyIsTheSameSum(Settings settings) {
    LossSum sum = of(0.1);
    LossSum other = settings.kryo().copyShallow(sum);
    assertNotSame(sum, other);
    sum.add(5, 1, 1);
    other.add(7, 1, 1);
    sum.merge(of(-12.5));
    assertEquals(8, sum.rows());
    assertArrayEquals(sum.toBytes(), other.toBytes());
  }

  /** The same, and then each is added to by itself. */
  private static void assertSameAndApart(LossSum sum, LossSum other) {
    byte[] before = sum.toBytes();
    assertNotSame(sum, other);
    assertArrayEquals(before, other.toBytes());
    assertEquals(sum.toString(), other.toString());
    other.add(3, 1, 1);
    assertArrayEquals(before, sum.toBytes());
    LossSum expected = LossSum.fromBytes(before);
    expected.add(3, 1, 1);
    assertArrayEquals(expected.toBytes(), other.toBytes());
  }

  private static Kryo withJavaSerializer(Settings settings) {
    Kryo kryo = settings.kryo();
    kryo.addDefaultSerializer(Loss.class, JavaSerializer.class);
    kryo.addDefaultSerializer(Backend.class, JavaSerializer.class);
    if (settings.registration()) {
      EveryLossTest.losses().forEach(kryo::register);
      kryo.register(Backend.class);
    }
    return kryo;
  }

  @ParameterizedTest
  @MethodSource("settings")
  void lossesAndBackendsByJavaSerializer(Settings settings) {
    Stream.concat(TestData.losses().stream(), TestData.backends().stream())
        .forEach(
            each -> {
              Output out = new Output(64, -1);
              withJavaSerializer(settings).writeClassAndObject(out, each);
              Object read =
                  withJavaSerializer(settings).readClassAndObject(new Input(out.toBytes()));
              assertEquals(each.getClass(), read.getClass());
              assertEquals(each.toString(), read.toString());
            });
  }

  /** By its fields alone no loss comes back that computes anything. */
  @ParameterizedTest
  @EnumSource(Instances.class)
  void aLossByItsFieldsFailsLoudly(Instances instances) {
    for (Loss loss : TestData.losses()) {
      Kryo kryo = new Settings(true, false, instances).kryo();
      Output out = new Output(64, -1);
      RuntimeException e =
          assertThrows(
              RuntimeException.class,
              () -> {
                kryo.writeClassAndObject(out, loss);
                Loss read = (Loss) kryo.readClassAndObject(new Input(out.toBytes()));
                read.warmUp();
              });
      assertTrue(
          e instanceof KryoException || e instanceof NullPointerException, () -> loss + ": " + e);
    }
  }

  /** What the Javadoc says to register is all that a sum needs, and it needs all of it. */
  @Test
  void whatIsRegistered() {
    Kryo kryo = new Kryo();
    kryo.register(LossSum.class);
    KryoException e =
        assertThrows(KryoException.class, () -> kryo.writeObject(new Output(64, -1), of(1)));
    assertTrue(e.getMessage().contains("Class is not registered: long[]"), e.getMessage());
  }
}
