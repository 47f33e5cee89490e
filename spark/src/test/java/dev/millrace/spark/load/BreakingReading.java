package dev.millrace.spark.load;

import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.PartOfSource;
import dev.millrace.source.SourceException;
import dev.millrace.source.SplitFiles;
import dev.millrace.spark.Documents;
import dev.millrace.xml.RecordFinder;
import dev.millrace.xml.XmlLimits;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Breaks after so many documents, and after so many more in each further try of the task. */
record BreakingReading(Documents.Reading whole, int documents) implements Documents.Reading {

    @Override
    public DocumentSource open(Iterator<Row> rows, MappingContract contract, XmlLimits limits) throws SourceException {
        int most = documents * (TaskContext.get().attemptNumber() + 1);
        return new Breaking(whole.open(rows, contract, limits)) {
            private int left = most;

            @Override
            public @Nullable Document next() throws SourceException, InterruptedException {
                Document next = nextOfAll();
                if (next != null && left-- == 0) {
                    throw new SourceException("the source broke on purpose", null);
                }
                return next;
            }
        };
    }

    /** A source that breaks, and tells what is around records as the whole one does. */
    abstract static class Breaking extends PartOfSource implements SplitFiles {
        private final DocumentSource whole;

        Breaking(DocumentSource whole) {
            super(whole);
            this.whole = whole;
        }

        @Override
        public abstract @Nullable Document next() throws SourceException, InterruptedException;

        @Override
        public void tellAround(RecordFinder.Around around) {
            if (whole instanceof SplitFiles files) {
                files.tellAround(around);
            }
        }

        @Override
        public long documentsGiven() {
            return whole instanceof SplitFiles files ? files.documentsGiven() : 0;
        }
    }
}
