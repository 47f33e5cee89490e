package dev.millrace.source.jdbc;

import dev.millrace.dialect.Dialect;
import dev.millrace.source.SourceException;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key column: reads its values, sends them to the database unchanged, and parses keys that the user writes. Keys are always compared in the
 * column's own type; as texts, 9 would come after 10.
 *
 * @param name as the catalog writes it
 * @param kind how values are read and sent
 * @param asText whether values are read and sent as the texts that the ledger has, whatever their kind
 * @param typeName the database's name for the type
 * @param untypedText whether texts are bound without a type, so that the database takes them for the column's
 * @param placeholder what stands for a value in a statement
 */
record KeyColumn(String name, Kind kind, boolean asText, String typeName, boolean untypedText, String placeholder) {

    /** How values are read from the database and sent to it. */
    enum Kind {
        INTEGER("a whole number"),
        DECIMAL("a number"),
        FLOATING("a number"),
        DATE("a date such as 2024-03-05"),
        TIMESTAMP("a time such as 2024-03-05T14:22:07"),
        TIMESTAMPTZ("a time such as 2024-03-05T14:22:07+01:00"),
        TIME(""),
        BYTES(""),
        UUID("a UUID"),
        TEXT("a text"),
        /** Each value has a type of its own, and is sent as that. */
        VALUE("a value"),
        OTHER("");

        private final String form;

        Kind(String form) {
            this.form = form;
        }
    }

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}(?:\\.[0-9]+)?");

    /**
     * @param type of {@link Types}
     * @param placeholder of {@link Dialect#keyParameter}
     */
    static KeyColumn of(String name, int type, String typeName, Dialect dialect, String placeholder) {
        Kind kind = kind(type, typeName);
        boolean sure = kind == Kind.INTEGER || kind == Kind.FLOATING || kind == Kind.TEXT || kind == Kind.UUID;
        return new KeyColumn(
                name,
                sure || !dialect.typesValues() ? kind : Kind.VALUE,
                dialect.sendsKeyAsText(type, typeName),
                typeName,
                dialect.bindsTextUntyped(),
                placeholder);
    }

    private static Kind kind(int type, String typeName) {
        return switch (type) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> Kind.INTEGER;
            case Types.NUMERIC, Types.DECIMAL -> Kind.DECIMAL;
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> Kind.FLOATING;
            case Types.DATE -> Kind.DATE;
            case Types.TIME -> Kind.TIME;
            // H2's driver calls a uuid BINARY.
            case Types.BINARY, Types.VARBINARY -> special(typeName) == Kind.UUID ? Kind.UUID : Kind.BYTES;
            // PostgreSQL's driver reports both of its types as TIMESTAMP.
            case Types.TIMESTAMP -> typeName.equals("timestamptz") ? Kind.TIMESTAMPTZ : Kind.TIMESTAMP;
            case Types.TIMESTAMP_WITH_TIMEZONE -> Kind.TIMESTAMPTZ;
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR, Types.LONGNVARCHAR ->
                // SQL Server's driver calls a uniqueidentifier CHAR.
                typeName.equalsIgnoreCase("uniqueidentifier") ? Kind.UUID : Kind.TEXT;
            default -> special(typeName);
        };
    }

    private static Kind special(String typeName) {
        if (typeName.equalsIgnoreCase("uuid")) {
            return Kind.UUID;
        }
        return typeName.equalsIgnoreCase("datetimeoffset") ? Kind.TIMESTAMPTZ : Kind.OTHER;
    }

    /** The key in a row of a {@link PageQuery}, or null. */
    @Nullable
    Object read(ResultSet row) throws SQLException {
        int column = PageQuery.KEY;
        if (asText) {
            return row.getString(PageQuery.KEY_TEXT);
        }
        return switch (kind) {
            case DECIMAL -> row.getBigDecimal(column);
            case DATE -> row.getObject(column, LocalDate.class);
            // Not java.sql.Timestamp: it cannot hold the hour that is skipped when summer time begins.
            case TIMESTAMP -> row.getObject(column, LocalDateTime.class);
            case TIMESTAMPTZ -> row.getObject(column, OffsetDateTime.class);
            case TIME -> row.getObject(column, LocalTime.class);
            case BYTES -> row.getBytes(column);
            case TEXT -> row.getString(column);
            case INTEGER, FLOATING, UUID, VALUE, OTHER -> row.getObject(column);
        };
    }

    void bind(PreparedStatement statement, int parameter, Object value) throws SQLException {
        if (untypedText && value instanceof String) {
            statement.setObject(parameter, value, Types.OTHER);
        } else {
            statement.setObject(parameter, value);
        }
    }

    /** A key that the user wrote. */
    Object parse(String text) throws SourceException {
        try {
            Object key = value(text);
            return asText ? words(key) : key;
        } catch (IllegalArgumentException | DateTimeParseException notOfTheType) {
            throw notAKey(text);
        }
    }

    private Object value(String text) throws SourceException {
        return switch (kind) {
            case INTEGER -> Long.valueOf(text);
            case DECIMAL -> new BigDecimal(text);
            case FLOATING -> Double.valueOf(text);
            case DATE -> LocalDate.parse(text);
            case TIMESTAMP -> LocalDateTime.parse(text.replace(' ', 'T'));
            case TIMESTAMPTZ -> OffsetDateTime.parse(text.replace(' ', 'T'));
            case UUID -> UUID.fromString(text);
            case TEXT -> text;
            case VALUE -> NUMBER.matcher(text).matches() ? number(text) : text;
            case TIME, BYTES, OTHER ->
                throw SourceException.usage("--key-range – the key column " + name + " is of type " + typeName
                        + ", for which ranges are not supported; leave --key-range out");
        };
    }

    /** In the form that every database takes. */
    private static String words(Object key) {
        if (key instanceof LocalDateTime time) {
            return time.toLocalDate() + " " + DateTimeFormatter.ISO_LOCAL_TIME.format(time);
        }
        return key instanceof OffsetDateTime instant
                ? words(instant.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()) + "+00"
                : key instanceof BigDecimal number ? number.toPlainString() : key.toString();
    }

    private static Object number(String text) {
        BigDecimal number = new BigDecimal(text);
        return number.stripTrailingZeros().scale() <= 0 ? (Object) number.longValueExact() : number.doubleValue();
    }

    private SourceException notAKey(String text) {
        return SourceException.usage("--key-range – '" + text + "' cannot be a key: the key column " + name
                + " is of type " + typeName + "; expected " + kind.form);
    }
}
