package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.database.Load;
import dev.millrace.database.LoadClock;
import dev.millrace.database.MigrationEngine;
import dev.millrace.database.OnExisting;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.sink.SinkResult;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs against the server of {@code MILLRACE_SQLSERVER_URL}, with user and password in it, and a database that is there for
 * tests: what it holds in the kit's schemas and tables is dropped. There is no SQL Server that could be started here.
 */
@EnabledIfEnvironmentVariable(
        named = SqlServerTest.VARIABLE,
        matches = "jdbc:sqlserver:.+",
        disabledReason = "set MILLRACE_SQLSERVER_URL to the JDBC URL of a database for tests")
class SqlServerTest {
    static final String VARIABLE = "MILLRACE_SQLSERVER_URL";

    private static final Pattern KITS_SCHEMA = Pattern.compile(
            "(?:test|verify|existing)_.*|dropin|values_back|zones|lent|fragments|refusals|existing_types");

    /** PostgreSQL's own port of a Babelfish: its JDBC URL, with the user, or nothing. */
    private static final String POSTGRESQL_VARIABLE = "MILLRACE_SQLSERVER_POSTGRESQL_URL";

    private static final boolean IS_BABELFISH = isBabelfish();

    private static final TestedDatabase SQL_SERVER = new TestedDatabase() {
        @Override
        public Database database() {
            return Database.of(System.getenv(VARIABLE), new Properties());
        }

        @Override
        public Connection plainConnection() throws SQLException {
            return DriverManager.getConnection(System.getenv(VARIABLE));
        }

        @Override
        public List<String> unusualSession() {
            return List.of(
                    "SET LANGUAGE Deutsch",
                    "SET DATEFORMAT mdy",
                    "SET DATEFIRST 3",
                    "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED");
        }

        @Override
        public String sessionState() {
            return "SELECT 'session', CONCAT(language, ' ', date_format, ' ', date_first, ' ', transaction_isolation_level)"
                    + " FROM sys.dm_exec_sessions WHERE session_id = @@SPID";
        }

        @Override
        public @Nullable String comment(Connection connection, String table, @Nullable String column)
                throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement("""
                    SELECT CAST(value AS nvarchar(4000)) FROM sys.extended_properties
                    WHERE class = 1 AND name = 'MS_Description' AND major_id = OBJECT_ID(?)
                        AND minor_id = ISNULL(COLUMNPROPERTY(OBJECT_ID(?), ?, 'ColumnId'), 0)""")) {
                statement.setString(1, table);
                statement.setString(2, table);
                statement.setString(3, column);
                try (ResultSet found = statement.executeQuery()) {
                    return found.next() ? found.getString(1) : null;
                }
            }
        }

        @Override
        public String text() {
            return "nvarchar(max)";
        }

        @Override
        public String textLiteral(String text) {
            return "N" + TestedDatabase.super.textLiteral(text);
        }

        /** By units of UTF-16, as not every collation has others; Babelfish, whose texts are in UTF-8, has no halves. */
        @Override
        public String character(int codePoint) {
            return IS_BABELFISH
                    ? "NCHAR(" + codePoint + ")"
                    : Character.toString(codePoint)
                            .chars()
                            .mapToObj(unit -> "NCHAR(" + unit + ")")
                            .collect(Collectors.joining(" + "));
        }

        @Override
        public String joined(List<String> texts) {
            return "(" + String.join(" + ", texts) + ")";
        }

        /** Babelfish has PostgreSQL's own port, too. */
        @Override
        public OtherProgram otherProgram() {
            String url = System.getenv(POSTGRESQL_VARIABLE);
            assumeTrue(
                    url != null, "set " + POSTGRESQL_VARIABLE + " to have the texts inserted by PostgreSQL's driver");
            return (table, id, text) -> {
                try (Connection connection = DriverManager.getConnection(url);
                        PreparedStatement insert =
                                connection.prepareStatement("INSERT INTO master_dbo." + table + " VALUES (?, ?)")) {
                    insert.setInt(1, id);
                    insert.setString(2, text);
                    insert.executeUpdate();
                }
            };
        }

        @Override
        public String binary() {
            return "varbinary(max)";
        }

        @Override
        public boolean hasSubnormalNumbers() {
            return false;
        }

        @Override
        public List<String> numberedKeys() {
            return List.of("integer identity(1,1) primary key");
        }

        @Override
        public Map<String, String> closestTypes() {
            return Map.ofEntries(
                    Map.entry("bit", "boolean"),
                    Map.entry("tinyint", "smallint"),
                    Map.entry("smallint", "smallint"),
                    Map.entry("int", "integer"),
                    Map.entry("int identity(1,1)", "integer"),
                    Map.entry("bigint", "bigint"),
                    Map.entry("decimal(18,2)", "decimal(18,2)"),
                    Map.entry("numeric(38,10)", "decimal(38,10)"),
                    Map.entry("money", "decimal(19,4)"),
                    Map.entry("smallmoney", "decimal(10,4)"),
                    Map.entry("real", "real"),
                    Map.entry("float", "double"),
                    Map.entry("float(20)", "real"),
                    Map.entry("char(3)", "char(3)"),
                    Map.entry("nchar(3)", "char(3)"),
                    Map.entry("varchar(20)", "varchar(20)"),
                    Map.entry("nvarchar(20)", "varchar(20)"),
                    Map.entry("varchar(max)", "text"),
                    Map.entry("nvarchar(max)", "text"),
                    Map.entry("text", "text"),
                    Map.entry("ntext", "text"),
                    Map.entry("sysname", "varchar(128)"),
                    Map.entry("datetime default getutcdate()", "timestamp(3)"),
                    Map.entry("smalldatetime", "timestamp(0)"),
                    Map.entry("datetime2(3)", "timestamp(3)"),
                    Map.entry("datetimeoffset(4)", "timestamptz(4)"),
                    Map.entry("date", "date"),
                    Map.entry("time(2)", "time(2)"),
                    Map.entry("binary(3)", "bytes"),
                    Map.entry("varbinary(3)", "bytes"),
                    Map.entry("varbinary(max)", "bytes"),
                    Map.entry("image", "bytes"),
                    Map.entry("uniqueidentifier", "uuid"),
                    Map.entry("xml", "xml"),
                    Map.entry("sql_variant", ""));
        }

        @Override
        public String sql(String schema, String statement) {
            return TestedDatabase.super
                    .sql(schema, statement)
                    .replaceAll("(?:DATE|TIMESTAMP|TIMESTAMP WITH TIME ZONE) '", "'")
                    .replaceAll("\\+02'", "+02:00'")
                    .replaceAll("app_id timestamp with time zone", "app_id datetimeoffset(6)")
                    .replaceAll("app_id timestamp", "app_id datetime2(6)")
                    .replaceAll("ADD COLUMN", "ADD")
                    .replaceAll("app_id uuid", "app_id uniqueidentifier")
                    .replaceAll("MOD\\(app_id, 2\\)", "app_id % 2");
        }
    };

    @BeforeAll
    static void dropWhatIsLeft() throws SQLException {
        String schema = " JOIN sys.schemas s ON s.schema_id = t.schema_id";
        List<String> drops = new ArrayList<>();
        try (Connection connection = SQL_SERVER.database().connect();
                Statement statement = connection.createStatement()) {
            addDrops(
                    drops,
                    statement,
                    "SELECT s.name, t.name, k.name FROM sys.foreign_keys k JOIN sys.tables t"
                            + " ON t.object_id = k.parent_object_id" + schema,
                    "ALTER TABLE %s.%s DROP CONSTRAINT %s");
            addDrops(drops, statement, "SELECT s.name, t.name, t.name FROM sys.tables t" + schema, "DROP TABLE %s.%s");
            addDrops(drops, statement, "SELECT s.name, s.name, s.name FROM sys.schemas s", "DROP SCHEMA %s");
            for (String drop : drops) {
                statement.execute(drop);
            }
        }
    }

    /** Whether the server is Babelfish, where some things are not as on Microsoft's. */
    static boolean isBabelfish() {
        String url = System.getenv(VARIABLE);
        if (url == null) {
            return false;
        }
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CAST(SERVERPROPERTY('Babelfish') AS int)")) {
            return row.next() && row.getInt(1) == 1;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One statement at a time, of the plainest, as there are servers that only speak like SQL Server. */
    private static void addDrops(List<String> drops, Statement statement, String select, String drop)
            throws SQLException {
        Dialect dialect = SQL_SERVER.database().dialect();
        try (ResultSet names = statement.executeQuery(select)) {
            while (names.next()) {
                if (KITS_SCHEMA.matcher(names.getString(1)).matches()) {
                    drops.add(String.format(
                            drop,
                            dialect.quote(names.getString(1)),
                            dialect.quote(names.getString(2)),
                            dialect.quote(names.getString(3))));
                }
            }
        }
    }

    @Nested
    class Loading extends LoadingKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }

        @Test
        void loadsByBulkCopyAndSaysSo() throws Exception {
            try (MigrationEngine engine = new Load(prepare("run-1", orders(""), true)).engine(1, LoadClock.NONE)) {
                // Babelfish's own is the second.
                assertThat(engine.paths().get("orders")).isIn("bulk-copy", "bulk-copy+insert");
            }
            try (MigrationEngine engine =
                    new Load(prepare("run-2", orders("on-duplicate: update"), false)).engine(1, LoadClock.NONE)) {
                assertThat(engine.paths()).containsEntry("orders", "bulk-copy+merge");
            }
        }

        @Test
        void goesOnOverANewConnectionWhenTheOldOneIsKilled() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            try (MigrationEngine engine = new Load(target).engine(1, LoadClock.NONE)) {
                load(engine, List.of(order("a", 1, 10)));
                for (String id : rows("select session_id from sys.dm_exec_sessions"
                        + " where program_name = 'millrace' and session_id <> @@SPID")) {
                    execute("kill " + id);
                }

                SinkResult result = load(engine, List.of(order("b", 2, 20)));

                assertThat(result.accepted()).isEqualTo(1);
            }
            assertThat(log()).containsExactly("a|loaded|2", "b|loaded|2");
        }

        @Test
        void rejectsOnlyTheDocumentThatATriggerRefuses() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            execute("create trigger {s}.refuse on {s}.\"orders\" after insert as if exists"
                    + " (select 1 from inserted where id = 2) throw 50001, 'no such note', 1");

            SinkResult result = load(target, order("a", 1), order("b", 2), order("c", 3));

            assertThat(result.accepted()).isEqualTo(2);
            assertThat(result.rejects()).hasSize(1);
            assertThat(result.rejects().get(0).documentKey()).isEqualTo("b");
            assertThat(result.rejects().get(0).fault().code()).isEqualTo(FaultCode.CONSTRAINT);
            assertThat(result.rejects().get(0).fault().message()).doesNotContain("no such note");
        }

        @Test
        void rejectsCharactersThatAColumnsCodePageLacks() throws Exception {
            prepare("run-1", orders(""), true);
            execute("alter table {s}.\"orders\" drop column \"note\"");
            execute("alter table {s}.\"orders\" add \"note\" varchar(20) collate Latin1_General_CI_AS");

            SinkResult result = load(
                    prepare("run-2", orders(""), false),
                    document("a", List.of(row(1, "caf\u00E9 \u20AC")), List.of()),
                    document("b", List.of(row(2, "\u674E")), List.of()));

            assertThat(result.accepted()).isEqualTo(1);
            assertThat(result.rejects()).hasSize(1);
            assertThat(result.rejects().get(0).fault().column()).isEqualTo("note");
            assertThat(rows("select \"note\" from {s}.\"orders\"")).containsExactly("caf\u00E9 \u20AC");
        }

        @Test
        void takesAnyNumberOfRowsWithoutAValueInAUniqueColumn() throws Exception {
            MappingContract contract = orders("unique: [[note]]");

            SinkResult result = load(
                    prepare("run-1", contract, true),
                    document("a", List.of(row(1, null)), List.of()),
                    document("b", List.of(row(2, null)), List.of()),
                    document("c", List.of(row(3, "x")), List.of()),
                    document("d", List.of(row(4, "x")), List.of()));

            assertThat(result.accepted()).isEqualTo(3);
            assertThat(result.rejects()).extracting(r -> r.fault().code()).containsExactly(FaultCode.DUPLICATE_KEY);
        }

        @Override
        @Test
        void takesAnyNames() throws Exception {
            assumeFalse(
                    IS_BABELFISH, "run it on Microsoft's server: Babelfish's sp_columns gives no type for some names");
            super.takesAnyNames();
        }

        /** A packet has 8,000 bytes, and the end of a copy, which may be told across its border, 13: of a row, these are lengths. */
        @Test
        void loadsCopiesOfEveryLengthAtTheLatestOverASecondConnection() throws Exception {
            Dialect dialect = SQL_SERVER.database().dialect();
            TableDefinition table = new TableDefinition(
                    null,
                    "app_xml",
                    List.of(new Column("note", SqlType.TEXT, false, false)),
                    new Columns("no_key", List.of()),
                    List.of(),
                    List.of(),
                    List.of());
            execute("DROP TABLE IF EXISTS app_xml");
            execute("CREATE TABLE app_xml (note nvarchar(max))");
            int failed = 0;
            Connection connection = null;
            BulkLoader loader = null;
            for (int length = 0; length < 4_000; length += 6) {
                for (boolean loaded = false; !loaded; ) {
                    if (connection == null || loader == null) {
                        connection = SQL_SERVER.database().connect();
                        connection.setAutoCommit(false);
                        loader = dialect.loader(connection, table, OnDuplicate.REJECT);
                    }
                    try {
                        loader.write(new Object[] {"x".repeat(length)});
                        assertThat(loader.commit()).isEqualTo(1);
                        loaded = true;
                    } catch (SQLException e) {
                        assertThat(dialect.classify(e)).as("%d: %s", length, e).isEqualTo(SqlFault.CONNECTION);
                        connection.close();
                        connection = null;
                        failed++;
                    }
                }
            }
            connection.close();
            assertThat(failed).isLessThan(10);
        }

        @Test
        void loadsTablesThatReferToEachOtherByText() throws Exception {
            MappingContract contract = contract("""
                    contract: 1
                    name: words
                    schema: %s
                    tables:
                      words:
                        columns:
                          word: { path: "@word", type: varchar(40), key: true }
                      meanings:
                        parent: words
                        rows: meaning
                        columns:
                          word: { ref: words.word, key: true }
                          n: { ordinal: true, key: true }
                    """);
            Target target = prepare("run-1", contract, true);

            SinkResult result =
                    load(target, document("a", List.of(row("\u674E")), List.of(row("\u674E", 1), row("\u674E", 2))));

            assertThat(result.accepted()).isEqualTo(1);
            List<String> keys = rows("select name from sys.foreign_keys where name = 'meanings_word_fkey'");
            if (IS_BABELFISH) {
                assertThat(keys).isEmpty();
                assertThat(target.warnings()).anyMatch(warning -> warning.contains("meanings \u2192 words"));
                assertThat(Target.check(SQL_SERVER.database(), contract))
                        .anyMatch(warning -> warning.contains("without foreign keys over text"));
            } else {
                assertThat(keys).hasSize(1);
                assertThat(target.warnings()).isEmpty();
            }
        }

        @Test
        void keepsRowsApartWhoseKeysDifferInCaseOnly() throws Exception {
            MappingContract contract = contract("""
                    contract: 1
                    name: words
                    schema: %s
                    tables:
                      words:
                        columns:
                          word: { path: "@word", type: varchar(300), key: true }
                    """);

            SinkResult result = load(prepare("run-1", contract, true), document("a", List.of(row("x"), row("X"))));

            assertThat(result.accepted()).isEqualTo(1);
        }
    }

    @Nested
    class Reading extends SourceKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }

        @Test
        void readsEveryKindOfTextAndBinaryColumn() throws Exception {
            for (String type :
                    List.of("xml", "nvarchar(200)", "varchar(max)", "ntext", "text", "varbinary(200)", "image")) {
                dropTables();
                String value = type.equals("image") || type.startsWith("varbinary")
                        ? "CAST('<a>x</a>' AS varbinary)"
                        : "'<a>x</a>'";
                execute(
                        "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml " + type + ")",
                        "INSERT INTO app_xml VALUES (1, " + value + "), (2, NULL)");

                List<Document> documents = all(open(table()));

                assertThat(new String(documents.get(0).content(), StandardCharsets.UTF_8))
                        .as(type)
                        .isEqualTo("<a>x</a>");
                assertThat(documents.get(1).unreadable().code()).as(type).isEqualTo(FaultCode.NO_CONTENT);
            }
        }

        @Test
        void goesOnAfterEachKeyOfEveryTypeAcrossPages() throws Exception {
            for (String type : List.of(
                    "datetime",
                    "smalldatetime",
                    "datetime2(7)",
                    "datetimeoffset(7)",
                    "varchar(20)",
                    "nvarchar(20)",
                    "money")) {
                dropTables();
                execute("CREATE TABLE app_xml (app_id " + type + " PRIMARY KEY, xml nvarchar(max))");
                // Datetimes a three-hundredth of a second apart, or a minute.
                String key = type.startsWith("small")
                        ? "DATEADD(minute, i, CAST('2024-03-31' AS smalldatetime))"
                        : type.startsWith("date")
                                ? "DATEADD(millisecond, 10 * i / 3, CAST('2024-03-31' AS " + type + "))"
                                : "CAST(i AS " + type + ")";
                execute("WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
                        + " INSERT INTO app_xml SELECT " + key + ", '<a/>' FROM n");

                assertThat(all(open(table())))
                        .as(type)
                        .extracting(Document::key)
                        .hasSize(100)
                        .doesNotHaveDuplicates();
            }
        }

        @Test
        void readsVarcharKeysInTheirOwnCodePage() throws Exception {
            execute(
                    "CREATE TABLE app_xml (app_id varchar(20) COLLATE Cyrillic_General_CI_AS PRIMARY KEY, xml nvarchar(max))");
            execute("INSERT INTO app_xml VALUES (N'\u0431', '<a/>'), (N'\u0430', '<a/>'), ('z', '<a/>')");

            assertThat(all(open(table()))).extracting(Document::key).containsExactlyInAnyOrder("z", "\u0430", "\u0431");
        }
    }

    @Nested
    class TwoZones extends TwoZonesKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }
    }

    @Nested
    class Lent extends LentConnectionsKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }
    }

    @Nested
    class Texts extends TextKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }
    }

    @Nested
    class Existing extends ExistingDocumentsKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }

        @Test
        void findsRowsByKeysInColumnsThatRoundTimes() throws Exception {
            MappingContract contract = contract("""
                      moments_{n}:
                        columns:
                          at: { path: "@at", type: timestamp(3), key: true }
                          minute: { path: "@minute", type: timestamp(0), key: true }
                          note: { path: ".", type: varchar(20) }
                    """);
            String table = contract.tables().get(0).name();
            execute(contract, SQL_SERVER.database().dialect().createSchema(String.valueOf(contract.schema())));
            execute(
                    contract,
                    "CREATE TABLE {s}.\"" + table + "\" (\"at\" datetime NOT NULL, \"minute\" smalldatetime NOT NULL,"
                            + " \"note\" nvarchar(40), PRIMARY KEY (\"at\", \"minute\"))");
            write("a", "<a at='2024-03-31T02:30:00.003' minute='2024-03-31T02:30:00'>first</a>");
            run(contract, OnExisting.SKIP);
            write("a", "<a at='2024-03-31T02:30:00.007' minute='2024-03-31T02:31:00'>second</a>");
            run(contract, OnExisting.REPLACE);
            write("a", "<a at='2024-03-31T02:30:00.007' minute='2024-03-31T02:31:00'>third</a>");

            RunSummary third = run(contract, OnExisting.REPLACE);

            assertThat(third.documents().replaced())
                    .as(String.valueOf(third.rejects()))
                    .isEqualTo(1);
        }
    }

    @Nested
    class Refusing extends RefusalsKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }
    }

    @Nested
    class ExistingTypes extends ExistingTypesKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }
    }

    @Nested
    class Ledgers extends LedgerKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }
    }

    @Nested
    class Verifying extends VerificationKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }
    }

    /** Babelfish gets no comments. */
    @Nested
    @DisabledIf("dev.millrace.kit.SqlServerTest#isBabelfish")
    class Comments extends CommentsKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected TestedDatabase tested() {
            return SQL_SERVER;
        }
    }

    /** Tables in the manner of those that users have had for years. */
    @Nested
    class DropIn {
        private static final String TYPES = """
                dt:  timestamp(3)   | datetime
                sdt: timestamp(0)   | smalldatetime
                d2:  timestamp(3)   | datetime2(3)
                d:   date           | date
                t:   time(2)        | time(2)
                dto: timestamptz(4) | datetimeoffset(4)
                b:   boolean        | bit
                bn:  smallint       | bit
                ti:  smallint       | tinyint
                si:  integer        | smallint
                de:  decimal(12,2)  | decimal(18,2)
                nu:  decimal(38,10) | numeric(38,10)
                mo:  decimal(19,4)  | money
                sm:  decimal(10,4)  | smallmoney
                c:   char(1)        | char(1)
                nv:  varchar(3)     | nvarchar(3)
                vm:  text           | varchar(max)
                nt:  text           | ntext
                bi:  bytes          | binary(3)
                vb:  bytes          | varbinary(3)
                im:  bytes          | image
                re:  real           | real
                fl:  double         | float
                ui:  uuid           | uniqueidentifier
                ck:  integer        | int CONSTRAINT ck_small CHECK (ck < 100)
                """;

        @TempDir
        private Path folder;

        /** What each column gives for a text, by the policies and by none; nothing for a reject. */
        @Test
        void holdsEachTypeToItsEdgesByThePolicyAlone() throws Exception {
            List<String> cases = List.of(
                    "dt  | 1753-01-01T00:00:00     | 1753-01-01 00:00:00 | 1753-01-01 00:00:00",
                    "dt  | 1752-12-31T23:59:59     |                         |",
                    "dt  | 9999-12-31T23:59:59.997 | 9999-12-31 23:59:59.997 | 9999-12-31 23:59:59.997",
                    "dt  | 9999-12-31T23:59:59.999 |                         |",
                    "dt  | 2024-02-29T12:00:00.003 | 2024-02-29 12:00:00.003 | 2024-02-29 12:00:00.003",
                    "dt  | 2024-02-29T12:00:00.001 |                         | 2024-02-29 12:00:00",
                    "dt  | 2024-02-29T12:00:00.005 |                         | 2024-02-29 12:00:00.007",
                    "dt  | 2024-02-29T23:59:59.999 |                         | 2024-03-01 00:00:00",
                    "dt  | 1582-10-10T00:00:00     |                         |",
                    "sdt | 1900-01-01T00:00:00     | 1900-01-01 00:00:00 | 1900-01-01 00:00:00",
                    "sdt | 2079-06-06T23:59:00     | 2079-06-06 23:59:00 | 2079-06-06 23:59:00",
                    "sdt | 2079-06-07T00:00:00     |                         |",
                    "sdt | 2024-02-29T12:00:29     |                         | 2024-02-29 12:00:00",
                    "sdt | 2024-02-29T12:00:30     |                         | 2024-02-29 12:01:00",
                    "d2  | 0001-01-01T00:00:00     | 0001-01-01 00:00:00 | 0001-01-01 00:00:00",
                    "d2  | 2024-02-29T12:00:00.0005|                         | 2024-02-29 12:00:00.001",
                    "d   | 1582-10-10              | 1582-10-10              | 1582-10-10",
                    "t   | 23:59:59.99             | 23:59:59.99             | 23:59:59.99",
                    "t   | 23:59:59.994            |                         | 23:59:59.99",
                    "dto | 2024-02-29T12:00:00.0001+02:00 | 2024-02-29 10:00:00.0001 +00:00 | 2024-02-29 10:00:00.0001 +00:00",
                    "b   | true                    | 1                       | 1",
                    "b   | 0                       | 0                       | 0",
                    "bn  | 1                       | 1                       | 1",
                    "bn  | 2                       |                         |",
                    "bn  | -1                      |                         |",
                    "ti  | 0                       | 0                       | 0",
                    "ti  | 255                     | 255                     | 255",
                    "ti  | 256                     |                         |",
                    "ti  | -1                      |                         |",
                    "ti  | 254.5                   |                         | 255",
                    "si  | 32767                   | 32767                   | 32767",
                    "si  | 32768                   |                         |",
                    "de  | 9999999999.99           | 9999999999.99           | 9999999999.99",
                    "de  | 0.005                   |                         | 0.01",
                    "nu  | 9999999999999999999999999999.9999999999 | 9999999999999999999999999999.9999999999 | 9999999999999999999999999999.9999999999",
                    "mo  | 922337203685477.5807    | 922337203685477.5807    | 922337203685477.5807",
                    "mo  | 922337203685477.5808    |                         |",
                    "mo  | -922337203685477.5808   | -922337203685477.5808   | -922337203685477.5808",
                    "mo  | 0.00005                 |                         | 0.0001",
                    "sm  | -214748.3648            | -214748.3648            | -214748.3648",
                    "sm  | 214748.3648             |                         |",
                    "c   | Y                       | Y                       | Y",
                    "c   | YN                      |                         | Y",
                    "nv  | \u674E\u674E\u674E      | \u674E\u674E\u674E      | \u674E\u674E\u674E",
                    "nv  | \uD83D\uDE00\uD83D\uDE00 |                      | \uD83D\uDE00",
                    "nv  | abcd                    |                         | abc",
                    "vm  | caf\u00E9               | caf\u00E9               | caf\u00E9",
                    "nt  | \u674E                  | \u674E                  | \u674E",
                    "bi  | AAEC                    | 000102                  | 000102",
                    "bi  | AAE=                    |                         |",
                    "vb  | AAE=                    | 0001                    | 0001",
                    "vb  | AAECAw==                |                         |",
                    "im  | AAECAw==                | 00010203                | 00010203",
                    "re  | 0.5                     | 0.5                     | 0.5",
                    "fl  | 0.25                    | 0.25                    | 0.25",
                    "ui  | ffffffff-1234-5678-9abc-def012345678 | FFFFFFFF-1234-5678-9ABC-DEF012345678 | FFFFFFFF-1234-5678-9ABC-DEF012345678",
                    "ck  | 99                      | 99                      | 99",
                    "ck  | 100                     |                         |");
            create();
            try (Connection open = SQL_SERVER.database().connect()) {
                for (int policy = 0; policy < 2; policy++) {
                    MappingContract contract =
                            contract(policy == 0 ? "" : "defaults: { scale: half-up, overflow: truncate }\n");
                    // Of the others the contract's types are the closest, or hold no more than the columns.
                    assertThat(Target.check(SQL_SERVER.database(), contract))
                            .map(warning -> warning.replaceFirst(":.*", ""))
                            .containsExactly(
                                    "table t, column bn – is bit, which does not hold every smallint",
                                    "table t, column si – is smallint, which does not hold every integer");
                    write(cases, policy);
                    execute("DELETE FROM dropin.t");
                    RunSummary summary = run(contract);
                    assertThat(summary.status()).as(summary.failure()).isEqualTo(Status.FINISHED);

                    List<String> found = new ArrayList<>();
                    List<String> expected = new ArrayList<>();
                    for (int i = 0; i < cases.size(); i++) {
                        String[] fields = cases.get(i).split("\\|", -1);
                        String column = fields[0].strip();
                        String wanted = fields[2 + policy].strip();
                        String id = policy + "_" + i;
                        expected.add(cases.get(i) + " → " + (wanted.isEmpty() ? column : wanted));
                        found.add(cases.get(i) + " → "
                                + summary.rejects().first().stream()
                                        .filter(reject -> reject.documentKey().equals(id + ".xml"))
                                        .map(reject -> reject.fault().message().contains("ck_small")
                                                ? "ck"
                                                : String.valueOf(reject.fault().column()))
                                        .findFirst()
                                        .orElseGet(() -> stored(open, column, id)));
                    }
                    assertThat(found).containsExactlyElementsOf(expected);
                    assertThat(verify(contract)).as("verify").matches(VerificationReport::isEqual);
                }
            }
            execute(
                    "UPDATE dropin.t SET dt = DATEADD(ms, 4, dt), ti = ti - 1 WHERE ti = 255 OR dt = '2024-02-29T12:00:00.003'");
            assertThat(verify(contract("defaults: { scale: half-up, overflow: truncate }\n"))
                            .tables()
                            .get(0)
                            .differences()
                            .different())
                    .isPositive();
        }

        @Test
        void refusesNumbersThatTheUserMayNotGive() throws Exception {
            execute("IF SCHEMA_ID('dropin') IS NULL EXEC('CREATE SCHEMA dropin')");
            execute("IF OBJECT_ID('dropin.numbered') IS NOT NULL DROP TABLE dropin.numbered");
            execute("CREATE TABLE dropin.numbered (id int IDENTITY(1,1) PRIMARY KEY)");
            execute(
                    "IF SUSER_ID('dropin_user') IS NULL EXEC('CREATE LOGIN dropin_user WITH PASSWORD = ''Dropin_1x''')");
            execute("IF USER_ID('dropin_user') IS NULL EXEC('CREATE USER dropin_user FOR LOGIN dropin_user')");
            execute("GRANT SELECT, INSERT ON dropin.numbered TO dropin_user");
            MappingContract contract = ContractReader.read("""
                            contract: 1
                            name: numbered
                            schema: dropin
                            tables:
                              numbered:
                                columns:
                                  id: { path: "@id", type: integer, key: true }
                            """, "test.yaml").contract();
            String url = System.getenv(VARIABLE)
                    .replaceAll(";user=[^;]*", ";user=dropin_user")
                    .replaceAll(";password=[^;]*", ";password=Dropin_1x");

            assertThat(Target.check(SQL_SERVER.database(), contract)).isEmpty();
            assertThatThrownBy(() -> Target.check(Database.of(url, new Properties()), contract))
                    .isInstanceOf(TargetException.class)
                    .hasMessage(
                            "table numbered – has an IDENTITY column, whose values only a user can give who may alter"
                                    + " the table – GRANT ALTER ON [dropin].[numbered] TO the user, or take the column out of the"
                                    + " contract");
        }

        /** Defaults, computed columns and what is not filled: as the server gives it. */
        private void create() throws SQLException {
            execute("IF OBJECT_ID('dropin.t') IS NOT NULL DROP TABLE dropin.t");
            execute("IF SCHEMA_ID('dropin') IS NULL EXEC('CREATE SCHEMA dropin')");
            StringBuilder table = new StringBuilder("CREATE TABLE dropin.t (id varchar(20) NOT NULL PRIMARY KEY");
            TYPES.lines()
                    .forEach(line -> table.append(", ")
                            .append(line, 0, line.indexOf(':'))
                            .append(' ')
                            .append(line.substring(line.indexOf('|') + 1).strip())
                            .append(" NULL"));
            execute(table
                    + ", made datetime NOT NULL DEFAULT GETUTCDATE(), flag bit NOT NULL DEFAULT 0, twice AS ti * 2,"
                    + " number int IDENTITY(1,1) NOT NULL)");
        }

        private MappingContract contract(String defaults) throws Exception {
            StringBuilder text = new StringBuilder("contract: 1\nname: dropin" + (defaults.isEmpty() ? "" : "_rounded")
                    + "\nschema: dropin\n" + defaults
                    + "tables:\n  t:\n    columns:\n      id: { path: \"@id\", type: varchar(20), key: true }\n");
            TYPES.lines().forEach(line -> {
                String column = line.substring(0, line.indexOf(':'));
                text.append("      ")
                        .append(column)
                        .append(": { path: \"@")
                        .append(column)
                        .append("\", type: \"");
                text.append(line.substring(line.indexOf(':') + 1, line.indexOf('|'))
                                .strip())
                        .append("\" }\n");
            });
            return ContractReader.read(text.toString(), "test.yaml").contract();
        }

        private void write(List<String> cases, int policy) throws IOException {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            for (int i = 0; i < cases.size(); i++) {
                String[] fields = cases.get(i).split("\\|", -1);
                String id = policy + "_" + i;
                Files.writeString(
                        folder.resolve(id + ".xml"),
                        "<d id='" + id + "' " + fields[0].strip() + "='" + fields[1].strip() + "'/>");
            }
        }

        private String stored(Connection connection, String column, String id) {
            String style = switch (column) {
                case "dt", "sdt", "d2" -> "CONVERT(varchar(23), " + column + ", 121)";
                case "nt" -> "CAST(nt AS nvarchar(20))";
                case "mo", "sm" -> "CAST(CAST(" + column + " AS decimal(19,4)) AS varchar(30))";
                case "nv", "vm", "c", "bi", "vb", "im" -> column;
                default -> "CAST(" + column + " AS varchar(60))";
            };
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT " + style + " FROM dropin.t WHERE id = '" + id + "'"
                            + " AND made IS NOT NULL AND flag = 0 AND number > 0")) {
                // Bytes come as their hexadecimal digits.
                // A fraction of nothing is not shown by all servers.
                return row.next() ? String.valueOf(row.getString(1)).replaceFirst("\\.000$", "") : "not there";
            } catch (SQLException e) {
                throw new IllegalStateException(column, e);
            }
        }

        private RunSummary run(MappingContract contract) throws Exception {
            RunOptions options = RunOptions.from(new FromFiles(folder.toString()))
                    .to(SQL_SERVER.database())
                    .workers(1)
                    .build();
            return new ProductionProcessor(contract, options).run(progress -> {});
        }

        private VerificationReport verify(MappingContract contract) throws Exception {
            VerifyOptions options = new VerifyOptions(
                    new FromFiles(folder.toString()),
                    SQL_SERVER.database(),
                    1,
                    VerifyOptions.DEFAULT_DIFFERENCES,
                    XmlLimits.DEFAULTS,
                    true,
                    VerifyOptions.DEFAULT_SORT_BYTES);
            return new Verifier(contract, options).run(progress -> {});
        }

        private void execute(String sql) throws SQLException {
            try (Connection connection = SQL_SERVER.database().connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }
}
