package dev.millrace.spark.load;

import dev.millrace.document.Document;
import dev.millrace.document.Location;
import dev.millrace.processing.PartOfRun;
import dev.millrace.source.DocumentSource;
import dev.millrace.spark.Documents;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Sends the few documents to the driver that it is to load again. */
final class WantedDocuments implements FlatMapFunction<Iterator<Row>, Row> {

    private static final long serialVersionUID = 1L;

    private final PartOfRun part;
    private final Documents.Reading reading;
    private final Set<String> keys;

    WantedDocuments(PartOfRun part, Documents.Reading reading, Set<String> keys) {
        this.part = part;
        this.reading = reading;
        this.keys = keys;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws Exception {
        List<Row> wanted = new ArrayList<>();
        try (DocumentSource documents = PartOfRun.only(reading.open(rows, part.contract(), part.limits()), keys)) {
            for (Document next = documents.next(); next != null; next = documents.next()) {
                if (next.unreadable() == null) {
                    wanted.add(row(next));
                }
            }
        }
        return wanted.iterator();
    }

    private static Row row(Document document) {
        return RowFactory.create(
                document.key(),
                document.content(),
                document.decoded(),
                document.sourceName(),
                document.origin().line(),
                document.origin().column(),
                document.lead(),
                document.numbered());
    }

    static Document document(Row row) {
        return new Document(
                row.getString(0),
                row.getAs(1),
                row.getBoolean(2),
                row.getString(3),
                new Location(row.getInt(4), row.getInt(5)),
                row.getInt(6),
                row.getBoolean(7),
                null);
    }
}
