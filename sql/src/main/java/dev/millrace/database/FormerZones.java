package dev.millrace.database;

import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys that are points in time, in the form of an earlier version: it wrote them in the zone of its session, such as
 * {@code 2024-10-27 02:30:00+02}. The offset says which point in time it is, so they can be converted to UTC, which is the form now.
 */
final class FormerZones {
    private static final Pattern KEY = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d)(\\.\\d+)?([+-]\\d\\d(?::\\d\\d){0,2})(#\\d+)?");

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private FormerZones() {}

    /** The key in UTC; empty if it is in UTC already, or is no such key. */
    static Optional<String> inUtc(String key) {
        Matcher parts = KEY.matcher(key);
        if (!parts.matches() || parts.group(4).equals("+00")) {
            return Optional.empty();
        }
        LocalDateTime utc;
        try {
            LocalDateTime there = LocalDateTime.parse(parts.group(1) + "T" + parts.group(2));
            utc = there.minusSeconds(ZoneOffset.of(parts.group(4)).getTotalSeconds());
        } catch (DateTimeException e) {
            // Not a point in time, but for example the name of a file that was loaded by the same contract.
            return Optional.empty();
        }
        String fraction = parts.group(3) == null ? "" : parts.group(3);
        return Optional.of(TIME.format(utc) + fraction + "+00" + (parts.group(5) == null ? "" : parts.group(5)));
    }

    /**
     * Converts such keys of a contract, in the transaction of the connection.
     *
     * @param log qualified and quoted
     * @return how many
     */
    static int rewrite(Connection connection, Dialect dialect, String log, String contract) throws SQLException {
        Map<String, String> keys = new LinkedHashMap<>();
        try (PreparedStatement select = connection.prepareStatement(LedgerTables.statement(
                dialect,
                log,
                // Those in UTC may be millions, and some drivers fetch all rows at once.
                "SELECT [document_key] FROM [] WHERE [contract_name] = ? AND [document_key] NOT LIKE '%+00'"
                        + " AND [document_key] NOT LIKE '%+00#%'"))) {
            select.setString(1, contract);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String key = rows.getString(1);
                    inUtc(key).ifPresent(utc -> keys.put(key, utc));
                }
            }
        }
        int rewritten = 0;
        try (PreparedStatement there = connection.prepareStatement(LedgerTables.statement(
                        dialect, log, "SELECT 1 FROM [] WHERE [contract_name] = ? AND [document_key] = ?"));
                PreparedStatement update = connection.prepareStatement(LedgerTables.statement(
                        dialect,
                        log,
                        "UPDATE [] SET [document_key] = ? WHERE [contract_name] = ? AND [document_key] = ?"))) {
            for (Map.Entry<String, String> key : keys.entrySet()) {
                there.setString(1, contract);
                there.setString(2, key.getValue());
                try (ResultSet row = there.executeQuery()) {
                    if (row.next()) {
                        // The document was loaded twice, and has an entry in the present form.
                        continue;
                    }
                }
                update.setString(1, key.getValue());
                update.setString(2, contract);
                update.setString(3, key.getKey());
                rewritten += update.executeUpdate();
            }
        }
        return rewritten;
    }
}
