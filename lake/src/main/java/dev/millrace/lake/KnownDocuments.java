package dev.millrace.lake;

import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.TableDefinition.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The documents that the ledger holds and that this run has met, for all of its workers. No two of them have a document of one key in hand
 * at the same time, as in a database the key of the ledger would see to. Thread-safe. The keys are in DuckDB; a filter in the heap, of one
 * size whatever their number, saves asking for those that nobody has met.
 */
final class KnownDocuments implements AutoCloseable {
    /** Bits of the filter: with ten million keys one in a hundred thousand is asked for in vain, with a hundred million one in four. */
    private static final int FILTER_BITS = 1 << 27;

    private static final int HASHES = 4;

    static final int KEY = indexOf("document_key");
    private static final int RUN = indexOf("run_id");

    private final String contract;
    private final String runId;
    private final Connection connection;
    private final PreparedStatement find;
    private final BulkLoader met;
    private final long[] filter = new long[FILTER_BITS / Long.SIZE];
    private final Set<String> inHand = new HashSet<>();
    private boolean isEmpty = true;

    /** @param catalog whose log holds what the ledger says of the contract's documents */
    KnownDocuments(LakeDatabase catalog, String contract, String runId) throws SQLException {
        this.contract = contract;
        this.runId = runId;
        this.connection = catalog.getConnection();
        String log = LakeDatabase.LEDGER.log().qualified(LakeDatabase.DUCK_DB);
        try (Statement statement = connection.createStatement();
                ResultSet keys = statement.executeQuery("SELECT document_key FROM " + log)) {
            while (keys.next()) {
                add(keys.getString(1));
            }
        }
        this.find = connection.prepareStatement("SELECT " + LakeDatabase.logColumns() + " FROM " + log
                + " WHERE document_key IN (SELECT unnest(CAST(? AS varchar[])))");
        this.met = LakeDatabase.DUCK_DB.loader(connection, LakeDatabase.LEDGER.log(), OnDuplicate.REJECT);
    }

    /**
     * Takes keys in hand, as soon as no other worker has one of them.
     *
     * @param former other keys that the ledger may hold the documents under; several workers can have documents with the same
     * @return what is known of them, as rows of the log; one at most for each key. A document that this run has met has no attempt
     */
    synchronized List<@Nullable Object[]> take(Set<String> keys, Set<String> former)
            throws SQLException, InterruptedException {
        while (keys.stream().anyMatch(inHand::contains)) {
            wait();
        }
        Set<String> all = new HashSet<>(former);
        all.addAll(keys);
        List<@Nullable Object[]> known = known(all);
        inHand.addAll(keys);
        return known;
    }

    /** Gives back what {@link #take} has taken. {@code written}: the keys of documents that are in the ledger from now on. */
    synchronized void giveBack(Set<String> keys, List<String> written, int worker) throws SQLException {
        inHand.removeAll(keys);
        notifyAll();
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        for (String key : written) {
            met.write(new @Nullable Object[] {
                0L,
                now,
                0,
                0,
                null,
                null,
                (short) worker,
                contract,
                key,
                LedgerTables.LOADED,
                runId,
                null,
                null,
                null,
                null,
                null,
                null,
                null
            });
            add(key);
        }
        met.commit();
    }

    private List<@Nullable Object[]> known(Set<String> keys) throws SQLException {
        Object[] asked =
                isEmpty ? new Object[0] : keys.stream().filter(this::mayBe).toArray();
        if (asked.length == 0) {
            return List.of();
        }
        Map<String, @Nullable Object[]> known = new LinkedHashMap<>();
        find.setArray(1, connection.createArrayOf("VARCHAR", asked));
        try (ResultSet rows = find.executeQuery()) {
            List<Column> columns = LakeDatabase.LEDGER.log().columns();
            while (rows.next()) {
                @Nullable Object[] row = new @Nullable Object[columns.size()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = LakeDatabase.DUCK_DB.read(
                            rows, i + 1, columns.get(i).type());
                }
                // What this run has made of a document counts, and not what an earlier one has.
                known.merge(String.valueOf(row[KEY]), row, (one, other) -> runId.equals(one[RUN]) ? one : other);
            }
        }
        return new ArrayList<>(known.values());
    }

    private void add(String key) {
        isEmpty = false;
        long hash = hash(key);
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, i);
            filter[bit >>> 6] |= 1L << bit;
        }
    }

    private boolean mayBe(String key) {
        long hash = hash(key);
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, i);
            if ((filter[bit >>> 6] & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int bit(long hash, int i) {
        return (int) (hash + i * (hash >>> 32 | 1)) & FILTER_BITS - 1;
    }

    /** 64 bits that depend on all characters: FNV-1a, mixed once more as in MurmurHash3. */
    private static long hash(String key) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        return hash ^ hash >>> 33;
    }

    private static int indexOf(String column) {
        List<Column> columns = LakeDatabase.LEDGER.log().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalStateException(column);
    }

    @Override
    public synchronized void close() {
        Database.closeQuietly(connection);
    }
}
