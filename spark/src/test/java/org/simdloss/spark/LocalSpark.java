package org.simdloss.spark;

import org.apache.spark.sql.SparkSession;

/** One Spark for all tests, in this VM, which tries a task three times. */
final class LocalSpark {
  private static SparkSession session;

  private LocalSpark() {}

  /** A session of its own: settings and functions of other tests are not there. */
  static synchronized SparkSession session() {
    if (session == null) {
      session = start("local[2,3]", "").getOrCreate();
    }
    return session.newSession();
  }

  /** What all sessions of tests have. */
  static SparkSession.Builder start(String master, String extensions) {
    return SparkSession.builder()
        .master(master)
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 3)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.extensions", extensions);
  }
}
