package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.database.ExistingColumn;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.TableFinder;
import dev.millrace.document.Reject;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every type of the contract against every type that the database has for a column of a table that is there: where the check
 * lets the pair through, the edges of the contract's type come back as they were, read by other means and by {@code verify}; or,
 * where the check has warned of the column, their documents are rejected. An ordinary build tries some of the database's types,
 * {@code -Dmillrace.refusals=all} all of them.
 */
@Timeout(1800)
public abstract class ExistingTypesKit {
    private static final String SWITCH = "millrace.refusals";
    private static final int SAMPLE = 3;
    private static final String SCHEMA = "existing_types";
    private static final Pattern COLUMN = Pattern.compile("table (t[0-9]+), column (v[0-9]+) ");
    private static final String EMOJI = "\uD83D\uDE00";

    /** What can stand in parentheses behind a type's name. */
    private static final List<String> PARAMETERS = List.of(
            "", "(0)", "(1)", "(3)", "(6)", "(10)", "(24)", "(36)", "(100)", "(5,2)", "(10,2)", "(10,0)", "(38,10)");

    /** The contract's types. */
    static final List<String> TYPES = List.of(
            "boolean",
            "smallint",
            "integer",
            "bigint",
            "decimal(5,2)",
            "decimal(9,0)",
            "decimal(10,2)",
            "decimal(18,0)",
            "decimal(19,0)",
            "decimal(38,10)",
            "decimal(20,20)",
            "real",
            "double",
            "char(1)",
            "char(3)",
            "varchar(1)",
            "varchar(3)",
            "varchar(100)",
            "varchar(5000)",
            "text",
            "date",
            "time(0)",
            "time(3)",
            "time(6)",
            "timestamp(0)",
            "timestamp(3)",
            "timestamp(6)",
            "timestamptz(0)",
            "timestamptz(6)",
            "uuid",
            "bytes",
            "xml");

    @TempDir
    private Path folder;

    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    @Test
    void whatTheCheckLetsThroughComesBackAsItWas() throws Exception {
        List<String> wrong = new ArrayList<>();
        try (Connection open = tested().database().connect()) {
            List<String> declared = createTables(open);
            for (int table = 0; table < declared.size(); table++) {
                Map<Integer, List<String>> edges = new TreeMap<>();
                for (int type = 0; type < TYPES.size(); type++) {
                    edges.put(type, edges(SqlType.parse(TYPES.get(type)).orElseThrow()));
                }
                new Trial(open, declared.get(table), table, "", edges).run(wrong);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void whatAColumnDoesNotHoldIsRoundedOrCutByThePolicyAlone() throws Exception {
        List<String> wrong = new ArrayList<>();
        try (Connection open = tested().database().connect()) {
            List<String> declared = createTables(open);
            for (int table = 0; table < declared.size(); table++) {
                Map<Integer, List<String>> edges = new TreeMap<>();
                for (int type = 0; type < TYPES.size(); type++) {
                    edges.put(type, between(SqlType.parse(TYPES.get(type)).orElseThrow()));
                }
                edges.values().removeIf(List::isEmpty);
                new Trial(open, declared.get(table), table, "defaults: { scale: half-up, overflow: truncate }\n", edges)
                        .run(wrong);
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Values that columns of the type hold, and narrower ones do not. */
    private static List<String> between(SqlType type) {
        return switch (type.kind()) {
            case DECIMAL ->
                type.scale() == 0
                        ? List.of("7", "127", "-1")
                        : List.of("0." + "4".repeat(type.scale()), "-0." + "5".repeat(type.scale()), "0.5");
            case CHAR, VARCHAR ->
                List.of("ab".repeat(type.length()).substring(0, type.length()), EMOJI.repeat(type.length()));
            case TIME ->
                List.of("12:34:56" + ".123456789".substring(0, type.precision() == 0 ? 0 : type.precision() + 1));
            case TIMESTAMP, TIMESTAMPTZ -> {
                String zone = type.kind() == Kind.TIMESTAMP ? "" : "Z";
                List<String> times = new ArrayList<>();
                for (String nanos : List.of("123456789", "001666666", "998333333", "005000000", "006000000")) {
                    String fraction = type.precision() == 0 ? "" : "." + nanos.substring(0, type.precision());
                    times.add("2024-02-29T23:59:29" + fraction + zone);
                }
                times.add("2024-02-29T23:59:30" + zone);
                yield times;
            }
            default -> List.of();
        };
    }

    /** One table with a column for each of the contract's types. */
    private final class Trial {
        private final Connection connection;
        private final String columnType;
        private final int table;
        private final String defaults;
        private final Map<Integer, List<String>> edges;
        private final Set<String> refused = new TreeSet<>();
        private final Set<String> warned = new TreeSet<>();
        /** Documents that were rejected. */
        private final Set<String> rejected = new TreeSet<>();

        /** @param edges by the contract's type */
        Trial(Connection connection, String columnType, int table, String defaults, Map<Integer, List<String>> edges) {
            this.connection = connection;
            this.columnType = columnType;
            this.table = table;
            this.defaults = defaults;
            this.edges = edges;
        }

        void run(List<String> wrong) throws Exception {
            for (int type = 0; type < TYPES.size(); type++) {
                if (!edges.containsKey(type)) {
                    refused.add("t" + table + " v" + type);
                }
            }
            look(contract(), refused, warned);
            // A check that finds problems tells no warnings.
            look(contract(), refused, warned);
            if (edges.keySet().stream().noneMatch(this::isTried)) {
                return;
            }
            SqlType closest = closest().orElse(null);
            try (Statement statement = connection.createStatement()) {
                statement.execute(tested().sql(SCHEMA, "delete from {s}.\"t" + table + "\""));
            }
            write();
            RunSummary summary = ExistingTypesKit.this.run(contract());
            assertThat(summary.status()).as(summary.failure()).isEqualTo(Status.FINISHED);
            for (Reject reject : summary.rejects().first()) {
                String[] document = reject.documentKey().replace(".xml", "").split("_");
                int type = Integer.parseInt(document[0]);
                String edge = values(type).get(Integer.parseInt(document[1]));
                rejected.add(reject.documentKey());
                if (!warned.contains("t" + table + " v" + type)
                        && !TYPES.get(type).equals(String.valueOf(closest))
                        && !tested().mayRefuse(columnType, edge)) {
                    wrong.add(TYPES.get(type) + " in " + columnType + ": " + shortened(edge) + " – " + reject.fault());
                }
            }
            differences(wrong, closest);
            for (VerificationReport.TableReport report : verify(contract()).tables()) {
                if (!report.isEqual()) {
                    wrong.add(columnType + ": verify finds "
                            + report.differences().byColumn() + ", missing "
                            + report.differences().missing() + ", extra "
                            + report.differences().extra());
                }
            }
        }

        private List<String> values(int type) {
            return edges.getOrDefault(type, List.of());
        }

        private boolean isTried(int type) {
            return !refused.contains("t" + table + " v" + type);
        }

        private Optional<SqlType> closest() throws SQLException {
            TableFinder finder = new TableFinder(connection);
            return ExistingColumn.of(
                            tested().database().dialect(),
                            finder,
                            finder.find(schemas() ? SCHEMA : null, "t" + table).orElseThrow())
                    .get(1)
                    .closest();
        }

        private MappingContract contract() throws Exception {
            StringBuilder text = new StringBuilder("contract: 1\nname: existing_types_" + table
                    + (defaults.isEmpty() ? "" : "_cut") + "\nschema: " + SCHEMA + "\n" + defaults + "tables:\n");
            text.append("  t").append(table).append(":\n    columns:\n");
            text.append("      id: { meta: document-key, type: varchar(20), key: true }\n");
            for (int i = 0; i < TYPES.size(); i++) {
                if (isTried(i)) {
                    boolean xml = TYPES.get(i).equals("xml");
                    text.append("      v")
                            .append(i)
                            .append(": { path: \"v")
                            .append(i)
                            .append(xml ? "/x" : "");
                    text.append("\", type: \"").append(TYPES.get(i)).append("\" }\n");
                }
            }
            return ContractReader.read(text.toString(), "test.yaml").contract();
        }

        /** A document for each edge of each type that is tried. */
        private void write() throws IOException {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            for (int type = 0; type < TYPES.size(); type++) {
                for (int n = 0; n < values(type).size() && isTried(type); n++) {
                    Files.writeString(
                            folder.resolve(type + "_" + n + ".xml"),
                            "<d><v" + type + ">" + values(type).get(n) + "</v" + type + "></d>");
                }
            }
        }

        private void differences(List<String> wrong, @Nullable SqlType closest) throws SQLException {
            Map<String, Object> found = new TreeMap<>();
            String select = tested().sql(SCHEMA, "select * from {s}.\"t" + table + "\"");
            // Another one may show fewer digits of a number than there are.
            try (Connection reading = tested().database().connect(Purpose.COMPARE);
                    PreparedStatement statement = reading.prepareStatement(select);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String document = row.getString("id");
                    int type = Integer.parseInt(document.substring(0, document.indexOf('_')));
                    Object value = value(row, type);
                    if (value != null) {
                        found.put(document, value);
                    }
                }
            }
            for (int type = 0; type < TYPES.size(); type++) {
                for (int n = 0; n < values(type).size() && isTried(type); n++) {
                    String document = type + "_" + n + ".xml";
                    if (rejected.contains(document)) {
                        continue;
                    }
                    Object expected = expected(type, values(type).get(n));
                    Object there = found.get(document);
                    boolean near = there != null
                            && !defaults.isEmpty()
                            && closest != null
                            && isNearest(expected, there, closest, columnType);
                    if (!near && !text(expected).equals(text(there))) {
                        wrong.add(TYPES.get(type) + " in " + columnType + ": " + shortened(text(expected)) + " became "
                                + shortened(text(there)));
                    }
                }
            }
        }
    }

    /** Whether a column holds no value that is nearer to a rounded or cut one. */
    private static boolean isNearest(Object value, Object held, SqlType closest, String columnType) {
        if (value instanceof String text && held instanceof String cut) {
            return text.startsWith(cut.stripTrailing());
        }
        if (value instanceof BigDecimal number && held instanceof BigDecimal rounded) {
            BigDecimal step = BigDecimal.ONE.movePointLeft(closest.scale());
            return number.subtract(rounded)
                            .abs()
                            .multiply(BigDecimal.valueOf(2))
                            .compareTo(step)
                    <= 0;
        }
        Duration step = Duration.ofNanos((long) Math.pow(10, 9 - closest.precision()));
        if (columnType.startsWith("smalldatetime")) {
            step = Duration.ofMinutes(1);
        } else if (columnType.startsWith("datetime") && closest.precision() == 3) {
            step = Duration.ofMillis(4);
        }
        Duration apart = value instanceof Temporal time && held instanceof Temporal rounded
                ? Duration.between(time, rounded).abs()
                : Duration.ofDays(1);
        return apart.multipliedBy(2).compareTo(step) <= 0;
    }

    @Test
    void tellsTheTypeThatIsClosestToAColumn() throws Exception {
        Dialect dialect = tested().database().dialect();
        Map<String, String> closest = new TreeMap<>();
        try (Connection open = tested().database().connect();
                Statement statement = open.createStatement()) {
            prepare(open);
            for (String type : tested().closestTypes().keySet()) {
                statement.execute(tested().sql(SCHEMA, "drop table if exists {s}.\"closest\""));
                statement.execute(
                        tested().sql(SCHEMA, "create table {s}.\"closest\" (\"a\" " + type + ", \"b\" integer)"));
                TableFinder finder = new TableFinder(open);
                ExistingColumn column = ExistingColumn.of(
                                dialect,
                                finder,
                                finder.find(schemas() ? SCHEMA : null, "closest")
                                        .orElseThrow())
                        .get(0);
                closest.put(type, column.closest().map(SqlType::toString).orElse(""));
            }
            statement.execute(tested().sql(SCHEMA, "drop table if exists {s}.\"closest\""));
        }

        assertThat(closest).containsExactlyEntriesOf(new TreeMap<>(tested().closestTypes()));
    }

    private boolean schemas() {
        return tested().database().dialect().capabilities().contains(Capability.SCHEMAS);
    }

    private void prepare(Connection connection) throws SQLException {
        if (schemas()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(tested().database().dialect().createSchema(SCHEMA));
            }
        }
        for (String each : tested().columnTypeStatements()) {
            // A driver may close a statement that was refused.
            try (Statement statement = connection.createStatement()) {
                statement.execute(tested().sql(SCHEMA, each));
            } catch (SQLException e) {
                // Another test has created it.
            }
        }
    }

    /** A table for each type that the database takes, with a column for each type of the contract. */
    private List<String> createTables(Connection connection) throws SQLException {
        List<String> accepted = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            prepare(connection);
            for (String type : types(connection)) {
                String name = "t" + accepted.size();
                StringBuilder create = new StringBuilder(
                        "create table {s}.\"t" + accepted.size() + "\" (\"id\" varchar(20) primary key");
                for (int i = 0; i < TYPES.size(); i++) {
                    create.append(", \"v").append(i).append("\" ").append(type);
                }
                try {
                    statement.execute(tested().sql(SCHEMA, "drop table if exists {s}.\"" + name + "\""));
                    statement.execute(tested().sql(SCHEMA, create + ")"));
                    accepted.add(type);
                } catch (SQLException e) {
                    // No such type for a column, or not with these parameters.
                }
            }
        }
        return accepted;
    }

    private List<String> types(Connection connection) throws SQLException {
        Set<String> names = new LinkedHashSet<>();
        try (ResultSet rows = connection.getMetaData().getTypeInfo()) {
            while (rows.next()) {
                names.add(rows.getString("TYPE_NAME"));
            }
        }
        List<String> types = new ArrayList<>();
        for (String name : names) {
            for (String parameters : PARAMETERS) {
                types.add(name + parameters);
            }
        }
        String wanted = System.getProperty(SWITCH, "");
        if (!wanted.equals("all")) {
            Collections.shuffle(types, new Random(types.size()));
            types = new ArrayList<>(types.subList(0, Math.min(types.size(), 4 * SAMPLE)));
        }
        types.addAll(0, tested().columnTypes());
        return List.copyOf(new LinkedHashSet<>(types));
    }

    private void look(MappingContract contract, Set<String> refused, Set<String> warned) {
        try {
            for (String warning : Target.check(tested().database(), contract)) {
                columns(warning, warned);
            }
        } catch (TargetException e) {
            assertThat(e.isUsage()).isTrue();
            for (String line : String.valueOf(e.getMessage()).split("\n")) {
                assertThat(line).matches("table .*, column .* – .* – .*");
                columns(line, refused);
            }
        }
    }

    private static void columns(String line, Set<String> columns) {
        Matcher column = COLUMN.matcher(line);
        if (column.lookingAt()) {
            columns.add(column.group(1) + " " + column.group(2));
        }
    }

    /** As texts of XML. */
    static List<String> edges(SqlType type) {
        return switch (type.kind()) {
            case BOOLEAN -> List.of("true", "false");
            case SMALLINT -> List.of("-32768", "32767", "0");
            case INTEGER -> List.of("-2147483648", "2147483647", "0");
            case BIGINT -> List.of("-9223372036854775808", "9223372036854775807", "0");
            case DECIMAL -> {
                String largest = "9".repeat(type.precision() - type.scale())
                        + (type.scale() == 0 ? "" : "." + "9".repeat(type.scale()));
                String smallest = type.scale() == 0 ? "1" : "0." + "0".repeat(type.scale() - 1) + "1";
                yield List.of(
                        largest.startsWith(".") ? "0" + largest : largest,
                        largest.startsWith(".") ? "-0" + largest : "-" + largest,
                        smallest,
                        "0");
            }
            case REAL -> List.of("3.4028235E38", "1.17549435E-38", "0.1", "-16777215");
            case DOUBLE -> List.of("1.7976931348623157E308", "2.2250738585072014E-308", "0.30000000000000004", "-0.1");
            case CHAR -> List.of("a".repeat(type.length()), "\u00DF", "\u674E".repeat(type.length()));
            case VARCHAR ->
                List.of(
                        "a".repeat(type.length()),
                        "\u00DF",
                        "\u674E".repeat(type.length()),
                        EMOJI.repeat(type.length()),
                        "A");
            case TEXT -> List.of("x", EMOJI.repeat(20_000), "a".repeat(70_000));
            case XML -> List.of("<x a=\"1\"> y <z/></x>", "<x>" + "\u674E".repeat(30_000) + "</x>");
            case DATE -> List.of("0001-01-01", "9999-12-31", "1582-10-10", "2024-02-29", "1900-01-01");
            case TIME -> List.of("00:00:00", "23:59:59" + fraction(type), "12:34:56");
            case TIMESTAMP ->
                List.of(
                        "0001-01-01T00:00:00",
                        "9999-12-31T23:59:59" + fraction(type),
                        "1582-10-10T10:10:10",
                        "2024-03-10T02:30:00",
                        "2038-01-19T03:14:08");
            case TIMESTAMPTZ ->
                List.of(
                        "0001-01-01T00:00:00Z",
                        "9999-12-31T23:59:59" + fraction(type) + "Z",
                        "2024-11-03T01:30:00-02:30",
                        "2038-01-19T03:14:08Z");
            case UUID -> List.of("ffffffff-1234-5678-9abc-def012345678");
            case BYTES -> List.of("AP8=", Base64.getEncoder().encodeToString(new byte[70_000]));
        };
    }

    private static String fraction(SqlType type) {
        return type.precision() == 0 ? "" : "." + "9".repeat(type.precision());
    }

    private RunSummary run(MappingContract contract) throws Exception {
        RunOptions options = RunOptions.from(new FromFiles(folder.toString()))
                .to(tested().database())
                .workers(1)
                .showValues(true)
                .build();
        return new ProductionProcessor(contract, options).run(progress -> {});
    }

    private VerificationReport verify(MappingContract contract) throws Exception {
        VerifyOptions options = new VerifyOptions(
                new FromFiles(folder.toString()),
                tested().database(),
                1,
                VerifyOptions.DEFAULT_DIFFERENCES,
                XmlLimits.DEFAULTS,
                true,
                VerifyOptions.DEFAULT_SORT_BYTES);
        return new Verifier(contract, options).run(progress -> {});
    }

    private static String shortened(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "… (" + text.length() + ")" : text;
    }

    private static Object expected(int type, String edge) {
        SqlType parsed = SqlType.parse(TYPES.get(type)).orElseThrow();
        if (parsed.kind() == Kind.BYTES) {
            return Base64.getDecoder().decode(edge);
        }
        return parsed.isCharacters() || parsed.kind() == Kind.XML ? edge : parsed.parseLiteral(edge);
    }

    private @Nullable Object value(ResultSet row, int type) throws SQLException {
        String column = "v" + type;
        SqlType parsed = SqlType.parse(TYPES.get(type)).orElseThrow();
        switch (parsed.kind()) {
            case SMALLINT, INTEGER, BIGINT, DECIMAL -> {
                String number = row.getString(column);
                if ("true".equals(number) || "false".equals(number)) {
                    // A driver's idea of a column with a single bit.
                    return number.equals("true") ? BigDecimal.ONE : BigDecimal.ZERO;
                }
                return number == null ? null : new BigDecimal(number);
            }
            case CHAR -> {
                String padded = row.getString(column);
                return padded == null ? null : padded.stripTrailing();
            }
            default -> {
                Object value = tested().value(row, column, parsed.kind());
                return value instanceof String text && isPadded(row, column) ? text.stripTrailing() : value;
            }
        }
    }

    /** Whether the database fills texts of the column up with blanks, as it was warned of. */
    private static boolean isPadded(ResultSet row, String column) throws SQLException {
        int type = row.getMetaData().getColumnType(row.findColumn(column));
        return type == Types.CHAR || type == Types.NCHAR;
    }

    /** One text for values that are equal. */
    private static String text(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof Float || value instanceof Double) {
            return value.toString();
        }
        if (value instanceof Number) {
            BigDecimal number = new BigDecimal(value.toString());
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
        return value instanceof java.util.UUID ? value.toString().toLowerCase(Locale.ROOT) : String.valueOf(value);
    }
}
