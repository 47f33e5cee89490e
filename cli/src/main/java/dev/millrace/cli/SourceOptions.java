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
            required = true,
            description = "Where the documents are: a JDBC URL, a file, a directory, a glob in quotes, an archive or"
                    + " compressed file (.zip .tar .tgz .gz .zst), or - for standard input.")
    private String from = "";

    @Option(names = "--from-user", paramLabel = "NAME", description = "User of the source alone.")
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

    boolean isStandardInput() {
        return FileSource.STANDARD_INPUT.equals(from);
    }

    From from(LoginOptions login, Console console) throws UsageException {
        if (LoginOptions.isJdbcUrl(from)) {
            if (table != null && query != null) {
                throw new UsageException("--from-table and --from-query exclude each other: give one of them");
            }
            if (keyRange != null && !isRange(keyRange)) {
                throw new UsageException(
                        "--key-range: \"" + keyRange + "\" – expected A..B, A.. or ..B, such as 1000..1999");
            }
            return new FromDatabase(
                    login.database(from, "--from", user, passwordFile, "MILLRACE_FROM_PASSWORD", console),
                    table,
                    keyColumn,
                    xmlColumn,
                    query,
                    keyRange);
        }
        if (LoginOptions.isOtherUrl(from)) {
            throw new UsageException("--from: " + LoginOptions.shown(from)
                    + " – expected a JDBC URL (jdbc:…), a file, a directory, a glob, an archive or -");
        }
        String needless = firstDatabaseOption();
        if (needless != null) {
            throw new UsageException(needless + " is for a database, but --from " + from + " names files");
        }
        return new FromFiles(from);
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
