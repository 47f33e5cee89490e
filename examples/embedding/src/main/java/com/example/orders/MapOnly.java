package com.example.orders;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.document.Document;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Maps a document without a database. A pipeline belongs to one thread; a contract to as many as like. */
public final class MapOnly {

    private MapOnly() {}

    /** A line for each row, or for the reject. */
    public static List<String> map(MappingContract contract, Document document) {
        List<String> lines = new ArrayList<>();
        for (Outcome outcome : DocumentPipeline.of(contract).process(document)) {
            if (outcome instanceof Mapped mapped) {
                for (TableMapping table : contract.tables()) {
                    for (Row row : mapped.rows().get(table.index())) {
                        lines.add(table.name() + Arrays.toString(row.values()));
                    }
                }
            } else if (outcome instanceof Rejected rejected) {
                lines.add(rejected.key() + " – " + rejected.fault().message());
            }
        }
        return lines;
    }
}
