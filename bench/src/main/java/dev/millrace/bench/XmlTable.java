package dev.millrace.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Objects;

/** {@code INSERT … SELECT … XMLTABLE} in the database itself, as a good DBA writes it; a transaction per session. */
record XmlTable(int sessions) implements Contestant {

    private static final String STATEMENTS = "xmltable.sql";

    @Override
    public String name() {
        return "XMLTABLE, " + sessions + (sessions == 1 ? " session" : " sessions");
    }

    @Override
    public boolean loads() {
        return true;
    }

    @Override
    public void run(Workload workload) throws Exception {
        Parallel.run(sessions, session -> load(workload, session));
    }

    private void load(Workload workload, int session) throws Exception {
        try (Connection connection = workload.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(statements()
                    .replace("{sessions}", Integer.toString(sessions))
                    .replace("{session}", Integer.toString(session)));
            connection.commit();
        }
    }

    private static String statements() throws IOException {
        try (InputStream file = Objects.requireNonNull(XmlTable.class.getResourceAsStream(STATEMENTS), STATEMENTS)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
