package org.simdloss.spark;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.simdloss.spark.internal.LossAggregate;
import org.simdloss.spark.internal.LossFunction;
import scala.Function1;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The losses as aggregate functions of Spark SQL: as columns, and, after {@link #register
 * register}, by name in SQL.
 *
 * <pre>{@code
 * data.groupBy("fold").agg(softmax_cross_entropy(col("logits"), col("label")));
 * spark.sql("SELECT fold, softmax_cross_entropy(logits, label) FROM data GROUP BY fold");
 * }</pre>
 *
 * <p>Each gives one {@code double} for all rows of a query, a group or a window: their mean loss,
 * that of {@link org.simdloss.Loss#addRowsTo addRowsTo}. <b>Its bits depend on the rows alone</b>:
 * neither partitions and their number, nor the rows' order, retries, speculation or executors
 * change one.
 *
 * <p><b>The arguments</b> are
 *
 * <ul>
 *   <li>the predictions: {@code array<float>}, {@code array<double>} or a vector of Spark ML (dense
 *       or sparse), of the same size in all rows of a group. {@link #squared_error squared_error},
 *       {@link #binary_cross_entropy binary_cross_entropy} and {@link #sigmoid_cross_entropy
 *       sigmoid_cross_entropy} take plain numbers too. Doubles are rounded to {@code float};
 *   <li>the targets: of {@link #cross_entropy cross_entropy} and {@link #softmax_cross_entropy
 *       softmax_cross_entropy} the label, a whole number from 0 on of any type of number, or an
 *       array or a vector with a target for each class; of the others as the predictions are;
 *   <li>optionally a weight of the row: a number, rounded to {@code float}, which is finite and 0
 *       or more. The mean is then divided by the sum of the weights;
 *   <li>optionally options: a constant map from their names, in any case, to their values, such as
 *       {@code map(lit("clip"), lit(1e-15))}. A map that is the third argument is that one. They
 *       are the losses' own: {@code delta}, {@code clip}, {@code ignoring}, {@code smoothing},
 *       {@code positiveWeight}; and {@code reduction}, which is {@code mean} or {@code sum}, or, of
 *       the squared error, {@code mse}, {@code halfSum} or {@code halfSumOverRows}.
 * </ul>
 *
 * <p><b>Nulls</b> in a column leave the row out, as in SQL's own aggregates; no rows give null. NaN
 * is a result, also where all weights are 0. <b>What is refused</b>: arguments of other types and
 * unknown options before the query runs, by an {@code AnalysisException}; and in a row a null
 * inside of an array, arrays whose sizes differ, a label or a weight that is not allowed. The job
 * fails then, with an {@code IllegalArgumentException} that has the row's values.
 *
 * <p>Spark Connect has no such columns: call the functions by SQL there. The server needs {@link
 * LossExtensions}.
 */
public final class LossFunctions {
  private LossFunctions() {}

  /**
   * Lets SQL of a session call the functions by name. Sessions made by {@code newSession} have to
   * be told too; {@link LossExtensions} tells all.
   *
   * @throws IllegalArgumentException if it is a session of Spark Connect
   */
  public static void register(SparkSession spark) {
    requireNonNull(spark, "spark");
    if (!(spark instanceof org.apache.spark.sql.classic.SparkSession session)) {
      throw new IllegalArgumentException(
          "spark is a "
              + spark.getClass().getName()
              + "; allowed: a session in the driver's VM. A server of Spark Connect has the"
              + " functions if spark.sql.extensions is "
              + LossExtensions.class.getName());
    }
    FunctionRegistry registry = session.sessionState().functionRegistry();
    for (LossFunction function : LossFunction.values()) {
      FunctionIdentifier temporary =
          new FunctionIdentifier(
              function.sqlName(),
              Option.apply(CatalogManager.SESSION_NAMESPACE()),
              Option.apply(CatalogManager.SYSTEM_CATALOG_NAME()));
      registry.registerFunction(temporary, info(function), builder(function));
    }
  }

  /** What {@code DESCRIBE FUNCTION} says. */
  static ExpressionInfo info(LossFunction function) {
    return new ExpressionInfo(
        LossAggregate.class.getName(),
        null,
        function.sqlName(),
        function.usage(),
        function.arguments(),
        "",
        "",
        "agg_funcs",
        "1.0.0",
        "",
        "java_udf");
  }

  static Function1<Seq<Expression>, Expression> builder(LossFunction function) {
    return arguments -> new LossAggregate(function, arguments);
  }

  /**
   * The mean of −ln(probability[label] + 1e-7), of {@link org.simdloss.CrossEntropy}.
   *
   * @param probability the predicted probability of each class
   * @param label the index of the right class; or a target for each class
   * @param weightAndOptions nothing, a weight, options, or a weight and options
   */
  public static Column cross_entropy(Column probability, Column label, Column... weightAndOptions) {
    return column(LossFunction.CROSS_ENTROPY, probability, label, weightAndOptions);
  }

  /**
   * The mean cross-entropy of the softmax of logits, of {@link org.simdloss.SoftmaxCrossEntropy}.
   *
   * @param logits a number of any size for each class
   * @param label the index of the right class; or a target for each class
   * @param weightAndOptions nothing, a weight, options, or a weight and options
   */
  public static Column softmax_cross_entropy(
      Column logits, Column label, Column... weightAndOptions) {
    return column(LossFunction.SOFTMAX_CROSS_ENTROPY, logits, label, weightAndOptions);
  }

  /**
   * The mean of (prediction − target)² over all elements, of {@link org.simdloss.SquaredError}.
   *
   * @param prediction a number, or several
   * @param target as many
   * @param weightAndOptions nothing, a weight, options, or a weight and options
   */
  public static Column squared_error(Column prediction, Column target, Column... weightAndOptions) {
    return column(LossFunction.SQUARED_ERROR, prediction, target, weightAndOptions);
  }

  /**
   * The mean cross-entropy of two classes, of {@link org.simdloss.BinaryCrossEntropy}.
   *
   * @param probability that of the target's being 1: a number, or several
   * @param target from 0 to 1: as many
   * @param weightAndOptions nothing, a weight, options, or a weight and options
   */
  public static Column binary_cross_entropy(
      Column probability, Column target, Column... weightAndOptions) {
    return column(LossFunction.BINARY_CROSS_ENTROPY, probability, target, weightAndOptions);
  }

  /**
   * The mean cross-entropy of two classes, from logits, of {@link
   * org.simdloss.SigmoidCrossEntropy}.
   *
   * @param logit a number of any size, or several
   * @param target from 0 to 1: as many
   * @param weightAndOptions nothing, a weight, options, or a weight and options
   */
  public static Column sigmoid_cross_entropy(
      Column logit, Column target, Column... weightAndOptions) {
    return column(LossFunction.SIGMOID_CROSS_ENTROPY, logit, target, weightAndOptions);
  }

  private static Column column(
      LossFunction function, Column prediction, Column target, Column[] weightAndOptions) {
    List<Expression> arguments = new ArrayList<>();
    arguments.add(ExpressionUtils.expression(requireNonNull(prediction, function.prediction())));
    arguments.add(ExpressionUtils.expression(requireNonNull(target, function.target())));
    for (Column column : weightAndOptions) {
      arguments.add(ExpressionUtils.expression(requireNonNull(column, "weightAndOptions")));
    }
    Seq<Expression> children = CollectionConverters.asScala(arguments).toList();
    return ExpressionUtils.column(new LossAggregate(function, children).toAggregateExpression());
  }
}
