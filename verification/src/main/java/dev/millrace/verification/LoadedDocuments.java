package dev.millrace.verification;

import dev.millrace.verification.RowMerge.Group;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The source's documents against those that the log holds as loaded: which are gone or have changed, and, where several share a
 * key, which one the log means. It means the one with its content hash; where none has it, the same one in each pass.
 */
final class LoadedDocuments {

    static final String GONE = "gone";
    static final String CHANGED = "changed";
    static final String UNMAPPABLE = "unmappable";
    static final String KEPT = "kept";

    private static final int EXAMPLES = 5;
    /** Keys that several documents share, at most: they are kept in memory. */
    private static final int SHARED_KEYS = 100_000;

    private static final int CONTENT_HASH = 1;

    private final Map<String, Claim> claims = new HashMap<>();
    private final Map<String, List<String>> examples = new LinkedHashMap<>();
    private long gone;
    private long changed;

    /** A key that several documents share. */
    private static final class Claim {
        private final long contentHash;
        private boolean taken;

        Claim(long contentHash) {
            this.contentHash = contentHash;
        }
    }

    /** One key of the log's merge. */
    void add(Group group) throws VerificationException {
        String key = String.valueOf(group.key().show(0));
        long inSource = group.expected().count() + group.matched();
        if (inSource == 0) {
            gone++;
            example(GONE, key);
            return;
        }
        if (group.matched() == 0) {
            changed++;
            example(CHANGED, key);
        }
        if (inSource > 1) {
            SortedRow match = group.match();
            SortedRow meant = match == null ? group.expected().rows().get(0) : match;
            claims.put(key, new Claim(meant.number(CONTENT_HASH)));
            if (claims.size() > SHARED_KEYS) {
                throw new VerificationException(
                        "more than " + SHARED_KEYS + " keys stand for several documents of the source each – "
                                + "verify against the source that was loaded, or make the keys unique (document.key)",
                        null);
            }
        }
    }

    /** Whether the log means this document of a key; of several that it could mean, one. */
    synchronized boolean means(String key, long contentHash) {
        Claim claim = claims.get(key);
        if (claim == null) {
            return true;
        }
        if (claim.taken || claim.contentHash != contentHash) {
            return false;
        }
        claim.taken = true;
        return true;
    }

    /** Forgets which documents have been taken, for another pass over the source. */
    synchronized void restart() {
        claims.values().forEach(claim -> claim.taken = false);
        gone = 0;
        changed = 0;
        examples.clear();
    }

    synchronized void example(String word, String key) {
        List<String> keys = examples.computeIfAbsent(word, w -> new ArrayList<>());
        if (keys.size() < EXAMPLES) {
            keys.add(key);
        }
    }

    boolean hasSharedKeys() {
        return !claims.isEmpty();
    }

    long gone() {
        return gone;
    }

    long changed() {
        return changed;
    }

    Map<String, List<String>> examples() {
        return examples;
    }
}
