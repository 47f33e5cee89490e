package dev.millrace.dialect.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.Columns;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which row of many is refused, where the driver does not tell. */
class SqliteInsertTest {
    private static final int ROWS = 2_500;
    private static final int REFUSED = 1_700;
    private static final TableDefinition TABLE = new TableDefinition(
            null,
            "items",
            List.of(
                    new Column("id", SqlType.INTEGER, false, false),
                    new Column("amount", new SqlType(Kind.DOUBLE, 0, 0, 0), false, false),
                    new Column("owner", SqlType.INTEGER, false, false)),
            new Columns("items_pkey", List.of("id")),
            List.of(),
            List.of(),
            List.of());

    @TempDir
    private Path folder;

    private Database database;
    private Connection connection;

    @BeforeEach
    void createTables() throws SQLException {
        database = Database.of("jdbc:sqlite:" + folder.resolve("items.sqlite"), new Properties());
        connection = database.connect();
        execute(
                "CREATE TABLE owners (id integer PRIMARY KEY)",
                "INSERT INTO owners VALUES (1)",
                "CREATE TABLE items (id integer PRIMARY KEY, amount double NOT NULL,"
                        + " owner integer NOT NULL REFERENCES owners (id))",
                "INSERT INTO items VALUES (" + REFUSED + ", 0, 1)",
                "CREATE TABLE trace (id integer)");
        connection.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void namesTheRowWhoseKeyIsThere() throws Exception {
        assertRefused(OnDuplicate.REJECT, 1.5, 1, SqlFault.DUPLICATE_KEY);
    }

    @Test
    void namesTheRowThatLacksAValue() throws Exception {
        execute("DELETE FROM items");

        assertRefused(OnDuplicate.REJECT, null, 1, SqlFault.CONSTRAINT);
    }

    @Test
    void namesTheRowThatRefersToNothing() throws Exception {
        execute("DELETE FROM items");

        assertRefused(OnDuplicate.REJECT, 1.5, 7, SqlFault.FOREIGN_KEY);
    }

    @Test
    void namesTheRowWhenRowsBeforeItWereUpdatedOrKept() throws Exception {
        execute("DELETE FROM items", "INSERT INTO items VALUES (3, 0, 1), (1200, 0, 1)");

        assertRefused(OnDuplicate.UPDATE, null, 1, SqlFault.CONSTRAINT);
        assertRefused(OnDuplicate.KEEP_FIRST, null, 1, SqlFault.CONSTRAINT);
    }

    @Test
    void namesTheRowWhenTriggersChangeOtherRows() throws Exception {
        execute("CREATE TRIGGER tracing AFTER INSERT ON Items BEGIN INSERT INTO trace VALUES (new.id); END");

        assertRefused(OnDuplicate.REJECT, 1.5, 1, SqlFault.DUPLICATE_KEY);
    }

    @Test
    void namesTheRowThatSqliteCouldNotHold() throws Exception {
        assertRefused(OnDuplicate.REJECT, Double.NaN, 1, SqlFault.VALUE);
    }

    @Test
    void countsWhatWentIntoTheTable() throws Exception {
        assertThat(load(OnDuplicate.UPDATE, 1.5, 1)).isEqualTo(ROWS);
        execute("DELETE FROM items WHERE id % 2 = 0");
        assertThat(load(OnDuplicate.KEEP_FIRST, 1.5, 1)).isEqualTo(ROWS / 2);
    }

    /** After the fault and a rollback the same loader goes on. */
    private void assertRefused(OnDuplicate onDuplicate, @Nullable Double amount, int owner, SqlFault meaning)
            throws SQLException {
        connection.commit();
        try (BulkLoader loader = database.dialect().loader(connection, TABLE, onDuplicate)) {
            for (int attempt = 0; attempt < 2; attempt++) {
                SQLException fault = catchThrowableOfType(SQLException.class, () -> load(loader, amount, owner));

                assertThat(database.dialect().classify(fault)).isEqualTo(meaning);
                assertThat(loader.suspect(fault)).isEqualTo(REFUSED);
                loader.abort();
                connection.rollback();
            }
        }
    }

    private long load(OnDuplicate onDuplicate, @Nullable Double amount, int owner) throws SQLException {
        try (BulkLoader loader = database.dialect().loader(connection, TABLE, onDuplicate)) {
            return load(loader, amount, owner);
        }
    }

    /** Rows from 0, of which one is another than the rest. */
    private static long load(BulkLoader loader, @Nullable Double amount, int owner) throws SQLException {
        for (int id = 0; id < ROWS; id++) {
            boolean other = id == REFUSED;
            loader.write(new Object[] {id, other ? amount : Double.valueOf(1.5), other ? owner : 1});
        }
        return loader.commit();
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
