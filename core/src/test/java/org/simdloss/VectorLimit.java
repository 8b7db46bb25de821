package org.simdloss;

import app.VectorBitsMain;
import java.util.List;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.simdloss.FreshVm.Run;

/**
 * Skips all tests of a VM whose vectors are limited to a width that they do not exceed without a
 * limit: it is the VM in which the build has run these tests already.
 *
 * <p>JUnit finds it as a service, where the build says that it shall look for such.
 */
public final class VectorLimit implements ExecutionCondition {
  private static final ConditionEvaluationResult RESULT = result();

  private static ConditionEvaluationResult result() {
    List<String> flags = List.of("--add-modules", FreshVm.MODULE);
    Run unlimited = FreshVm.run(FreshVm.onClassPath(flags, FreshVm.PROGRAMS), VectorBitsMain.class);
    if (unlimited.status() != 0) {
      throw new IllegalStateException(unlimited.err());
    }
    int bits = VectorShape.preferredShape().vectorBitSize();
    return unlimited.out().equals(List.of(String.valueOf(bits)))
        ? ConditionEvaluationResult.disabled("vectors have " + bits + " bits without a limit too")
        : ConditionEvaluationResult.enabled("vectors are limited to " + bits + " bits");
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return RESULT;
  }
}
