package dev.millrace.bench;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.MappingContract;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * What a lap is about: a database with the documents in {@code app_xml} and the empty tables, and a directory with the
 * same documents and rows as files for those that measure half the work.
 *
 * @param url the database, with its log-in
 * @param directory the files
 * @param documents how many documents there are
 * @param bytes how many bytes of XML they have
 */
record Workload(String url, Path directory, long documents, long bytes) {

    /** The files are in so many parts, so that 2 or 4 threads share them evenly. */
    static final int PARTS = 4;

    /** As many documents in a row belong to a part: what a worker gets at once is what a thread gets at once. */
    static final int PART_RUN = 500;

    private static final String FILE = "workload.properties";

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    MappingContract contract() throws IOException, ContractException {
        return SampleDocuments.contract();
    }

    /** The documents of a part: for each its length as an int, and its bytes. */
    Path documentPart(int part) {
        return directory.resolve("documents-" + part);
    }

    /** The rows of a table and part, as COPY's binary format has them. */
    Path rowPart(String table, int part) {
        return directory.resolve("rows-" + table + "-" + part);
    }

    /** Writes this down for another process. */
    void save() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("url", url);
        properties.setProperty("documents", Long.toString(documents));
        properties.setProperty("bytes", Long.toString(bytes));
        try (Writer writer = Files.newBufferedWriter(directory.resolve(FILE))) {
            properties.store(writer, null);
        }
    }

    static Workload load(Path directory) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(directory.resolve(FILE))) {
            properties.load(reader);
        }
        return new Workload(
                properties.getProperty("url"),
                directory,
                Long.parseLong(properties.getProperty("documents")),
                Long.parseLong(properties.getProperty("bytes")));
    }
}
