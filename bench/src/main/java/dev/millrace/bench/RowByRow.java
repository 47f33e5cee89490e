package dev.millrace.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;

/**
 * The usual loader written in-house: DOM and XPath of the JDK, an INSERT per row, a transaction per document. Written as well as
 * one writes it: expressions are compiled and statements are prepared once.
 */
record RowByRow(int threads) implements Contestant {

    private static final int FETCHED_ROWS = 100;

    @Override
    public String name() {
        return "row by row, " + threads + " threads";
    }

    @Override
    public boolean loads() {
        return true;
    }

    @Override
    public void run(Workload workload) throws Exception {
        Parallel.run(threads, thread -> load(workload, thread));
    }

    private void load(Workload workload, int thread) throws Exception {
        try (Connection source = workload.connect();
                Connection target = workload.connect();
                Statement statement = source.createStatement()) {
            // Without both, the driver would fetch the whole table at once.
            source.setAutoCommit(false);
            statement.setFetchSize(FETCHED_ROWS);
            target.setAutoCommit(false);
            HandWrittenLoader loader = new HandWrittenLoader(target);
            String query = "SELECT xml FROM app_xml WHERE app_id / " + Workload.PART_RUN + " % " + threads + " = "
                    + thread + " ORDER BY app_id";
            try (ResultSet documents = statement.executeQuery(query)) {
                while (documents.next()) {
                    loader.load(documents.getString(1));
                    target.commit();
                }
            }
        }
    }
}
