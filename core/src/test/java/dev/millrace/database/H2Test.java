package dev.millrace.database;

import dev.millrace.dialect.Database;
import java.util.Properties;

class H2Test extends DialectContractTests {
    private static final Database DATABASE = Database.of("jdbc:h2:mem:h2test", new Properties());

    @Override
    Database database() {
        return DATABASE;
    }
}
