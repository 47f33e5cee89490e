package dev.millrace.spark;

import org.apache.spark.sql.SparkSession;

/** A Spark of this process, for all tests. */
public final class LocalSpark {

    private LocalSpark() {}

    public static SparkSession session() {
        return SparkSession.builder()
                .master("local[2]")
                .appName("tests")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.sql.datetime.java8API.enabled", true)
                .config("spark.sql.warehouse.dir", "target/warehouse")
                .getOrCreate();
    }
}
