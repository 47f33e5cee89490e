package dev.millrace.bench;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/** The documents of a run: in the table {@code app_xml}, and the same bytes in files for who only tokenizes. */
final class SampleDocuments {

    private static final long SEED = 1;
    private static final String CONTRACT = "contract.yaml";

    private SampleDocuments() {}

    /** How the documents become rows: the contract in {@code examples/loan-applications}. */
    static MappingContract contract() throws IOException, ContractException {
        return ContractReader.read(contractText(), CONTRACT).contract();
    }

    static String contractText() throws IOException {
        try (InputStream file = Objects.requireNonNull(SampleDocuments.class.getResourceAsStream(CONTRACT), CONTRACT)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static SampleApplications applications(DocumentSet set) {
        return new SampleApplications(Settings.of(SEED, set.size()));
    }

    /** Sound documents, from number 1 on, in memory. */
    static List<Document> inMemory(SampleApplications applications, int count) {
        List<Document> documents = new ArrayList<>();
        for (int n = 1; n <= count; n++) {
            documents.add(Document.ofText(Integer.toString(n), applications.document(n), "app_xml"));
        }
        return documents;
    }

    static List<Document> inMemory(DocumentSet set, int count) {
        return inMemory(applications(set), count);
    }

    static long bytes(List<Document> documents) {
        return documents.stream()
                .mapToLong(document -> document.content().length)
                .sum();
    }

    /** Replaces what is in the table and the files. */
    static Workload make(Server server, Path directory, DocumentSet set, long count) throws SQLException, IOException {
        SampleApplications applications = applications(set);
        Workload workload = new Workload(server.url(), directory, count, 0);
        long bytes = 0;
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS app_xml");
            statement.execute("CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text NOT NULL)");
            List<DataOutputStream> parts = openParts(workload);
            try (PGCopyOutputStream table = new PGCopyOutputStream(
                            connection.unwrap(PGConnection.class), "COPY app_xml FROM STDIN (FORMAT csv)");
                    BufferedOutputStream rows = new BufferedOutputStream(table, 1 << 16)) {
                for (long n = 1; n <= count; n++) {
                    byte[] document = applications.document(n);
                    DataOutputStream part = parts.get((int) (n / Workload.PART_RUN % Workload.PARTS));
                    part.writeInt(document.length);
                    part.write(document);
                    rows.write(csvRow(n, document));
                    bytes += document.length;
                }
            } finally {
                for (DataOutputStream part : parts) {
                    part.close();
                }
            }
        }
        Workload made = new Workload(server.url(), directory, count, bytes);
        made.save();
        return made;
    }

    private static List<DataOutputStream> openParts(Workload workload) throws IOException {
        List<DataOutputStream> parts = new ArrayList<>();
        for (int part = 0; part < Workload.PARTS; part++) {
            parts.add(new DataOutputStream(
                    new BufferedOutputStream(Files.newOutputStream(workload.documentPart(part)), 1 << 16)));
        }
        return parts;
    }

    private static byte[] csvRow(long key, byte[] document) {
        String text = new String(document, StandardCharsets.UTF_8).replace("\"", "\"\"");
        return (key + ",\"" + text + "\"\n").getBytes(StandardCharsets.UTF_8);
    }
}
