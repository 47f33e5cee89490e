package dev.millrace.processing;

import dev.millrace.database.TargetReader;
import dev.millrace.document.Document;
import dev.millrace.document.Skips;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Passes on only the documents of a source that may be among some of the ledger's, so that the others need not even be parsed.
 * For contracts whose documents have the source's keys.
 */
final class WithdrawnSource implements DocumentSource {
    /** More keys than this are not worth the memory. */
    static final int MOST = 100_000;

    /** In the ledger, longer keys may look otherwise. */
    private static final int PLAIN_KEY = 300;

    private final DocumentSource source;
    private final Set<String> keys = new HashSet<>();

    /** @param ledgerKeys empty for any */
    WithdrawnSource(DocumentSource source, Set<String> ledgerKeys) {
        this.source = source;
        for (String key : ledgerKeys) {
            keys.add(key);
            // One of several records of a document.
            int number = key.lastIndexOf('#');
            if (number > 0) {
                keys.add(key.substring(0, number));
            }
        }
    }

    @Override
    public @Nullable Document next() throws SourceException, InterruptedException {
        Document next = source.next();
        while (next != null && !isWanted(next.key())) {
            next = source.next();
        }
        return next;
    }

    private boolean isWanted(String key) {
        return keys.isEmpty()
                || key.length() >= PLAIN_KEY
                || keys.contains(TargetReader.logKey(key))
                // Earlier versions gave a file's only record the file's key.
                || key.endsWith("#1") && keys.contains(TargetReader.logKey(key.substring(0, key.length() - 2)));
    }

    @Override
    public String description() {
        return source.description();
    }

    @Override
    public int connections() {
        return source.connections();
    }

    @Override
    public Skips skips() {
        return source.skips();
    }

    @Override
    public void stop() {
        source.stop();
    }

    @Override
    public void close() {
        source.close();
    }
}
