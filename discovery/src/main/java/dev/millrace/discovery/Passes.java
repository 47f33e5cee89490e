package dev.millrace.discovery;

import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.summary.PathSummary;
import dev.millrace.summary.Summarizer;
import dev.millrace.summary.TooManyPathsException;
import dev.millrace.xml.XmlLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** The two passes of a discovery, for other processes: {@link Discovery#of(Discovery.Elsewhere, DraftOptions, XmlLimits)}. */
final class Passes {

    private Passes() {}

    private static void read(DocumentSource source, Consumer<Document> taker) throws SourceException {
        try (source) {
            for (Document next = source.next(); next != null; next = source.next()) {
                taker.accept(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("reading was interrupted");
        }
    }

    /** The first pass: summaries, of which two make one. */
    record Summarizing(XmlLimits limits, int mostPaths) implements Discovery.Pass {

        @Override
        public byte[] part(Discovery.Opener documents) throws SourceException {
            Summarizer summarizer = new Summarizer(new PathSummary(mostPaths), limits);
            try {
                read(documents.open(summarizer), summarizer);
                return summarizer.summary().toBytes();
            } catch (TooManyPathsException e) {
                return e.toBytes();
            }
        }

        @Override
        public byte[] both(byte[] one, byte[] other) {
            try {
                PathSummary all = summary(one);
                all.add(summary(other));
                return all.toBytes();
            } catch (TooManyPathsException e) {
                return e.toBytes();
            }
        }
    }

    /**
     * What {@link Summarizing} has found.
     *
     * @throws TooManyPathsException when a part, or all together, had too many
     */
    static PathSummary summary(byte[] found) {
        return PathSummary.ofBytes(found);
    }

    /**
     * The second pass. The draft that says what to look for is made again by each process, of the same summary.
     *
     * @param mostValues that each process may hold
     */
    record Looking(byte[] summary, DraftOptions options, XmlLimits limits, long mostValues) implements Discovery.Pass {

        @Override
        public byte[] part(Discovery.Opener documents) throws SourceException {
            SecondLook look = look();
            SecondLook.Looker looker = look.new Looker();
            read(documents.open(looker), looker);
            return bytes(look);
        }

        @Override
        public byte[] both(byte[] one, byte[] other) {
            SecondLook look = look();
            add(look, one);
            add(look, other);
            return bytes(look);
        }

        private SecondLook look() {
            try {
                return new SecondLook(
                        new Drafter(PathSummary.ofBytes(summary), options, null, null), limits, mostValues);
            } catch (DraftException e) {
                throw new IllegalStateException("what the driver could draft cannot be drafted here", e);
            }
        }
    }

    private static byte[] bytes(SecondLook look) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            look.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Takes in what {@link Looking} has found. */
    static void add(SecondLook look, byte[] found) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(found))) {
            look.add(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
