package dev.millrace.lake;

import dev.millrace.contract.SqlType;
import dev.millrace.dialect.duckdb.DuckDb;
import dev.millrace.lake.LakeTable.Column;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/** What the files of a lake are. Each value can be read back exactly; docs/lake.md says how it is written. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum LakeFormat {
    /** Parquet, compressed with zstd. */
    PARQUET,
    /** RFC 4180 with a header. An empty field is NULL, an empty text is {@code ""}. */
    CSV,
    /** A JSON object a line. */
    JSONL;

    /** A row group is written when it is full, and held in memory until then. */
    private static final int ROW_GROUP_ROWS = 100_000;
    /** Programs read a JSON number as a double, which has so many digits for sure. */
    private static final int DIGITS_OF_A_DOUBLE = 15;

    /** Bytes of a row, at most, for which DuckDB's reader makes room unasked: twice as much for each of its threads. */
    private static final long USUAL_ROW = 1 << 24;

    private static final long LONGEST_ROW = 1 << 27;

    private static final String TIMESTAMP = "'%Y-%m-%dT%H:%M:%S.%f'";
    private static final String INSTANT = "'%Y-%m-%dT%H:%M:%S.%fZ'";

    /** How files of text are compressed. Parquet is by itself. */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public enum Compression {
        NONE(""),
        GZIP(".gz"),
        ZSTD(".zst");

        private final String ending;

        Compression(String ending) {
            this.ending = ending;
        }

        /** The word on the command line. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The word on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The end of a file's name. */
    String ending(Compression compression) {
        return "." + word() + (this == PARQUET ? "" : compression.ending);
    }

    /** The options of a COPY that writes such a file. */
    String copyOptions(Compression compression) {
        return switch (this) {
            case PARQUET -> "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE " + ROW_GROUP_ROWS;
            case CSV -> "FORMAT csv, HEADER true, COMPRESSION " + compression.word();
            case JSONL -> "FORMAT json, COMPRESSION " + compression.word();
        };
    }

    /** The columns of a table as they are written, for a SELECT. */
    String written(DuckDb duckDb, List<Column> columns) {
        return columns.stream()
                .map(column -> {
                    String name = duckDb.quote(column.name());
                    String value = written(name, column.type());
                    return value.equals(name) ? name : value + " AS " + name;
                })
                .collect(Collectors.joining(", "));
    }

    private String written(String name, SqlType type) {
        if (this == PARQUET) {
            return isTextInParquet(type) ? "CAST(" + name + " AS varchar)" : name;
        }
        return switch (type.kind()) {
            case TIMESTAMP -> "strftime(" + name + ", " + TIMESTAMP + ")";
            case TIMESTAMPTZ -> "strftime(" + name + " AT TIME ZONE 'UTC', " + INSTANT + ")";
            case BYTES -> "to_base64(" + name + ")";
            case DECIMAL -> this == JSONL && isText(type) ? "CAST(" + name + " AS varchar)" : name;
            case REAL, DOUBLE -> this == CSV ? name : number(name);
            default -> name;
        };
    }

    /** Spark 4.2 refuses a file with a column of one of these types of Parquet's. */
    private static boolean isTextInParquet(SqlType type) {
        return type.kind() == SqlType.Kind.UUID || type.kind() == SqlType.Kind.TIME;
    }

    /** JSON has no number that is infinite, or none at all. */
    private static String number(String name) {
        return "CASE WHEN isfinite(" + name + ") THEN to_json(" + name + ") WHEN isnan(" + name
                + ") THEN to_json('NaN') WHEN " + name + " > 0 THEN to_json('Infinity') WHEN " + name
                + " < 0 THEN to_json('-Infinity') END";
    }

    /** Whether a decimal of the type may have more digits than programs read exactly. */
    private static boolean isText(SqlType type) {
        return type.precision() > DIGITS_OF_A_DOUBLE;
    }

    /**
     * A query for the rows of files, with the columns' types.
     *
     * @param files a list of literals
     * @param largest bytes of the largest of them: no row is longer, unless they are compressed
     */
    String read(DuckDb duckDb, List<Column> columns, String files, long largest, Compression compression) {
        if (this == PARQUET) {
            return "SELECT "
                    + columns.stream()
                            .map(column -> {
                                String name = duckDb.quote(column.name());
                                return isTextInParquet(column.type())
                                        ? "CAST(" + name + " AS " + duckDb.typeName(column.type()) + ") AS " + name
                                        : name;
                            })
                            .collect(Collectors.joining(", "))
                    + " FROM read_parquet([" + files
                    + "], hive_partitioning = false)";
        }
        String types = columns.stream()
                .map(column -> LakeDatabase.literal(column.name()) + ": "
                        + LakeDatabase.literal(
                                column.type().kind() == SqlType.Kind.BYTES
                                        ? "varchar"
                                        : duckDb.typeName(column.type())))
                .collect(Collectors.joining(", "));
        String values = columns.stream()
                .map(column -> {
                    String name = duckDb.quote(column.name());
                    return column.type().kind() == SqlType.Kind.BYTES ? "from_base64(" + name + ") AS " + name : name;
                })
                .collect(Collectors.joining(", "));
        long row = Math.min(LONGEST_ROW, Math.max(USUAL_ROW, largest));
        String form = this == CSV
                ? "read_csv([" + files
                        + "], auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"',"
                        + " nullstr = '', allow_quoted_nulls = false, max_line_size = " + row + ", buffer_size = "
                        + 2 * row
                : "read_json([" + files + "], format = 'newline_delimited', maximum_object_size = " + row;
        return "SELECT " + values + " FROM " + form + ", hive_partitioning = false, compression = '"
                + compression.word() + "', columns = {" + types + "})";
    }
}
