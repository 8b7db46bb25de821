package org.simdloss.spark.internal;

import static scala.jdk.javaapi.CollectionConverters.asJava;
import static scala.jdk.javaapi.CollectionConverters.asScala;

import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.aggregate.ImperativeAggregate;
import org.apache.spark.sql.catalyst.expressions.aggregate.TypedImperativeAggregate;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A loss as an aggregate of Spark SQL: (prediction, target[, weight][, options]). Spark gives it
 * one row at a time. Partial results travel as the bytes of a {@link LossBuffer}.
 *
 * <p>It is a tree node, which Scala's case classes are; so it has here what the Scala compiler
 * would write: a constructor of all fields, {@code productElement}, {@code equals} and {@code
 * hashCode}.
 */
public final class LossAggregate extends TypedImperativeAggregate<LossBuffer>
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String ARRAYS = "ARRAY<FLOAT>, ARRAY<DOUBLE> or a vector of Spark ML";

  private final LossFunction function;
  private final Seq<Expression> children;
  private final int mutableAggBufferOffset;
  private final int inputAggBufferOffset;

  /** Made where it is first asked for, on the driver and in each task. */
  private transient RowForm form;

  /** Computes the columns from the rows that come; null if it need not. */
  private transient UnsafeProjection projection;

  private transient boolean isBound;

  /** The function's call with these arguments. */
  public LossAggregate(LossFunction function, Seq<Expression> children) {
    this(function, children, 0, 0);
  }

  /** With the places of its buffer among those of a query. */
  public LossAggregate(
      LossFunction function,
      Seq<Expression> children,
      int mutableAggBufferOffset,
      int inputAggBufferOffset) {
    this.function = function;
    this.children = children;
    this.mutableAggBufferOffset = mutableAggBufferOffset;
    this.inputAggBufferOffset = inputAggBufferOffset;
  }

  // ---- What it is called with

  /** Tells how rows are read, or refuses the arguments, before the query runs. */
  @Override
  public TypeCheckResult checkInputDataTypes() {
    try {
      form();
      return TypeCheckResult.TypeCheckSuccess$.MODULE$;
    } catch (IllegalArgumentException e) {
      return new TypeCheckResult.TypeCheckFailure(e.getMessage());
    }
  }

  private RowForm form() {
    if (form == null) {
      form = checkedForm();
    }
    return form;
  }

  private RowForm checkedForm() {
    int columns = columns();
    if (columns < 2 || columns > 3) {
      throw new IllegalArgumentException(
          "the number of columns is "
              + columns
              + "; allowed: 2 or 3, as in "
              + function.signature(function.sqlName()));
    }
    InputColumn predictions =
        column(0)
            .filter(column -> !function.ofClasses || !column.isNumber())
            .orElseThrow(() -> badType(function.prediction(), 0, allowedPredictions()));
    InputColumn targets =
        column(1)
            .filter(column -> function.ofClasses || column.isNumber() == predictions.isNumber())
            .orElseThrow(() -> badType(function.target(), 1, allowedTargets(predictions)));
    InputColumn weights =
        columns == 2
            ? null
            : column(2)
                .filter(InputColumn::isNumber)
                .orElseThrow(() -> badType("weight", 2, "a number"));
    boolean areLabels = function.ofClasses && targets.isNumber();
    Options options = new Options(columns < children.size() ? options() : Map.of());
    RowForm checked =
        new RowForm(
            function,
            function.loss(options),
            function.isSum(options),
            options.ignored(),
            predictions,
            areLabels ? null : targets,
            areLabels ? (InputColumn.Numbers) targets : null,
            (InputColumn.Numbers) weights);
    options.checkAllKnown();
    if (!areLabels && checked.ignored() == checked.ignored()) {
      throw new IllegalArgumentException(
          "option 'ignoring' is there, but "
              + function.target()
              + " has the type "
              + type(1).sql()
              + "; allowed: labels, which are numbers");
    }
    return checked;
  }

  private String allowedPredictions() {
    return function.ofClasses ? ARRAYS : "a number, " + ARRAYS;
  }

  private String allowedTargets(InputColumn predictions) {
    return function.ofClasses
        ? "a whole number, " + ARRAYS
        : predictions.isNumber()
            ? "a number, as " + function.prediction() + " is"
            : ARRAYS + ", as " + function.prediction() + " is";
  }

  private IllegalArgumentException badType(String name, int argument, String allowed) {
    return new IllegalArgumentException(
        name + " has the type " + type(argument).sql() + "; allowed: " + allowed);
  }

  private DataType type(int argument) {
    return children.apply(argument).dataType();
  }

  private Optional<InputColumn> column(int argument) {
    return InputColumn.of(
        children.apply(argument),
        isPlain(children) ? ((BoundReference) children.apply(argument)).ordinal() : argument);
  }

  /** Whether all arguments are columns of the rows that come, so that nothing is to be computed. */
  private static boolean isPlain(Seq<Expression> arguments) {
    return arguments.forall(
        argument -> argument instanceof BoundReference || argument.dataType() instanceof MapType);
  }

  /** How many of the arguments are columns: the last one may be the map of options. */
  private int columns() {
    int size = children.size();
    return size > 0 && type(size - 1) instanceof MapType ? size - 1 : size;
  }

  private Map<String, String> options() {
    Expression map = children.apply(children.size() - 1);
    if (!map.foldable()) {
      throw new IllegalArgumentException("options is " + map.sql() + "; allowed: a constant map");
    }
    MapType texts = DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType);
    Cast cast = new Cast(map, texts, scala.Option.apply("UTC"));
    if (!cast.resolved()) {
      throw new IllegalArgumentException(
          "options has the type " + map.dataType().sql() + "; allowed: a map of names to values");
    }
    MapData data = (MapData) cast.eval(InternalRow.empty());
    if (data == null) {
      throw new IllegalArgumentException("options is null; allowed: a constant map");
    }
    Map<String, String> options = new TreeMap<>();
    for (int i = 0; i < data.numElements(); i++) {
      options.put(text(data.keyArray(), i), text(data.valueArray(), i));
    }
    return options;
  }

  private static String text(ArrayData texts, int i) {
    return texts.isNullAt(i) ? null : texts.getUTF8String(i).toString();
  }

  // ---- What it does

  @Override
  public LossBuffer createAggregationBuffer() {
    return new LossBuffer(form());
  }

  @Override
  public LossBuffer update(LossBuffer buffer, InternalRow row) {
    if (!isBound) {
      bind();
    }
    InternalRow columns = projection == null ? row : projection.apply(row);
    if (!form.hasNull(columns)) {
      buffer.add(columns);
    }
    return buffer;
  }

  /** Before the first row: where partial results are merged, arguments can not be computed. */
  private void bind() {
    form();
    if (!isPlain(children)) {
      projection =
          UnsafeProjection.create(asScala(asJava(children).subList(0, columns())).toList());
    }
    isBound = true;
  }

  @Override
  public LossBuffer merge(LossBuffer buffer, LossBuffer other) {
    buffer.merge(other);
    return buffer;
  }

  @Override
  public Object eval(LossBuffer buffer) {
    return buffer.result();
  }

  @Override
  public byte[] serialize(LossBuffer buffer) {
    return buffer.toBytes();
  }

  @Override
  public LossBuffer deserialize(byte[] bytes) {
    return LossBuffer.fromBytes(form(), bytes);
  }

  // ---- What Spark asks of a node

  @Override
  public DataType dataType() {
    return DataTypes.DoubleType;
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public String prettyName() {
    return function.sqlName();
  }

  @Override
  public Seq<Expression> children() {
    return children;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new LossAggregate(function, newChildren, mutableAggBufferOffset, inputAggBufferOffset);
  }

  @Override
  public int mutableAggBufferOffset() {
    return mutableAggBufferOffset;
  }

  @Override
  public ImperativeAggregate withNewMutableAggBufferOffset(int offset) {
    return new LossAggregate(function, children, offset, inputAggBufferOffset);
  }

  @Override
  public int inputAggBufferOffset() {
    return inputAggBufferOffset;
  }

  @Override
  public ImperativeAggregate withNewInputAggBufferOffset(int offset) {
    return new LossAggregate(function, children, mutableAggBufferOffset, offset);
  }

  /** What plans show. */
  @Override
  public scala.collection.Iterator<Object> stringArgs() {
    return children.iterator().map(child -> (Object) child);
  }

  @Override
  public int productArity() {
    return 4;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> function;
      case 1 -> children;
      case 2 -> mutableAggBufferOffset;
      case 3 -> inputAggBufferOffset;
      default -> throw new IndexOutOfBoundsException("n is " + n + "; allowed: 0 to 3");
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof LossAggregate;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LossAggregate that
        && function == that.function
        && mutableAggBufferOffset == that.mutableAggBufferOffset
        && inputAggBufferOffset == that.inputAggBufferOffset
        && children.equals(that.children);
  }

  @Override
  public int hashCode() {
    return Objects.hash(function, children, mutableAggBufferOffset, inputAggBufferOffset);
  }
}
