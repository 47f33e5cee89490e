package dev.millrace.database.ledger;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.ledger.DocumentRows.RootTable;
import dev.millrace.mapping.Row;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The keys of a document's rows in the top-level tables, as the ledger keeps them: {@code {"orders":{"id":["7","9"]}}}, by
 * table and column of the contract a value for each row. Thread-safe.
 */
public final class RowKeys {
    private static final JsonFactory JSON = new JsonFactory();

    private final List<RootTable> roots;
    /** By root and column, what stands before the values. */
    private final List<List<String>> openings = new ArrayList<>();

    RowKeys(List<RootTable> roots) {
        this.roots = List.copyOf(roots);
        for (RootTable root : this.roots) {
            List<String> opening = new ArrayList<>();
            for (int column : root.columns()) {
                StringBuilder text = new StringBuilder();
                quote(root.table().columns().get(column).name(), text);
                opening.add(text.append(":[").toString());
            }
            openings.add(opening);
        }
    }

    /** @param rows a document's, by table */
    public String write(List<List<Row>> rows) {
        StringBuilder json = new StringBuilder(64).append('{');
        for (int r = 0; r < roots.size(); r++) {
            RootTable root = roots.get(r);
            List<Row> found = rows.get(root.table().index());
            int count = root.ofDocument() ? Math.min(1, found.size()) : found.size();
            if (count == 0) {
                continue;
            }
            separate(json);
            quote(root.table().name(), json);
            json.append(":{");
            for (int c = 0; c < root.columns().size(); c++) {
                separate(json);
                json.append(openings.get(r).get(c));
                SqlType type = root.type(c);
                for (int i = 0; i < count; i++) {
                    separate(json);
                    Object value = found.get(i).values()[root.columns().get(c)];
                    quote(text(type, Objects.requireNonNull(value, "a key")), json);
                }
                json.append(']');
            }
            json.append('}');
        }
        return json.append('}').toString();
    }

    /**
     * By root, the values of its columns for each row.
     *
     * @throws IllegalArgumentException with a message for the user when the contract had other top-level tables or keys then
     */
    public List<List<Object[]>> read(String text) {
        List<List<Object[]>> keys = new ArrayList<>();
        roots.forEach(root -> keys.add(new ArrayList<>()));
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            json.nextToken();
            for (String table = json.nextName(); table != null; table = json.nextName()) {
                int root = root(table);
                json.nextToken();
                readTable(json, roots.get(root), keys.get(root));
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the keys of its rows cannot be read from the processing log", e);
        }
        return keys;
    }

    /**
     * The names in an object of the ledger's: by table the keys of a document's rows, or a part of a run's summary. None where it cannot
     * be read.
     *
     * @param within the part of the object whose names are meant; null for the whole
     */
    public static Set<String> namesIn(String text, @Nullable String within) {
        Set<String> names = new LinkedHashSet<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            json.nextToken();
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                boolean inside = json.nextToken() == JsonToken.START_OBJECT && name.equals(within);
                if (inside) {
                    for (String part = json.nextName(); part != null; part = json.nextName()) {
                        names.add(part);
                        json.nextToken();
                        json.skipChildren();
                    }
                    return names;
                }
                if (within == null) {
                    names.add(name);
                }
                json.skipChildren();
            }
            return names;
        } catch (JacksonException e) {
            return Set.of();
        }
    }

    /** The values of a root's columns as a text that is the same for the same row, whether the ledger or the database gave them. */
    public String identity(int root, Object[] values) {
        StringBuilder identity = new StringBuilder().append(root);
        for (int i = 0; i < values.length; i++) {
            SqlType type = roots.get(root).type(i);
            String text = text(type, comparable(type, values[i]));
            // Databases pad a char(n).
            identity.append('\0').append(type.kind() == Kind.CHAR ? text.stripTrailing() : text);
        }
        return identity.toString();
    }

    private static Object comparable(SqlType type, Object value) {
        if (value instanceof Number number
                && type.kind() == Kind.BOOLEAN
                && (number.longValue() == 0 || number.longValue() == 1)) {
            // MariaDB has a small number, which may also be another one.
            return number.longValue() == 1;
        }
        if (value instanceof Number number && type.kind() == Kind.REAL) {
            // SQLite has double for all; the float has fewer digits.
            return number.floatValue();
        }
        if (value instanceof Number number && type.kind() == Kind.DOUBLE) {
            return number.doubleValue();
        }
        if (value instanceof BigDecimal number) {
            return number.stripTrailingZeros();
        }
        return value instanceof OffsetDateTime time ? time.toInstant() : value;
    }

    private int root(String table) {
        for (int i = 0; i < roots.size(); i++) {
            if (roots.get(i).table().name().equals(table)) {
                return i;
            }
        }
        throw new IllegalArgumentException(
                "it has rows in table " + table + ", which the contract no longer has as a top-level table");
    }

    private static void readTable(JsonParser json, RootTable root, List<Object[]> keys) {
        int columns = 0;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            int column = column(root, name);
            columns++;
            json.nextToken();
            int row = 0;
            while (json.nextToken() == JsonToken.VALUE_STRING) {
                if (row == keys.size()) {
                    keys.add(new Object[root.columns().size()]);
                }
                keys.get(row++)[column] = value(root.type(column), json.getString());
            }
        }
        if (columns != root.columns().size()) {
            throw otherKey(root);
        }
    }

    private static int column(RootTable root, String name) {
        for (int i = 0; i < root.columns().size(); i++) {
            TableMapping table = root.table();
            if (table.columns().get(root.columns().get(i)).name().equals(name)) {
                return i;
            }
        }
        throw otherKey(root);
    }

    private static IllegalArgumentException otherKey(RootTable root) {
        return new IllegalArgumentException("table " + root.table().name() + " had another key in the contract then");
    }

    private static String text(SqlType type, Object value) {
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        return type.kind() == Kind.BYTES ? Base64.getEncoder().encodeToString((byte[]) value) : value.toString();
    }

    private static Object value(SqlType type, String text) {
        return type.isCharacters() || type.kind() == Kind.XML ? text : type.parseLiteral(text);
    }

    private static void separate(StringBuilder json) {
        char last = json.charAt(json.length() - 1);
        if (last == '"' || last == ']' || last == '}') {
            json.append(',');
        }
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
