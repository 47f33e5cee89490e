package dev.millrace.source.jdbc;

import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.SqlFault;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Skip;
import dev.millrace.document.Skips;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.ReadFault;
import dev.millrace.source.SourceException;
import dev.millrace.workers.Stop;
import dev.millrace.workers.StoppedException;
import dev.millrace.xml.XmlLimits;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads documents from a table or query over one connection, page by page in the order of the key. Each page begins after the last key of the
 * page before, so there is no OFFSET and no cursor that stays open for hours. A page is about two megabytes, however large the documents are.
 * If the connection is lost, it is opened again, and reading goes on after the last key. Not thread-safe.
 */
public final class JdbcSource implements DocumentSource {

    /**
     * What to read.
     *
     * @param table the table, {@code schema.table} or {@code table}; null if {@code query} is given
     * @param query a SELECT that gives the key and xml columns; null if {@code table} is given
     * @param keyColumn the column that identifies a document; unique, not null
     * @param xmlColumn the column with the XML
     * @param keyFrom the first key, or null
     * @param keyTo the last key, or null
     * @param ledger what to leave out in the query itself, or null
     */
    public record Selection(
            @Nullable String table,
            @Nullable String query,
            String keyColumn,
            String xmlColumn,
            @Nullable String keyFrom,
            @Nullable String keyTo,
            @Nullable LedgerFilter ledger) {}

    private static final Logger LOG = LoggerFactory.getLogger(JdbcSource.class);

    /** Large enough that the round trip costs little, small enough that a page needs little memory beside the batches. */
    private static final long PAGE_BYTES = 2L << 20;

    private static final int FIRST_PAGE_ROWS = 32;
    private static final int MOST_PAGE_ROWS = 5_000;

    /** Texts are read with the rows, unless so many rows are left out for each that is not. */
    private static final int MANY_LEFT_OUT = 20;

    /** How many keys are checked first, to see whether documents are settled. */
    private static final int LOOK_KEYS = 256;
    /** Pages between such checks, at most. */
    private static final int MOST_PAGES_BETWEEN_LOOKS = 64;

    /** Of a fault, that are looked at. */
    private static final int MOST_CAUSES = 10;

    /** The run's start must not wait longer for the number of documents. */
    private static final int COUNT_SECONDS = 1;

    private final Database database;
    private final SourceRelation relation;
    private PageQuery filtered;
    private final XmlLimits limits;
    private final RetryPolicy retryPolicy;
    private final boolean showValues;
    private final OptionalLong estimate;
    private final Deque<Document> page = new ArrayDeque<>();

    private volatile PageQuery query;
    private volatile @Nullable Connection connection;
    /** Ends a running statement, a wait for a lock or a dead network, and the pause before another try. */
    private final Stop stop = new Stop();

    private @Nullable Object lastKey;
    /** Twice the rows of the last page that fitted into memory; 0 if the next row alone does not fit. */
    private int rowsWithinMemory = MOST_PAGE_ROWS;

    private int pageRows = FIRST_PAGE_ROWS;
    private boolean textsByKeys;

    private volatile @Nullable SettledDocuments settled;
    private int lookKeys = LOOK_KEYS;
    private int pagesBetweenLooks = 1;
    private int pagesToNextLook;

    private boolean exhausted;
    private long read;
    /** By {@link Skip#ordinal}. */
    private final long[] skipped = new long[Skip.values().length];

    private volatile Set<String> runsOfOtherContracts = Set.of();

    private JdbcSource(
            Database database,
            Connection connection,
            Selection selection,
            XmlLimits limits,
            RetryPolicy retryPolicy,
            boolean showValues,
            Stop opening)
            throws SQLException, SourceException {
        this.database = database;
        this.connection = connection;
        this.limits = limits;
        this.retryPolicy = retryPolicy;
        this.showValues = showValues;
        this.relation = SourceRelation.find(connection, database.dialect(), selection);
        KeyColumn key = relation.key();
        Object from = selection.keyFrom() == null ? null : key.parse(selection.keyFrom());
        Object to = selection.keyTo() == null ? null : key.parse(selection.keyTo());
        if (from == null && to == null && relation.nullableKey()) {
            checkNoKeyIsNull(connection, opening);
        }
        this.filtered = new PageQuery(
                relation, database.dialect(), from, to, selection.ledger(), PAGE_BYTES, limits.documentBytes());
        this.query = filtered;
        this.estimate = estimate(connection, from, to, opening);
    }

    /** Connects and checks that table and columns exist; {@link SourceException#isUsage} tells a wrong name from a fault. */
    public static JdbcSource open(Database database, Selection selection, XmlLimits limits) throws SourceException {
        return open(database, selection, limits, RetryPolicy.DEFAULT, false, new Stop());
    }

    /**
     * Connects and checks that table and columns exist. Throws at once if the database cannot be reached. A connection that is lost later is
     * opened again.
     *
     * @param retryPolicy how to retry after temporary faults
     * @param showValues whether messages may hold the database's own text, which may hold values of documents
     * @param stop ends the opening early; {@link #stop()} ends the reading
     */
    public static JdbcSource open(
            Database database,
            Selection selection,
            XmlLimits limits,
            RetryPolicy retryPolicy,
            boolean showValues,
            Stop stop)
            throws SourceException {
        Connection connection;
        try {
            connection = database.connect(Purpose.READ);
        } catch (SQLException refused) {
            String reason = database.explain(refused);
            throw database.isMistake(refused) ? SourceException.usage(reason) : new SourceException(reason, refused);
        }
        RetryPolicy.Tries tries = null;
        while (true) {
            SQLException broken;
            try (Stop.Ending atStop = stop.aborts(connection)) {
                return new JdbcSource(database, connection, selection, limits, retryPolicy, showValues, stop);
            } catch (SQLException e) {
                Database.closeQuietly(connection);
                broken = e;
            } catch (SourceException | RuntimeException | Error refused) {
                Database.closeQuietly(connection);
                throw refused;
            }
            tries = tries == null ? retryPolicy.begin(stop) : tries;
            connection = again(database, selection, broken, tries, showValues);
        }
    }

    /** A new connection, instead of one that was lost before anything was read. */
    private static Connection again(
            Database database, Selection selection, SQLException first, RetryPolicy.Tries tries, boolean showValues)
            throws SourceException {
        SQLException broken = first;
        try {
            while (database.mayPass(broken) && tries.pauseAfter(broken)) {
                LOG.warn("{} – {}; trying again", database.displayUrl(), tries.tell(database.reason(broken, false)));
                try {
                    return database.connect(Purpose.READ);
                } catch (SQLException e) {
                    broken = e;
                }
            }
        } catch (StoppedException e) {
            throw new SourceException(database.displayUrl() + " – " + e.getMessage(), e);
        } catch (SQLException interrupted) {
            broken = interrupted;
        }
        if (database.mayPass(broken)) {
            throw new SourceException(
                    database.displayUrl() + " – the database failed before anything was read: "
                            + database.reason(broken, showValues) + "; run the same command again",
                    broken);
        }
        // So far, statements hold only the user's names and query, and no values of documents.
        throw SourceException.usage((selection.query() != null ? "the query" : "table " + selection.table()) + " of "
                + database.displayUrl() + " – cannot be read: " + database.withoutSecrets(reason(broken)));
    }

    /**
     * Sets whether the query looks up each row in the {@linkplain Selection#ledger ledger}, as it does at first. A run that knows that the
     * ledger holds none of them can save that time, since the engine looks again when it loads. Any thread may call it; it takes effect with
     * the next page.
     */
    public void askLedger(boolean asks) {
        query = asks ? filtered : filtered.withoutLedger();
    }

    /**
     * The keys that cut what is selected into parts of the same number of documents, each the last one of its part: fewer than parts by one,
     * or less for a small source. The database reads its index twice for that. To be called before the first document is read.
     *
     * @param parts at least 1
     * @param least documents of a part, but for the last one
     * @return keys as the driver gives them, for {@link #within} on any machine
     */
    public List<Object> cuts(int parts, long least) throws SourceException {
        List<Object> keys = new ArrayList<>();
        try (Connection open = database.connect(Purpose.READ);
                Stop.Ending atStop = stop.aborts(open)) {
            long rows;
            try (PreparedStatement count = filtered.prepareCount(open);
                    ResultSet row = count.executeQuery()) {
                rows = row.next() ? row.getLong(1) : 0;
            }
            long each = Math.max((rows + parts - 1) / parts, least);
            if (rows <= each) {
                return keys;
            }
            try (PreparedStatement every = filtered.prepareEvery(open, each);
                    ResultSet row = every.executeQuery()) {
                for (long last = each; row.next(); last += each) {
                    Object key = relation.key().read(row);
                    if (key != null && last < rows) {
                        keys.add(key);
                    }
                }
            }
            return keys;
        } catch (SQLException broken) {
            throw brokenOff(broken);
        }
    }

    /**
     * Reads a part of what is selected. To be called before the first document is read.
     *
     * @param after the last key of the part before, or null for the first part
     * @param last the last key of this part, or null for the last part
     */
    public void within(@Nullable Object after, @Nullable Object last) {
        lastKey = after;
        if (last != null) {
            filtered = filtered.upTo(last);
            query = filtered;
        }
    }

    /**
     * Says which of the ledger's runs had another text of the contract, so that the documents that they loaded are counted separately. To be
     * called before the first document is read.
     */
    public void countApart(Set<String> runs) {
        runsOfOtherContracts = Set.copyOf(runs);
    }

    /**
     * Makes the source skip documents that are settled, without reading their texts, if the ledger is in another database. To be called
     * before the first document is read. The argument is closed with the source.
     */
    public void passOver(SettledDocuments documents) {
        if (relation.unique()) {
            settled = documents;
        } else {
            // Without an index, the database would sort all keys for each page.
            documents.close();
        }
    }

    @Override
    public @Nullable Document next() throws SourceException, InterruptedException {
        while (page.isEmpty() && !exhausted && !stop.isAsked()) {
            fetchPage();
        }
        // After a stop, the rest of the page is not given either.
        Document next = stop.isAsked() ? null : page.poll();
        read += next == null ? 0 : 1;
        return next;
    }

    @Override
    public String description() {
        return relation.name() + " of " + database.displayUrl();
    }

    /** Whether the key is a point in time. Earlier versions wrote such keys into the ledger in the zone of the session. */
    public boolean hadKeysOfItsZone() {
        return relation.key().kind() == KeyColumn.Kind.TIMESTAMPTZ
                && relation.key().asText();
    }

    @Override
    public OptionalLong estimatedDocuments() {
        return estimate;
    }

    @Override
    public int connections() {
        return settled == null ? 1 : 2;
    }

    @Override
    public Skips skips() {
        return Skips.of(skipped);
    }

    @Override
    public void stop() {
        stop.ask("reading is to end");
        SettledDocuments asked = settled;
        if (asked != null) {
            asked.stop();
        }
    }

    @Override
    public void close() {
        exhausted = true;
        page.clear();
        disconnect();
        SettledDocuments asked = settled;
        if (asked != null) {
            asked.close();
        }
    }

    /** Documents in memory that {@link #next} has not given yet. */
    public int pending() {
        return page.size();
    }

    private void fetchPage() throws SourceException, InterruptedException {
        RetryPolicy.Tries tries = null;
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            try {
                Connection open = connection;
                if (open == null) {
                    open = database.connect(Purpose.READ);
                    connection = open;
                }
                try (Stop.Ending atStop = stop.aborts(open)) {
                    SettledDocuments asked = settled;
                    if (rowsWithinMemory == 0) {
                        rejectNext(open);
                    } else if (asked == null || pagesToNextLook-- > 0 || !passOver(open, asked)) {
                        fetchPage(open);
                    }
                }
                return;
            } catch (OutOfMemoryError e) {
                readLess(e);
            } catch (SQLException broken) {
                if (stop.isAsked()) {
                    exhausted = true;
                    return;
                }
                OutOfMemoryError withoutMemory = withoutMemory(broken);
                if (withoutMemory != null) {
                    readLess(withoutMemory);
                    continue;
                }
                SqlFault meaning = database.dialect().classify(broken);
                if (!database.mayPass(broken)) {
                    throw brokenOff(broken);
                }
                LOG.warn("{} – reading failed ({}); trying again", description(), meaning);
                if (meaning == SqlFault.CONNECTION) {
                    disconnect();
                }
                tries = tries == null ? retryPolicy.begin(stop) : tries;
                if (!tries.pause()) {
                    exhausted = stop.isAsked();
                    if (!exhausted) {
                        throw brokenOff(broken);
                    }
                    return;
                }
            }
        }
    }

    /** Drivers report it in one way or the other. */
    private static @Nullable OutOfMemoryError withoutMemory(SQLException broken) {
        Throwable cause = broken;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (cause instanceof OutOfMemoryError error) {
                return error;
            }
            cause = cause.getCause();
        }
        return null;
    }

    /** A page that does not fit into memory is read row by row. A row that does not fit alone becomes one reject. */
    private void readLess(OutOfMemoryError cause) {
        // After running out of memory, the driver may be in any state.
        disconnect();
        if (rowsWithinMemory == 0) {
            throw cause;
        }
        LOG.warn("{} – memory has run out; reading row by row", description());
        rowsWithinMemory = rowsWithinMemory > 1 ? 1 : 0;
    }

    /** Skips the next row, without reading its text. */
    private void rejectNext(Connection open) throws SQLException, SourceException {
        Object key = null;
        String text = null;
        try (PreparedStatement statement = query.prepareKeys(open, lastKey, 1);
                Stop.Ending atStop = stop.cancels(statement);
                ResultSet row = statement.executeQuery()) {
            exhausted = !row.next();
            if (!exhausted) {
                key = relation.key().read(row);
                text = row.getString(PageQuery.KEY_TEXT);
            }
        }
        if (!exhausted) {
            if (key == null || text == null) {
                throw new SourceException(nullKey(), null);
            }
            if (!relation.unique()) {
                checkLastKeyIsAlone(open, key);
            }
            page.add(Document.unreadable(text, relation.name(), Fault.outOfMemory()));
            lastKey = key;
        }
        rowsWithinMemory = 1;
    }

    /**
     * Skips documents that are settled, from the last key on. It checks a few keys first, then whole pages of keys as long as all of them are
     * settled. After each check that finds none, it waits longer until the next one, so that checks cost little if all documents are new.
     *
     * @return whether the next documents may be settled, too
     */
    private boolean passOver(Connection open, SettledDocuments asked) throws SQLException, SourceException {
        List<Object> keys = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = query.prepareKeys(open, lastKey, lookKeys);
                Stop.Ending atStop = stop.cancels(statement);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Object key = relation.key().read(row);
                String text = row.getString(PageQuery.KEY_TEXT);
                if (key == null || text == null) {
                    throw new SourceException(nullKey(), null);
                }
                keys.add(key);
                texts.add(text);
            }
        }
        int count = passOver(texts, asked);
        if (count > 0) {
            lastKey = keys.get(count - 1);
        }
        boolean all = count == keys.size();
        exhausted = all && count < lookKeys;
        lookKeys = all ? MOST_PAGE_ROWS : LOOK_KEYS;
        pagesBetweenLooks = count > 0 ? 1 : Math.min(2 * pagesBetweenLooks, MOST_PAGES_BETWEEN_LOOKS);
        pagesToNextLook = all ? 0 : pagesBetweenLooks;
        return all;
    }

    /** Counts the keys, from the first on, whose documents are settled, and returns how many they are. */
    private int passOver(List<String> keys, SettledDocuments asked) {
        try {
            Map<String, Skip> found = asked.among(keys);
            for (int count = 0; count < keys.size(); count++) {
                Skip skip = found.get(keys.get(count));
                if (skip == null) {
                    return count;
                }
                skipped[skip.ordinal()]++;
            }
            return keys.size();
        } catch (SQLException broken) {
            // Then every text is read, and the engine looks it up when it loads. If the database is gone, the engine
            // reports that.
            LOG.debug("{} – the ledger does not tell what is settled", description(), broken);
            settled = null;
            asked.close();
            return 0;
        }
    }

    /** Reads a whole page before any of its rows counts, so that it can be read again after a fault. */
    private void fetchPage(Connection open) throws SQLException, SourceException {
        List<Document> documents = new ArrayList<>();
        Object last = lastKey;
        String lastText = "";
        int rows = 0;
        long size = 0;
        int[] leftOut = new int[skipped.length];
        PageQuery current = query;
        int limit = Math.min(textsByKeys ? MOST_PAGE_ROWS : pageRows, rowsWithinMemory);
        try (PreparedStatement statement = current.prepare(open, lastKey, limit, textsByKeys);
                Stop.Ending atStop = stop.cancels(statement);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Object key = relation.key().read(row);
                String text = row.getString(PageQuery.KEY_TEXT);
                if (key == null || text == null) {
                    throw new SourceException(nullKey(), null);
                }
                if (rows > 0 && text.equals(lastText)) {
                    throw new SourceException(repeatedKey(), null);
                }
                long documentSize = row.getLong(PageQuery.SIZE);
                if (documentSize == PageQuery.LEFT_OUT) {
                    leftOut[skip(row.getString(PageQuery.LOGGED)).ordinal()]++;
                } else {
                    documents.add(document(text, documentSize, row));
                }
                last = key;
                lastText = text;
                size += documentSize;
                rows++;
            }
        }
        if (rows > 0 && last != null && !relation.unique()) {
            checkLastKeyIsAlone(open, last);
        }
        boolean cutBySize = size >= PAGE_BYTES;
        exhausted = !cutBySize && rows < limit;
        if (!textsByKeys) {
            int roomy = cutBySize ? rows * 2 : pageRows * 2;
            pageRows = Math.max(FIRST_PAGE_ROWS, Math.min(Math.min(roomy, pageRows * 2), MOST_PAGE_ROWS));
        }
        textsByKeys = current.canFindTextsByKeys() && rows >= (long) documents.size() * MANY_LEFT_OUT;
        lastKey = last;
        rowsWithinMemory = Math.min(2 * rowsWithinMemory, MOST_PAGE_ROWS);
        for (int i = 0; i < leftOut.length; i++) {
            skipped[i] += leftOut[i];
        }
        page.addAll(documents);
    }

    private Skip skip(@Nullable String logged) {
        if (logged == null) {
            return Skip.LEFT_ALONE;
        }
        if (logged.equals(PageQuery.REJECTED)) {
            return Skip.REJECTED;
        }
        return Skip.loadedBy(logged, runsOfOtherContracts);
    }

    private Document document(String key, long size, ResultSet row) throws SQLException {
        if (size > limits.documentBytes()) {
            return Document.unreadable(key, relation.name(), ReadFault.tooLarge(size, limits));
        }
        byte[] content = content(row);
        if (content == null) {
            return Document.unreadable(
                    key,
                    relation.name(),
                    Fault.of(FaultCode.NO_CONTENT, "column " + relation.xmlColumn() + " is NULL"));
        }
        if (content.length > limits.documentBytes()) {
            return Document.unreadable(key, relation.name(), ReadFault.tooLarge(content.length, limits));
        }
        return relation.isBinary()
                ? Document.ofBytes(key, content, relation.name())
                : Document.ofText(key, content, relation.name());
    }

    private byte @Nullable [] content(ResultSet row) throws SQLException {
        if (relation.isBinary() || database.dialect().givesTextAsUtf8()) {
            return row.getBytes(PageQuery.XML);
        }
        String text = row.getString(PageQuery.XML);
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private void checkNoKeyIsNull(Connection open, Stop opening) throws SQLException, SourceException {
        String key = "q." + database.dialect().quote(relation.key().name());
        String sql = database.dialect()
                .firstRows("SELECT 1 FROM " + relation.from() + " q WHERE " + key + " IS NULL ORDER BY " + key);
        try (PreparedStatement statement = open.prepareStatement(sql);
                Stop.Ending atStop = opening.cancels(statement)) {
            statement.setInt(1, 1);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    throw SourceException.usage(nullKey());
                }
            }
        }
    }

    /** Needed where no index ensures unique keys: the next page would skip other rows with the last key. */
    private void checkLastKeyIsAlone(Connection open, Object key) throws SQLException, SourceException {
        String sql = "SELECT COUNT(*) FROM " + relation.from() + " q WHERE q."
                + database.dialect().quote(relation.key().name()) + " = "
                + relation.key().placeholder();
        try (PreparedStatement statement = open.prepareStatement(sql);
                Stop.Ending atStop = stop.cancels(statement)) {
            relation.key().bind(statement, 1, key);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next() && row.getLong(1) > 1) {
                    throw new SourceException(repeatedKey(), null);
                }
            }
        }
    }

    private OptionalLong estimate(Connection open, @Nullable Object from, @Nullable Object to, Stop opening)
            throws SQLException {
        Optional<String> statistics = database.dialect().estimateRows();
        if (statistics.isPresent() && relation.table() && from == null && to == null) {
            try (PreparedStatement statement = open.prepareStatement(statistics.get())) {
                statement.setString(1, relation.from());
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next() && row.getLong(1) > 0) {
                        return OptionalLong.of(row.getLong(1));
                    }
                }
            }
        }
        String key = "q." + database.dialect().quote(relation.key().name());
        String value = relation.key().placeholder();
        String where = (from == null ? "" : " AND " + key + " >= " + value)
                + (to == null ? "" : " AND " + key + " <= " + value);
        String sql = "SELECT COUNT(*) FROM " + relation.from() + " q"
                + (where.isEmpty() ? "" : " WHERE" + where.substring(" AND".length()));
        // Some drivers ignore the time-out.
        try (PreparedStatement statement = open.prepareStatement(sql);
                Stop.Ending atStop = opening.cancels(statement)) {
            int parameter = 1;
            if (from != null) {
                relation.key().bind(statement, parameter++, from);
            }
            if (to != null) {
                relation.key().bind(statement, parameter, to);
            }
            int before = statement.getQueryTimeout();
            statement.setQueryTimeout(COUNT_SECONDS);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            } finally {
                // In H2 the time-out is the connection's, and would also end the reading of documents.
                statement.setQueryTimeout(before);
            }
        } catch (SQLException tooSlow) {
            // Only the progress needs the number. If the table cannot be read, reading fails with a message.
            return OptionalLong.empty();
        }
    }

    private SourceException brokenOff(SQLException broken) {
        return new SourceException(
                description() + " – reading failed after " + read + " documents: "
                        + database.reason(broken, showValues)
                        + "; what is loaded stays loaded, run the same command again to go on",
                broken);
    }

    private String nullKey() {
        return description() + " – the key column " + relation.key().name()
                + " holds NULL, but every document needs a key; fill it, or name another one with --key-column";
    }

    private String repeatedKey() {
        return description() + " – the key column " + relation.key().name()
                + " is not unique, so documents cannot be told apart; name a unique one with --key-column";
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            Database.closeQuietly(open);
        }
    }

    private static String reason(SQLException broken) {
        return String.valueOf(broken.getMessage()).lines().findFirst().orElse("unknown reason");
    }
}
