package dev.millrace.processing;

import dev.millrace.database.TargetReader;
import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.PartOfSource;
import dev.millrace.source.SourceException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives only those documents of a source that may have one of the wanted keys, so that the others are not even parsed. For contracts whose
 * documents have the source's keys.
 */
final class WithdrawnSource extends PartOfSource {
    /** With more keys than this, all documents are parsed, since the keys would take too much memory. */
    static final int MOST = 100_000;

    /** Longer keys may be shortened in the ledger. */
    private static final int PLAIN_KEY = 300;

    private final Set<String> keys = new HashSet<>();

    /** @param ledgerKeys empty for any */
    WithdrawnSource(DocumentSource source, Set<String> ledgerKeys) {
        super(source);
        for (String key : ledgerKeys) {
            keys.add(key);
            // The key of a record, KEY#N: the document has KEY.
            int number = key.lastIndexOf('#');
            if (number > 0) {
                keys.add(key.substring(0, number));
            }
        }
    }

    @Override
    public @Nullable Document next() throws SourceException, InterruptedException {
        Document next = nextOfAll();
        while (next != null && !isWanted(next.key())) {
            next = nextOfAll();
        }
        return next;
    }

    private boolean isWanted(String key) {
        return keys.isEmpty()
                || key.length() >= PLAIN_KEY
                || keys.contains(TargetReader.logKey(key))
                // Earlier versions gave the only record of a file the key of the file.
                || key.endsWith("#1") && keys.contains(TargetReader.logKey(key.substring(0, key.length() - 2)));
    }
}
