package dev.millrace.dialect.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.Refusal;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableDefinition.ForeignKey;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqlServerDialectTest {
    private static final SqlServer DIALECT = new SqlServer();

    private static final TableDefinition ITEMS = new TableDefinition(
            "my]schema",
            "items",
            List.of(
                    column("word", "varchar(300)", false),
                    column("item", "integer", false),
                    column("serial", "bigint", true),
                    column("note", "text", true)),
            new Columns("items_pkey", List.of("word", "item")),
            List.of(new Columns("items_serial_key", List.of("serial"))),
            List.of(new ForeignKey("items_word_fkey", List.of("word"), "words", List.of("word"))),
            List.of(new Columns("items_item_idx", List.of("item"))));

    @Test
    void writesTheTypesThatHoldEveryValue() {
        assertThat(List.of(
                        "boolean",
                        "smallint",
                        "integer",
                        "bigint",
                        "decimal(38,10)",
                        "real",
                        "double",
                        "char(3)",
                        "varchar(2000)",
                        "varchar(2001)",
                        "text",
                        "date",
                        "time(7)",
                        "timestamp(3)",
                        "timestamptz",
                        "uuid",
                        "bytes",
                        "xml"))
                .extracting(type -> DIALECT.typeName(type(type)))
                .containsExactly(
                        "bit",
                        "smallint",
                        "int",
                        "bigint",
                        "decimal(38,10)",
                        "real",
                        "float",
                        "nchar(3)",
                        "nvarchar(4000)",
                        "nvarchar(max)",
                        "nvarchar(max)",
                        "date",
                        "time(7)",
                        "datetime2(3)",
                        "datetimeoffset(6)",
                        "uniqueidentifier",
                        "varbinary(max)",
                        "nvarchar(max)");
        assertThatThrownBy(() -> DIALECT.typeName(type("timestamp(8)"))).hasMessageContaining("7 fraction digits");
        assertThatThrownBy(() -> DIALECT.typeName(type("char(4001)"))).hasMessageContaining("use varchar(4001)");
    }

    @Test
    void createsTablesWhoseKeysAreComparedByTheirCharacters() {
        assertThat(DIALECT.createTable(ITEMS, true)).isEqualTo("""
                CREATE TABLE [my]]schema].[items] (
                    [word] nvarchar(600) COLLATE Latin1_General_100_BIN2 NOT NULL,
                    [item] int NOT NULL,
                    [serial] bigint,
                    [note] nvarchar(max),
                    CONSTRAINT [items_pkey] PRIMARY KEY NONCLUSTERED ([word], [item])
                )""");
        assertThat(DIALECT.createIndexes(ITEMS))
                .containsExactly(
                        "CREATE UNIQUE INDEX [items_serial_key] ON [my]]schema].[items] ([serial]) WHERE [serial] IS NOT NULL",
                        "CREATE INDEX [items_item_idx] ON [my]]schema].[items] ([item])",
                        "IF SERVERPROPERTY('Babelfish') IS NULL EXEC(N'ALTER TABLE [my]]schema].[items] ADD CONSTRAINT"
                                + " [items_word_fkey] FOREIGN KEY ([word]) REFERENCES [my]]schema].[words] ([word])')",
                        "IF SERVERPROPERTY('Babelfish') IS NULL"
                                + " EXEC(N'ALTER TABLE [my]]schema].[items] SET (LOCK_ESCALATION = DISABLE)')");
        assertThat(DIALECT.addKeys(ITEMS))
                .containsExactly("ALTER TABLE [my]]schema].[items] ADD CONSTRAINT [items_pkey] PRIMARY KEY NONCLUSTERED"
                        + " ([word], [item])");
    }

    @Test
    void describesTablesAndColumnsByTheirExtendedProperties() {
        TableDefinition.Comments comments =
                new TableDefinition.Comments("It's ours", Map.of("item", "long ".repeat(800)));
        TableDefinition table = new TableDefinition(
                ITEMS.schema(),
                ITEMS.name(),
                ITEMS.columns(),
                ITEMS.key(),
                ITEMS.unique(),
                ITEMS.foreignKeys(),
                ITEMS.indexes(),
                comments);
        TableDefinition alone = new TableDefinition(
                null, "items", ITEMS.columns(), ITEMS.key(), List.of(), List.of(), List.of(), comments);

        List<String> added = DIALECT.addComments(table);
        assertThat(added).hasSize(2);
        assertThat(added.get(0))
                .isEqualTo(
                        "IF SERVERPROPERTY('Babelfish') IS NULL EXEC(N'EXEC sp_addextendedproperty"
                                + " N''MS_Description'', N''It''''s ours'', ''SCHEMA'', N''my]schema'', ''TABLE'', N''items''')");
        assertThat(added.get(1))
                .hasSizeLessThan(3_950)
                .contains(" long long…'', ''SCHEMA''")
                .endsWith(", ''TABLE'', N''items'', ''COLUMN'', N''item''')");
        assertThat(DIALECT.addComments(alone).get(0))
                .isEqualTo("IF SERVERPROPERTY('Babelfish') IS NULL EXEC(N'DECLARE @schema sysname = SCHEMA_NAME();"
                        + " EXEC sp_addextendedproperty N''MS_Description'', N''It''''s ours'', ''SCHEMA'', @schema,"
                        + " ''TABLE'', N''items''')");
        assertThat(DIALECT.changeComment(alone, null, null))
                .containsExactly(
                        "IF SERVERPROPERTY('Babelfish') IS NULL EXEC(N'DECLARE @schema sysname = SCHEMA_NAME();"
                                + " IF EXISTS (SELECT 1 FROM sys.extended_properties WHERE class = 1 AND major_id ="
                                + " OBJECT_ID(N''[items]'') AND minor_id = 0 AND name = N''MS_Description'') EXEC"
                                + " sp_dropextendedproperty N''MS_Description'', ''SCHEMA'', @schema, ''TABLE'', N''items''')");
    }

    @Test
    void keepsTextUnicodeWhereACaseHasChosenIt() {
        assertThat(DIALECT.document("CASE WHEN 1 = 1 THEN q.[xml] END", Types.NVARCHAR))
                .isEqualTo("CAST(CASE WHEN 1 = 1 THEN q.[xml] END AS nvarchar(max))");
        assertThat(DIALECT.document("q.[xml]", Types.VARCHAR)).isEqualTo("q.[xml]");
    }

    @Test
    void comparesAnInstantWithAnInstant() {
        assertThat(DIALECT.placeholder(type("timestamptz(6)"))).isEqualTo("CAST(? AS datetimeoffset(6))");
        assertThat(DIALECT.placeholder(type("timestamp"))).isEqualTo("?");
    }

    @Test
    void comparesTimesWithoutZerosThatADatetimeDoesNotTake() {
        assertThat(List.of(
                        SqlServer.withoutZeros("2024-01-01T10:20:30.1230000"),
                        SqlServer.withoutZeros("2024-01-01T10:20:30.0000000"),
                        SqlServer.withoutZeros("2024-01-01T10:20:30.1000000+00:00"),
                        SqlServer.withoutZeros("10:20:30.0000100"),
                        SqlServer.withoutZeros("2024-01-10"),
                        SqlServer.withoutZeros("abcdef00-0000-0000-0000-000000000000")))
                .containsExactly(
                        "2024-01-01T10:20:30.123",
                        "2024-01-01T10:20:30",
                        "2024-01-01T10:20:30.1+00:00",
                        "10:20:30.00001",
                        "2024-01-10",
                        "abcdef00-0000-0000-0000-000000000000");
    }

    @Test
    void refusesTextInAKey() {
        TableDefinition table = new TableDefinition(
                null,
                "notes",
                List.of(column("note", "text", false)),
                new Columns("notes_pkey", List.of("note")),
                List.of(),
                List.of(),
                List.of());

        assertThatThrownBy(() -> DIALECT.createTable(table, true))
                .hasMessageContaining("column note is text")
                .hasMessageContaining("varchar(n), n up to 4000");
    }

    @Test
    void createsASchemaInABatchOfItsOwn() {
        assertThat(DIALECT.createSchema("o'clock]"))
                .isEqualTo("IF SCHEMA_ID(N'o''clock]') IS NULL EXEC(N'CREATE SCHEMA [o''clock]]]')");
    }

    @Test
    void keepsTheFirstRowWithoutMerge() throws Exception {
        BulkCopyStaging staging = staging(OnDuplicate.KEEP_FIRST);

        assertThat(staging.table()).matches("#millrace_[0-9a-f_]{36}");
        assertThat(staging.prepare().replace(staging.table(), "#rows"))
                .isEqualTo(
                        "IF OBJECT_ID(N'tempdb..#rows') IS NULL SELECT TOP (0) [word] AS c1, CAST(NULL AS int) AS c2,"
                                + " CAST(NULL AS bigint) AS c3, [note] AS c4, CAST(0 AS int) AS ordinal INTO #rows"
                                + " FROM [my]]schema].[items] ELSE TRUNCATE TABLE #rows");
        assertThat(staging.moves()).hasSize(1);
        assertThat(staging.moves().get(0).replace(staging.table(), "#rows"))
                .isEqualTo("INSERT INTO [my]]schema].[items] ([word], [item], [serial], [note])"
                        + " SELECT s.c1, s.c2, s.c3, s.c4 FROM (SELECT r.*, ROW_NUMBER() OVER (PARTITION BY r.c1, r.c2"
                        + " ORDER BY r.ordinal) AS place FROM (SELECT c1, c2, c3, c4, ordinal FROM #rows) r) s"
                        + " WHERE s.place = 1 AND NOT EXISTS (SELECT 1 FROM [my]]schema].[items] t"
                        + " WITH (UPDLOCK, HOLDLOCK) WHERE t.[word] = s.c1 AND t.[item] = s.c2)");
    }

    @Test
    void givesTheSameRowsAnotherLengthOnTheWayIntoATemporaryTable() throws Exception {
        assertThat(staging(OnDuplicate.UPDATE, 1).ordinal()).isEqualTo("ordinalordinal");
        assertThat(staging(OnDuplicate.UPDATE, 1).moves().get(0)).contains("ORDER BY r.ordinalordinal DESC");
        assertThat(staging(OnDuplicate.UPDATE, 8)).isEqualTo(staging(OnDuplicate.UPDATE));
    }

    @Test
    void updatesWhatIsThereByTheLastRowAndInsertsTheRest() throws Exception {
        BulkCopyStaging staging = staging(OnDuplicate.UPDATE);

        assertThat(staging.moves()).hasSize(2);
        assertThat(staging.moves().get(0).replace(staging.table(), "#rows"))
                .isEqualTo("UPDATE t SET [serial] = s.c3, [note] = s.c4 FROM [my]]schema].[items] t"
                        + " WITH (UPDLOCK, HOLDLOCK) JOIN (SELECT r.*, ROW_NUMBER() OVER (PARTITION BY r.c1, r.c2"
                        + " ORDER BY r.ordinal DESC) AS place FROM (SELECT c1, c2, c3, c4, ordinal FROM #rows) r) s"
                        + " ON t.[word] = s.c1 AND t.[item] = s.c2 WHERE s.place = 1");
        assertThat(staging.moves().get(1)).startsWith("INSERT INTO").contains("DESC", "NOT EXISTS");
    }

    @Test
    void insertsFromTheTemporaryTableWhatNoKeyIsLookedUpFor() throws Exception {
        assertThat(staging(OnDuplicate.REJECT).moves())
                .containsExactly("INSERT INTO [my]]schema].[items] ([word], [item], [serial], [note])"
                        + " SELECT s.c1, s.c2, s.c3, s.c4 FROM (SELECT c1, c2, c3, c4, ordinal FROM "
                        + staging(OnDuplicate.REJECT).table() + ") s");
    }

    @Test
    void leavesConversionsToCastsAndPaddingToTheTarget() throws Exception {
        assertStaged("timestamp(3)", "datetime2", 23, "CAST(NULL AS varchar(40))", "CAST(c1 AS datetime2(3))");
        assertStaged("timestamptz", "datetimeoffset", 33, "CAST(NULL AS varchar(40))", "CAST(c1 AS datetimeoffset(6))");
        assertStaged("date", "date", 10, "CAST(NULL AS varchar(40))", "CAST(c1 AS date)");
        assertStaged("uuid", "uniqueidentifier", 36, "CAST(NULL AS varchar(40))", "CAST(c1 AS uniqueidentifier)");
        assertStaged("uuid", "nvarchar", 36, "CAST(NULL AS varchar(40))", "c1");
        assertStaged("integer", "numeric", 30, "CAST(NULL AS int)", "c1");
        assertStaged("char(3)", "nchar", 3, "CAST([c] AS nvarchar(3))", "c1");
        assertStaged("char(3)", "char", 8000, "CAST([c] AS nvarchar(max))", "c1");
        assertStaged("varchar(3)", "nvarchar", 6, "[c]", "c1");
        assertStaged("xml", "xml", 0, "CAST(NULL AS nvarchar(max))", "c1");
        assertStaged("bytes", "image", 0, "CAST(NULL AS varbinary(max))", "c1");
    }

    @Test
    void tellsFaultsApartByTheirNumbers() {
        assertFault(SqlFault.TRANSIENT, 1205, 1222, 3960);
        assertFault(SqlFault.CONNECTION, 10054, 233, 596, 6005, 40613, 40501, 49918);
        assertFault(SqlFault.DUPLICATE_KEY, 2627, 2601);
        assertFault(SqlFault.CONSTRAINT, 515, 550, 3609, 50_000, 50_001);
        assertFault(SqlFault.VALUE, 8152, 2628, 8115, 220, 241, 242, 245, 1946, 511, 4815, 7339, 8134, 8170, 9420);
        assertFault(SqlFault.LOGIN, 18456, 4060);
        assertFault(SqlFault.FATAL, 208, 207, 102, 229, 9002, 1105, 0);
        assertThat(DIALECT.classify(new SQLException("Connection reset", "08S01", 0)))
                .isEqualTo(SqlFault.CONNECTION);
        assertThat(DIALECT.classify(new SQLException("unable to", "S0001", new SQLException("x", "40001", 1205))))
                .isEqualTo(SqlFault.TRANSIENT);
        assertThat(DIALECT.classify(new RefusedValueException("c", 0, "no"))).isEqualTo(SqlFault.VALUE);
    }

    @Test
    void knowsFaultsThatAreSureToBeNoDocuments() {
        for (int number : new int[] {1105, 9002, 823, 208, 207, 229, 544, 271}) {
            assertThat(DIALECT.isOfTheDatabase(new SQLException("a message", "S0001", number)))
                    .as("%d", number)
                    .isTrue();
        }
        assertThat(DIALECT.isOfTheDatabase(new SQLException("protocol stream is incorrect", "S0001", 33_557_097)))
                .isFalse();
        for (String message : List.of(
                "relation \"items\" does not exist",
                "An error occurred during the current command (Done status 0). relation \"items\" does not exist",
                "could not extend file \"base/1/2\": No space left on device")) {
            assertThat(DIALECT.isOfTheDatabase(new SQLException(message, "S0001", 33_557_097)))
                    .as(message)
                    .isTrue();
        }
    }

    @Test
    void refusesIndexesOnWhatIsWithoutALimit() {
        for (String type : List.of("text", "xml", "bytes")) {
            TableDefinition table = new TableDefinition(
                    "dbo",
                    "items",
                    List.of(column("id", "integer", false), column("v", type, true)),
                    new Columns("items_pkey", List.of("id")),
                    List.of(),
                    List.of(),
                    List.of(new Columns("items_v", List.of("v"))));

            assertThatThrownBy(() -> DIALECT.createTable(table, false))
                    .as(type)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("column v is " + type + ", which cannot be in a key or an index")
                    .hasMessageContaining("varchar(n)");
        }
    }

    @Test
    void tellsForeignKeysFromChecksInAnyLanguage() {
        String german = "Die INSERT-Anweisung steht in Konflikt mit der FOREIGN KEY-Einschr\u00E4nkung \"items_fkey\".";
        String check =
                "The INSERT statement conflicted with the CHECK constraint \"positive\". The conflict occurred in"
                        + " database \"loans\", table \"dbo.items\", column 'n'.";

        assertThat(DIALECT.classify(new SQLException(german, "23000", 547))).isEqualTo(SqlFault.FOREIGN_KEY);
        assertThat(DIALECT.classify(new SQLException(check, "23000", 547))).isEqualTo(SqlFault.CONSTRAINT);
        assertThat(DIALECT.refusal(new SQLException(check, "23000", 547))).isEqualTo(new Refusal(null, "positive"));
    }

    @Test
    void understandsPostgreSqlsTextsOnBabelfish() {
        assertBabelfish(
                "insert or update on table \"items\" violates foreign key constraint \"items_fkey\"",
                547,
                SqlFault.FOREIGN_KEY,
                new Refusal(null, "items_fkey"));
        assertBabelfish(
                "new row for relation \"items\" violates check constraint \"positive\"",
                547,
                SqlFault.CONSTRAINT,
                new Refusal(null, "positive"));
        assertBabelfish(
                "duplicate key value violates unique constraint \"items_pkey\"",
                2627,
                SqlFault.DUPLICATE_KEY,
                new Refusal(null, "items_pkey"));
        assertBabelfish(
                "null value in column \"note\" of relation \"items\" violates not-null constraint",
                515,
                SqlFault.CONSTRAINT,
                new Refusal("note", null));
        int other = 33_557_097;
        assertBabelfish(
                "could not serialize access due to concurrent update", other, SqlFault.TRANSIENT, Refusal.UNKNOWN);
        assertBabelfish(
                "terminating connection due to administrator command", other, SqlFault.CONNECTION, Refusal.UNKNOWN);
        String stream =
                "The incoming tabular data stream (TDS) Bulk Load Request (BulkLoadBCP) protocol stream is incorrect. ";
        assertBabelfish(
                stream + "unexpected token encountered processing the request.",
                other,
                SqlFault.CONNECTION,
                Refusal.UNKNOWN);
        assertBabelfish(
                stream + "Row 3, column 2: Data type 0xE7 has an invalid data length or metadata length.",
                other,
                SqlFault.VALUE,
                Refusal.UNKNOWN);
        assertBabelfish("numeric field overflow", other, SqlFault.VALUE, Refusal.UNKNOWN);
        assertBabelfish(
                "An error occurred during the current command (Done status 0). numeric field overflow",
                other,
                SqlFault.VALUE,
                Refusal.UNKNOWN);
        assertBabelfish("relation \"items\" does not exist", other, SqlFault.FATAL, Refusal.UNKNOWN);
    }

    @Test
    void knowsWhenThePrivilegeToCreateIsMissing() {
        assertThat(DIALECT.isLackOfPrivilege(new SQLException("CREATE TABLE permission denied", "S0001", 262)))
                .isTrue();
        assertThat(DIALECT.isLackOfPrivilege(new SQLException("permission denied for schema x", "S0001", 33_557_097)))
                .isTrue();
        assertThat(DIALECT.isLackOfPrivilege(new SQLException("no such table", "S0002", 208)))
                .isFalse();
    }

    @Test
    void namesConstraintsAndColumnsButNoValue() {
        assertThat(DIALECT.refusal(new SQLException(
                        "Violation of PRIMARY KEY constraint 'items_pkey'. Cannot insert duplicate key in object 'dbo.items'."
                                + " The duplicate key value is ('secret').",
                        "23000",
                        2627)))
                .isEqualTo(new Refusal(null, "items_pkey"));
        assertThat(DIALECT.refusal(new SQLException(
                        "Cannot insert duplicate key row in object 'dbo.items' with unique index 'items_key'."
                                + " The duplicate key value is (secret).",
                        "23000",
                        2601)))
                .isEqualTo(new Refusal(null, "items_key"));
        assertThat(DIALECT.refusal(new SQLException(
                        "Cannot insert the value NULL into column 'note', table 'loans.dbo.items'; column does not allow"
                                + " nulls. INSERT fails.",
                        "23000",
                        515)))
                .isEqualTo(new Refusal("note", null));
        assertThat(DIALECT.refusal(new SQLException(
                        "String or binary data would be truncated in table 'loans.dbo.items', column 'note'."
                                + " Truncated value: 'secret'.",
                        "S0001",
                        2628)))
                .isEqualTo(new Refusal("note", null));
        assertThat(DIALECT.refusal(new SQLException("Verletzung der Einschr\u00E4nkung 'secret'", "23000", 2627)))
                .isEqualTo(Refusal.UNKNOWN);
    }

    @Test
    void knowsWhenTwoUrlsLeadToOneDatabase() {
        String plain = "jdbc:sqlserver://Host:1433;databaseName=Loans;encrypt=true";

        assertThat(DIALECT.identity(plain)).isPresent();
        assertThat(DIALECT.identity("jdbc:sqlserver://host;database=loans;trustServerCertificate=true"))
                .isEqualTo(DIALECT.identity(plain));
        assertThat(DIALECT.identity("jdbc:sqlserver://;serverName=host;databaseName={loans}"))
                .isEqualTo(DIALECT.identity(plain));
        assertThat(DIALECT.identity("jdbc:sqlserver://host:1434;databaseName=loans"))
                .isNotEqualTo(DIALECT.identity(plain));
        assertThat(DIALECT.identity("jdbc:sqlserver://host\\other;databaseName=loans"))
                .isNotEqualTo(DIALECT.identity(plain));
    }

    @Test
    void writesKeysWithoutLossOfDigitsOrPadding() {
        assertThat(DIALECT.asKeyText("k", "float")).startsWith("CONVERT(nvarchar(4000), k, 3)");
        assertThat(DIALECT.asKeyText("k", "datetime")).startsWith("CONVERT(nvarchar(4000), k, 121)");
        assertThat(DIALECT.asKeyText("k", "nchar")).startsWith("RTRIM(CAST(k AS nvarchar(4000))");
        assertThat(DIALECT.asKeyText("k", "bigint"))
                .isEqualTo("CAST(k AS nvarchar(4000)) COLLATE Latin1_General_100_BIN2");
    }

    @Test
    void measuresCharactersOfUnicodeAndBytesOfTheRest() {
        assertThat(DIALECT.size("x", Types.NVARCHAR)).isEqualTo("DATALENGTH(x) / 2");
        assertThat(DIALECT.size("x", Types.VARBINARY)).isEqualTo("DATALENGTH(x)");
        assertThat(DIALECT.document("x", Types.LONGNVARCHAR)).isEqualTo("CAST(x AS nvarchar(max))");
        assertThat(DIALECT.document("x", Types.VARCHAR)).isEqualTo("x");
    }

    private static BulkCopyStaging staging(OnDuplicate onDuplicate) throws SQLException {
        return staging(onDuplicate, 0);
    }

    private static BulkCopyStaging staging(OnDuplicate onDuplicate, int form) throws SQLException {
        List<BulkCopyColumn> columns = List.of(
                BulkCopyColumn.of(ITEMS.columns().get(0), "nvarchar", 600, 0),
                BulkCopyColumn.of(ITEMS.columns().get(1), "int", 10, 0),
                BulkCopyColumn.of(ITEMS.columns().get(2), "bigint", 19, 0),
                BulkCopyColumn.of(ITEMS.columns().get(3), "nvarchar", 1_073_741_823, 0));
        return BulkCopyStaging.of(DIALECT, ITEMS, columns, onDuplicate, form);
    }

    private static void assertStaged(String type, String actual, int precision, String staged, String unstaged)
            throws SQLException {
        BulkCopyColumn column = BulkCopyColumn.of(column("c", type, true), actual, precision, 1252);
        assertThat(column.staged(DIALECT)).as("%s in %s", type, actual).isEqualTo(staged);
        assertThat(column.unstaged(DIALECT, "c1")).as("%s in %s", type, actual).isEqualTo(unstaged);
    }

    private static void assertBabelfish(String message, int number, SqlFault meaning, Refusal refusal) {
        SQLException fault = new SQLException(message, "S0001", number);
        assertThat(DIALECT.classify(fault)).as(message).isEqualTo(meaning);
        assertThat(DIALECT.refusal(fault)).as(message).isEqualTo(refusal);
    }

    private static void assertFault(SqlFault meaning, int... numbers) {
        for (int number : numbers) {
            assertThat(DIALECT.classify(new SQLException("a message", "S0001", number)))
                    .as("%d", number)
                    .isEqualTo(meaning);
        }
    }

    private static SqlType type(String words) {
        return SqlType.parse(words).orElseThrow();
    }

    private static Column column(String name, String type, boolean nullable) {
        return new Column(name, type(type), nullable, false);
    }
}
