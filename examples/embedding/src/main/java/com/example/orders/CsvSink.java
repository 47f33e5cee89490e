package com.example.orders;

import dev.millrace.contract.MappingContract;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkException;
import dev.millrace.sink.SinkResult;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the rows of each table to a file of its own. Each worker has a sink, and files, of its own; what a run that breaks has written is
 * deleted. For an example, a value with a comma is no matter here.
 */
public final class CsvSink implements Sink<Outcome> {

    private final List<Path> files = new ArrayList<>();
    private final List<BufferedWriter> writers = new ArrayList<>();

    public CsvSink(MappingContract contract, Path folder, int worker) throws IOException {
        for (var table : contract.tables()) {
            Path file = folder.resolve(table.name() + "-" + worker + ".csv");
            files.add(file);
            writers.add(Files.newBufferedWriter(file));
        }
    }

    @Override
    public Outcome prepare(Outcome outcome) {
        return outcome;
    }

    @Override
    public SinkResult accept(List<Outcome> batch) throws SinkException {
        long[] rows = new long[writers.size()];
        try {
            for (Outcome outcome : batch) {
                if (outcome instanceof Mapped document) {
                    for (int table = 0; table < rows.length; table++) {
                        for (Row row : document.rows().get(table)) {
                            writers.get(table).write(line(row));
                            rows[table]++;
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new SinkException("a file cannot be written: " + e.getMessage(), e);
        }
        return SinkResult.ofAll(batch, rows);
    }

    private static String line(Row row) {
        StringBuilder line = new StringBuilder();
        for (Object value : row.values()) {
            line.append(line.isEmpty() ? "" : ",").append(value == null ? "" : value);
        }
        return line.append('\n').toString();
    }

    @Override
    public void commit() throws SinkException {
        try {
            for (BufferedWriter writer : writers) {
                writer.close();
            }
        } catch (IOException e) {
            throw new SinkException("a file cannot be written to its end: " + e.getMessage(), e);
        }
    }

    @Override
    public void abort() {
        close();
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                System.err.println(file + " – is left, and holds a part only: " + e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        for (BufferedWriter writer : writers) {
            try {
                writer.close();
            } catch (IOException e) {
                System.err.println("a file cannot be closed: " + e.getMessage());
            }
        }
    }
}
