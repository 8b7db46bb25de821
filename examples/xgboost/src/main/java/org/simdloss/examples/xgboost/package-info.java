/**
 * The library's losses as objectives of XGBoost: {@link
 * org.simdloss.examples.xgboost.SoftmaxObjective} and {@link
 * org.simdloss.examples.xgboost.LogisticObjective}. {@link org.simdloss.examples.xgboost.Main}
 * trains with them.
 */
package org.simdloss.examples.xgboost;
