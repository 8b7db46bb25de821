package org.simdloss.spark.internal;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/**
 * One of the columns that a function is called with. A value of it is a row of a batch: a number,
 * or several. Doubles are rounded to {@code float}s.
 */
abstract class InputColumn {
  /** How many elements a message has at most. */
  private static final int DESCRIBED = 20;

  /** How vectors of Spark ML and of MLlib are stored; their classes may be missing in a query. */
  private static final String[] VECTOR_FIELDS = {"type", "size", "indices", "values"};

  /** What {@link #read} returns if an element is null. */
  static final int HAS_NULL = -1;

  final int ordinal;
  private final boolean nullable;

  private InputColumn(int ordinal, boolean nullable) {
    this.ordinal = ordinal;
    this.nullable = nullable;
  }

  /**
   * The column that has an argument's values; nothing if such a type can not be read.
   *
   * @param ordinal its place in rows
   */
  static Optional<InputColumn> of(Expression argument, int ordinal) {
    DataType type = argument.dataType();
    boolean nullable = argument.nullable();
    if (type instanceof NumericType) {
      return Optional.of(new Numbers(type, ordinal, nullable));
    }
    if (type instanceof ArrayType array && array.elementType().equals(DataTypes.FloatType)) {
      return Optional.of(new Floats(ordinal, nullable));
    }
    if (type instanceof ArrayType array && array.elementType().equals(DataTypes.DoubleType)) {
      return Optional.of(new Doubles(ordinal, nullable));
    }
    return isVector(type) ? Optional.of(new Vectors(ordinal, nullable)) : Optional.empty();
  }

  private static boolean isVector(DataType type) {
    return type instanceof UserDefinedType<?> udt
        && udt.sqlType() instanceof StructType struct
        && Arrays.equals(struct.fieldNames(), VECTOR_FIELDS);
  }

  /** Whether values are single numbers. */
  boolean isNumber() {
    return false;
  }

  final boolean isNull(InternalRow row) {
    return nullable && row.isNullAt(ordinal);
  }

  /**
   * Writes the value's numbers to an array, if there are {@code cols} of them.
   *
   * @return how many there are, or {@link #HAS_NULL}
   */
  abstract int read(InternalRow row, float[] into, int at, int cols);

  /** The value for a message, or its first numbers. */
  abstract String describe(InternalRow row);

  /** Plain numbers. */
  static final class Numbers extends InputColumn {
    /** Chosen once, and not for each row. */
    private final Getter getter;

    private interface Getter {
      double get(InternalRow row, int ordinal);
    }

    private final DataType type;

    private Numbers(DataType type, int ordinal, boolean nullable) {
      super(ordinal, nullable);
      this.type = type;
      this.getter = getter(type);
    }

    private static Getter getter(DataType type) {
      if (type instanceof IntegerType) {
        return InternalRow::getInt;
      }
      if (type instanceof LongType) {
        return InternalRow::getLong;
      }
      if (type instanceof ShortType) {
        return InternalRow::getShort;
      }
      if (type instanceof ByteType) {
        return InternalRow::getByte;
      }
      if (type instanceof FloatType) {
        return InternalRow::getFloat;
      }
      return type instanceof DecimalType decimal
          ? (row, i) -> row.getDecimal(i, decimal.precision(), decimal.scale()).toDouble()
          : InternalRow::getDouble;
    }

    double value(InternalRow row) {
      return getter.get(row, ordinal);
    }

    @Override
    boolean isNumber() {
      return true;
    }

    @Override
    int read(InternalRow row, float[] into, int at, int cols) {
      if (cols == 1) {
        into[at] = (float) value(row);
      }
      return 1;
    }

    @Override
    String describe(InternalRow row) {
      return String.valueOf(row.get(ordinal, type));
    }
  }

  private static final class Floats extends InputColumn {
    private Floats(int ordinal, boolean nullable) {
      super(ordinal, nullable);
    }

    @Override
    int read(InternalRow row, float[] into, int at, int cols) {
      ArrayData array = row.getArray(ordinal);
      int n = array.numElements();
      if (n != cols) {
        return n;
      }
      if (array instanceof UnsafeArrayData stored) {
        // As a scan, a cache or a shuffle has it: the size, a bit for each null, the elements.
        int header = UnsafeArrayData.calculateHeaderPortionInBytes(n);
        Object base = stored.getBaseObject();
        long start = stored.getBaseOffset();
        long elements = start + header;
        for (int i = 0; i < n; i++) {
          into[at + i] = Platform.getFloat(base, elements + (long) Float.BYTES * i);
        }
        return BitSetMethods.anySet(base, start + Long.BYTES, header / Long.BYTES - 1)
            ? HAS_NULL
            : n;
      }
      for (int i = 0; i < n; i++) {
        if (array.isNullAt(i)) {
          return HAS_NULL;
        }
        into[at + i] = array.getFloat(i);
      }
      return n;
    }

    @Override
    String describe(InternalRow row) {
      return list(row.getArray(ordinal), DataTypes.FloatType);
    }
  }

  private static final class Doubles extends InputColumn {
    private Doubles(int ordinal, boolean nullable) {
      super(ordinal, nullable);
    }

    @Override
    int read(InternalRow row, float[] into, int at, int cols) {
      return readDoubles(row.getArray(ordinal), into, at, cols);
    }

    @Override
    String describe(InternalRow row) {
      return list(row.getArray(ordinal), DataTypes.DoubleType);
    }
  }

  /** Vectors: dense, or sparse, where what is left out is 0. */
  private static final class Vectors extends InputColumn {
    private Vectors(int ordinal, boolean nullable) {
      super(ordinal, nullable);
    }

    private InternalRow vector(InternalRow row) {
      return row.getStruct(ordinal, VECTOR_FIELDS.length);
    }

    private static boolean isSparse(InternalRow vector) {
      return vector.getByte(0) == 0;
    }

    @Override
    int read(InternalRow row, float[] into, int at, int cols) {
      InternalRow vector = vector(row);
      ArrayData values = vector.getArray(3);
      if (!isSparse(vector)) {
        return readDoubles(values, into, at, cols);
      }
      int n = vector.getInt(1);
      if (n != cols) {
        return n;
      }
      Arrays.fill(into, at, at + n, 0);
      ArrayData indices = vector.getArray(2);
      for (int i = 0; i < values.numElements(); i++) {
        into[at + indices.getInt(i)] = (float) values.getDouble(i);
      }
      return n;
    }

    @Override
    String describe(InternalRow row) {
      InternalRow vector = vector(row);
      String values = list(vector.getArray(3), DataTypes.DoubleType);
      return isSparse(vector)
          ? "("
              + vector.getInt(1)
              + ","
              + list(vector.getArray(2), DataTypes.IntegerType)
              + ","
              + values
              + ")"
          : values;
    }
  }

  private static int readDoubles(ArrayData array, float[] into, int at, int cols) {
    int n = array.numElements();
    for (int i = 0; i < n && n == cols; i++) {
      if (array.isNullAt(i)) {
        return HAS_NULL;
      }
      into[at + i] = (float) array.getDouble(i);
    }
    return n;
  }

  private static String list(ArrayData array, DataType type) {
    int n = array.numElements();
    String first =
        IntStream.range(0, Math.min(n, DESCRIBED))
            .mapToObj(i -> String.valueOf(array.isNullAt(i) ? null : array.get(i, type)))
            .collect(Collectors.joining(","));
    return "[" + first + (n > DESCRIBED ? ",... " + n + " elements]" : "]");
  }
}
