package dev.millrace.pipeline;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.Reject;
import dev.millrace.mapping.Row;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/** What the pipeline makes of a document, or of one record of it: its rows, or why it has none, or that it is not for the contract. */
@API(status = API.Status.STABLE, since = "0.1")
public sealed interface Outcome {
    /** The document's key in the ledger. */
    String key();

    /**
     * Keys under which the ledger may hold it from when less of it could be read, as rejected, or from when it was its file's only
     * record, also as loaded: its source's key where it has one of its own, its file's where it is a record; mostly empty.
     */
    List<String> formerKeys();

    /** The document, kept until the outcome is settled so that a reject can name line and column. */
    Document source();

    /** A 64-bit check of the text, to see whether a document has changed. */
    long contentHash();

    /**
     * A document's rows.
     *
     * @param rows by {@link dev.millrace.contract.TableMapping#index()}, the rows of each table in order
     */
    record Mapped(String key, List<String> formerKeys, Document source, long contentHash, List<List<Row>> rows)
            implements Outcome {

        public Mapped {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(source, "source");
            formerKeys = List.copyOf(formerKeys);
            rows = List.copyOf(rows);
        }

        /** A document that can have no other key. */
        public Mapped(String key, Document source, long contentHash, List<List<Row>> rows) {
            this(key, List.of(), source, contentHash, rows);
        }

        /** The same document, its rows forgotten. */
        public Mapped withoutRows() {
            return new Mapped(key, formerKeys, source, contentHash, List.of());
        }

        /** The same document, rejected after all. */
        public Rejected rejected(Fault fault) {
            return new Rejected(key, formerKeys, source, contentHash, fault);
        }

        /** Rows of all tables. */
        public int rowCount() {
            int count = 0;
            for (List<Row> table : rows) {
                count += table.size();
            }
            return count;
        }
    }

    /**
     * A document that cannot be loaded.
     *
     * @param fault why
     */
    record Rejected(String key, List<String> formerKeys, Document source, long contentHash, Fault fault)
            implements Outcome {

        public Rejected {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(fault, "fault");
            formerKeys = List.copyOf(formerKeys);
        }

        /** What is told of it. */
        public Reject reject() {
            return new Reject(key, fault);
        }

        /** A document that can have no other key. */
        public Rejected(String key, Document source, long contentHash, Fault fault) {
            this(key, List.of(), source, contentHash, fault);
        }
    }

    /** A document that the contract's {@code document.select} leaves aside: neither loaded nor rejected, and counted as skipped. */
    record Unselected(String key, List<String> formerKeys, Document source, long contentHash) implements Outcome {

        public Unselected {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(source, "source");
            formerKeys = List.copyOf(formerKeys);
        }
    }
}
