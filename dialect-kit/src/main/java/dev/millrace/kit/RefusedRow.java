package dev.millrace.kit;

import dev.millrace.document.FaultCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way in which a database can refuse a row of a table with the columns {@code id}, {@code v} and {@code x}.
 *
 * @param kind what it is, for messages
 * @param ddl statements that create the table "t"; names in double quotes, and <code>{s}.</code> before those of a schema
 * @param type of v in the contract
 * @param good a value of v that is taken; <code>{n}</code> in it stands for a number that no other row has
 * @param bad a value of v that is refused, or null for none; where rows meet, the good value of another row stands for it
 * @param meets what another row has, too, where it is not the value by itself that is refused
 * @param keyed whether rows can be found by id, as every way of loading but the plain one needs it
 * @param code of the reject
 * @param tellsColumn whether the reject names column v
 */
public record RefusedRow(
        String kind,
        List<String> ddl,
        String type,
        String good,
        @Nullable String bad,
        Meets meets,
        boolean keyed,
        FaultCode code,
        boolean tellsColumn) {
    /** A bad value that stands for a text of many thousand characters. */
    public static final String LONG = "@long";

    /** What two rows have alike. */
    public enum Meets {
        NOTHING,
        VALUE,
        KEY
    }

    public RefusedRow {
        ddl = List.copyOf(ddl);
    }

    /** A value that is refused by itself. */
    public static RefusedRow of(
            String kind, FaultCode code, String type, String good, @Nullable String bad, String... ddl) {
        return new RefusedRow(kind, List.of(ddl), type, good, bad, Meets.NOTHING, true, code, false);
    }

    /** Integers of which no two rows may have the same. */
    public static RefusedRow meeting(String kind, FaultCode code, String... ddl) {
        return new RefusedRow(kind, List.of(ddl), "integer", "{n}", null, Meets.VALUE, true, code, false);
    }

    /** The same, where the database tells the column. */
    public RefusedRow tellingColumn() {
        return new RefusedRow(kind, ddl, type, good, bad, meets, keyed, code, true);
    }

    /** The same in a table whose rows cannot be found by id. */
    public RefusedRow withoutKey() {
        return new RefusedRow(kind, ddl, type, good, bad, meets, false, code, tellsColumn);
    }

    /** What the SQL standard has, and every database. */
    public static List<RefusedRow> standard() {
        return List.of(
                new RefusedRow(
                        "primary key",
                        List.of(
                                "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))"),
                        "integer",
                        "{n}",
                        null,
                        Meets.KEY,
                        true,
                        FaultCode.DUPLICATE_KEY,
                        false),
                meeting(
                        "unique key",
                        FaultCode.DUPLICATE_KEY,
                        "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer unique, \"x\" varchar(20))"),
                meeting(
                        "unique index",
                        FaultCode.DUPLICATE_KEY,
                        "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                        "create unique index \"i\" on {s}.\"t\" (\"v\")"),
                meeting(
                        "unique index of two columns",
                        FaultCode.DUPLICATE_KEY,
                        "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20), \"one\""
                                + " integer default 1)",
                        "create unique index \"i\" on {s}.\"t\" (\"one\", \"v\")"),
                of(
                        "foreign key",
                        FaultCode.FOREIGN_KEY,
                        "integer",
                        "1",
                        "99",
                        "create table {s}.\"other\" (\"id\" integer primary key)",
                        "insert into {s}.\"other\" values (1)",
                        "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20),"
                                + " foreign key (\"v\") references {s}.\"other\" (\"id\"))"),
                of(
                        "check",
                        FaultCode.CONSTRAINT,
                        "integer",
                        "{n}",
                        "-1",
                        "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer check (\"v\" >= 0), \"x\""
                                + " varchar(20))"),
                of(
                                "not null",
                                FaultCode.CONSTRAINT,
                                "integer",
                                "{n}",
                                null,
                                "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer not null, \"x\""
                                        + " varchar(20))")
                        .tellingColumn());
    }
}
