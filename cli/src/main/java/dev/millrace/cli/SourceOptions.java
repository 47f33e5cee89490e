package dev.millrace.cli;

import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.source.FileSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the source of the documents. */
final class SourceOptions {

    @Option(
            names = "--from",
            paramLabel = "SOURCE",
            description =
                    "Where the documents are: a JDBC URL, postgresql://USER@HOST/DATABASE, a file, a directory, a glob in"
                            + " quotes, an archive or compressed file (.zip .tar .tgz .gz .zst), or - for standard input. Else from"
                            + " the environment: MILLRACE_FROM.")
    private @Nullable String given;

    @Option(
            names = "--from-user",
            paramLabel = "NAME",
            description = "User of the source alone. Else from the environment: MILLRACE_FROM_USER.")
    private @Nullable String user;

    @Option(
            names = "--from-password-file",
            paramLabel = "FILE",
            description = "Password of the source alone. Else from the environment: MILLRACE_FROM_PASSWORD.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--from-table",
            paramLabel = "TABLE",
            description = "The source's table; else the contract's source.table.")
    private @Nullable String table;

    @Option(
            names = "--key-column",
            paramLabel = "COLUMN",
            description = "The column that identifies a document; else the contract's source.key.")
    private @Nullable String keyColumn;

    @Option(
            names = "--xml-column",
            paramLabel = "COLUMN",
            description = "The column with the XML; else the contract's source.xml.")
    private @Nullable String xmlColumn;

    @Option(
            names = "--from-query",
            paramLabel = "SELECT",
            description = "A SELECT that gives the key and the XML, in place of a table.")
    private @Nullable String query;

    @Option(
            names = "--key-range",
            paramLabel = "A..B",
            description = "Only documents with keys from A to B, both included; either may be left out.")
    private @Nullable String keyRange;

    boolean isRange() {
        return keyRange != null;
    }

    boolean isStandardInput(Console console) {
        return FileSource.STANDARD_INPUT.equals(named(console));
    }

    private @Nullable String named(Console console) {
        return given == null ? console.terminal().environment("MILLRACE_FROM") : given;
    }

    /** What names the source: for a command to ask before it does anything else. */
    String require(Console console) throws UsageException {
        String from = named(console);
        if (from == null) {
            throw new UsageException("--from is missing: name the source, such as --from documents/ or --from"
                    + " jdbc:postgresql://localhost/mydb");
        }
        return from;
    }

    From from(LoginOptions login, Console console) throws UsageException {
        return from(require(console), login, console);
    }

    /** Whether the command line names a source. */
    boolean isGiven() {
        return given != null;
    }

    /** Whether the command line or the environment names a source. */
    boolean isKnown(Console console) {
        return named(console) != null;
    }

    /** The source that these options and a name stand for. */
    From from(String from, LoginOptions login, Console console) throws UsageException {
        if (DatabaseUrl.isOne(from)) {
            if (table != null && query != null) {
                throw new UsageException("--from-table and --from-query exclude each other: give one of them");
            }
            if (keyRange != null && !isRange(keyRange)) {
                throw new UsageException(
                        "--key-range: \"" + keyRange + "\" – expected A..B, A.. or ..B, such as 1000..1999");
            }
            return new FromDatabase(
                    login.database(from, new LoginOptions.Own("--from", user, passwordFile, "MILLRACE_FROM"), console),
                    table,
                    keyColumn,
                    xmlColumn,
                    query,
                    keyRange);
        }
        if (DatabaseUrl.isOther(from)) {
            throw new UsageException("--from: " + DatabaseUrl.shown(from)
                    + " – expected a JDBC URL (jdbc:…), a file, a directory, a glob, an archive or -");
        }
        String needless = firstDatabaseOption();
        if (needless != null) {
            throw new UsageException(needless + " is for a database, but --from " + from + " names files");
        }
        return new FromFiles(from);
    }

    /** The source as a cluster reads it, which knows more kinds than one machine. */
    ClusterFrontEnd.Source ofCluster(LoginOptions login, Console console) throws UsageException {
        String from = require(console);
        FromDatabase database = DatabaseUrl.isOne(from) ? (FromDatabase) from(from, login, console) : null;
        String needless = database != null
                ? null
                : table != null
                        ? "--from-table"
                        : query != null ? "--from-query" : keyRange != null ? "--key-range" : null;
        if (needless != null) {
            throw new UsageException(
                    needless + " is for a database, but --from " + DatabaseUrl.shown(from) + " names none");
        }
        return new ClusterFrontEnd.Source(from, database, keyColumn, xmlColumn);
    }

    private static boolean isRange(String text) {
        int dots = text.indexOf("..");
        return dots >= 0 && text.length() > 2 && text.indexOf("..", dots + 2) < 0;
    }

    private @Nullable String firstDatabaseOption() {
        if (table != null) {
            return "--from-table";
        }
        if (query != null) {
            return "--from-query";
        }
        if (keyColumn != null) {
            return "--key-column";
        }
        if (xmlColumn != null) {
            return "--xml-column";
        }
        return keyRange == null ? null : "--key-range";
    }
}
