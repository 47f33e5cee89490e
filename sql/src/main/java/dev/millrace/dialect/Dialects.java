package dev.millrace.dialect;

import dev.millrace.dialect.duckdb.DuckDb;
import dev.millrace.dialect.h2.H2;
import dev.millrace.dialect.mariadb.MariaDb;
import dev.millrace.dialect.postgresql.PostgreSql;
import dev.millrace.dialect.sqlite.Sqlite;
import dev.millrace.dialect.sqlserver.SqlServer;
import java.util.List;
import java.util.Optional;

/** The databases Millrace knows: a new one is a class and a line here. */
public final class Dialects {
    private static final List<Dialect> ALL =
            List.of(new PostgreSql(), new SqlServer(), new H2(), new DuckDb(), new Sqlite(), new MariaDb());

    private Dialects() {}

    /** All of them, in the order in which help shows them. */
    public static List<Dialect> all() {
        return ALL;
    }

    /** The dialect of a name such as {@code postgresql}. */
    public static Optional<Dialect> named(String name) {
        return ALL.stream()
                .filter(dialect -> dialect.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** The dialect of a JDBC URL. */
    public static Optional<Dialect> of(String url) {
        return ALL.stream().filter(dialect -> dialect.accepts(url)).findFirst();
    }

    /** The names for a message. */
    static String names() {
        return String.join(", ", ALL.stream().map(Dialect::name).toList());
    }
}
