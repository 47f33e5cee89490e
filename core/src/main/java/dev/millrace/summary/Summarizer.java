package dev.millrace.summary;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.source.FileSource;
import dev.millrace.summary.DocumentTeller.Manner;
import dev.millrace.xml.XmlLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * Makes a {@link PathSummary} of documents. One that cannot be read is counted with its fault, and nothing of it is in the summary; of a
 * text that is too large for memory all in front of the fault is, as each record there can be loaded. Used by one thread.
 */
public final class Summarizer implements Consumer<Document>, FileSource.LargeTexts {

    private final PathSummary summary;
    private final PathCollector collector;
    private final DocumentTeller teller;

    /** @param summary is added to */
    public Summarizer(PathSummary summary, XmlLimits limits) {
        this.summary = summary;
        collector = new PathCollector(summary);
        teller = new DocumentTeller(limits, collector);
    }

    /** What was read so far. */
    public PathSummary summary() {
        return summary;
    }

    /**
     * Reads a document.
     *
     * @throws TooManyPathsException when the summary would become too large
     */
    @Override
    public void accept(Document document) {
        collector.document(document.key());
        try {
            summary.read(document.content().length, teller.tell(document));
        } catch (FaultException e) {
            summary.broken(document.key(), e.fault());
        } catch (StackOverflowError e) {
            summary.broken(
                    document.key(), Fault.of(FaultCode.TOO_DEEP, "elements are nested too deeply for Java's stack"));
        } catch (OutOfMemoryError e) {
            summary.broken(document.key(), Fault.outOfMemory());
        }
    }

    /** Reads a text of any size. */
    @Override
    public void read(String key, String name, InputStream content) {
        Counted counted = new Counted(content);
        collector.document(key);
        try {
            Manner manner = teller.tell(counted);
            summary.read(counted.bytes, manner);
        } catch (FaultException e) {
            if (collector.hasBegun()) {
                collector.cutOff();
                summary.read(counted.bytes, Manner.ORDINARY);
            }
            summary.broken(key, e.fault());
        }
    }

    private static final class Counted extends FilterInputStream {
        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            bytes += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            bytes += Math.max(0, read);
            return read;
        }
    }
}
