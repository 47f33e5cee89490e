package dev.millrace.bench;

import com.fasterxml.aalto.stax.InputFactoryImpl;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect.Purpose;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Both ceilings at once: the documents are tokenized while their rows, encoded beforehand, are loaded. What a loader adds
 * to this is what it costs.
 *
 * @param fromTable whether the documents come out of the database, over a connection of their own, as they do for a loader;
 *     else they are in files
 */
record FloorRun(int workers, boolean fromTable) implements Contestant {

    private static final long FETCH_BYTES = 2L << 20;
    /** What the reader is ahead, in batches. */
    private static final int AHEAD = 4;

    private static final long PATIENCE_SECONDS = 60;

    private static final List<byte[]> END = List.of();

    static FloorRun ofFiles(int workers) {
        return new FloorRun(workers, false);
    }

    static FloorRun ofTable(int workers) {
        return new FloorRun(workers, true);
    }

    @Override
    public String name() {
        return "floor run, " + workers + " connections" + (fromTable ? ", documents from the table" : "");
    }

    @Override
    public boolean loads() {
        return true;
    }

    @Override
    public void run(Workload workload) throws Exception {
        MappingContract contract = workload.contract();
        BlockingQueue<List<byte[]>> batches = new ArrayBlockingQueue<>(AHEAD);
        Parallel.run(2 * workers + (fromTable ? 1 : 0), thread -> {
            if (thread < workers) {
                LoadCeiling.load(workload, contract, thread, workers, false);
            } else if (thread == 2 * workers) {
                read(workload, batches);
            } else if (fromTable) {
                tokenize(batches);
            } else {
                ParseCeiling.tokenize(workload, thread - workers, workers);
            }
        });
    }

    /** By one cursor, in the form that costs the server least. */
    private void read(Workload workload, BlockingQueue<List<byte[]>> batches) throws Exception {
        int fetch = (int) Math.max(1, FETCH_BYTES * workload.documents() / workload.bytes());
        try (Connection connection =
                        Database.of(workload.url(), new Properties()).connect(Purpose.READ);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(fetch);
            List<byte[]> batch = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SELECT xml FROM app_xml")) {
                while (rows.next()) {
                    batch.add(rows.getBytes(1));
                    if (batch.size() == fetch) {
                        hand(batches, batch);
                        batch = new ArrayList<>();
                    }
                }
            }
            if (!batch.isEmpty()) {
                hand(batches, batch);
            }
        } finally {
            for (int i = 0; i < workers; i++) {
                hand(batches, END);
            }
        }
    }

    /** Nobody takes any more where a tokenizer has failed. */
    private static void hand(BlockingQueue<List<byte[]>> batches, List<byte[]> batch) throws Exception {
        if (!batches.offer(batch, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the tokenizers take no more documents");
        }
    }

    private static void tokenize(BlockingQueue<List<byte[]>> batches) throws Exception {
        InputFactoryImpl factory = new InputFactoryImpl();
        for (List<byte[]> batch = batches.take(); !batch.isEmpty(); batch = batches.take()) {
            for (byte[] document : batch) {
                ParseCeiling.tokenize(factory, document, document.length);
            }
        }
    }
}
