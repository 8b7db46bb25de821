package org.simdloss.spark;

import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.simdloss.spark.internal.LossFunction;
import scala.Tuple3;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Gives the functions of {@link LossFunctions} to every session of an application, of SQL shells
 * and of servers: by the setting {@code spark.sql.extensions=org.simdloss.spark.LossExtensions}.
 */
public final class LossExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  /** Spark makes it. */
  public LossExtensions() {}

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (LossFunction function : LossFunction.values()) {
      extensions.injectFunction(
          new Tuple3<>(
              new FunctionIdentifier(function.sqlName()),
              LossFunctions.info(function),
              LossFunctions.builder(function)));
    }
    return BoxedUnit.UNIT;
  }
}
