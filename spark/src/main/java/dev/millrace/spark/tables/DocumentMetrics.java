package dev.millrace.spark.tables;

import org.apache.spark.sql.connector.metric.CustomSumMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** What Spark's page shows of a query beside its rows. Public since Spark makes them by their names. */
public final class DocumentMetrics {

    private DocumentMetrics() {}

    /** A task's number for one of them. */
    record OfTask(String name, long value) implements CustomTaskMetric {}

    /** Documents that gave rows. */
    public static final class Mapped extends CustomSumMetric {
        static final String NAME = "documentsMapped";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String description() {
            return "documents mapped";
        }
    }

    /** Documents that were rejected. */
    public static final class Rejected extends CustomSumMetric {
        static final String NAME = "documentsRejected";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String description() {
            return "documents rejected";
        }
    }
}
