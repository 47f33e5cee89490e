package dev.millrace.source;

import dev.millrace.dialect.Database;
import java.util.Properties;

final class H2SourceTest extends JdbcSourceBehaviour {

    private final Database database = Database.of("jdbc:h2:mem:source;DB_CLOSE_DELAY=-1", new Properties());

    @Override
    Database database() {
        return database;
    }

    @Override
    String text() {
        return "clob";
    }

    @Override
    String binary() {
        return "blob";
    }
}
