package dev.millrace.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What is said of a fault of a statement, over all databases, with their own words as they give them. */
class MeaningTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sqlserver|S0001|229|The INSERT permission was denied on the object 'item', database 'x', schema 'dbo'."
                        + "|the user lacks a privilege (INSERT on item), SQL state S0001, error 229; have it granted",
                "sqlserver|S0001|262|CREATE TABLE permission denied in database 'x'.|(CREATE TABLE)",
                "sqlserver|S0001|33557097|permission denied for table item ClientConnectionId:1|(item)",
                "sqlserver|S0002|208|Invalid object name 'dbo.item'.|a table is not there, or the user may not see it",
                "sqlserver|S0001|207|Invalid column name 'a'.|a column is not there",
                "sqlserver|S0001|2714|There is already an object named 'item'.|the user may not see it",
                "sqlserver|S0001|1105|Could not allocate space|its disk is full, SQL state S0001, error 1105; make room",
                "sqlserver|S0001|9002|The transaction log is full|its log is full, SQL state S0001, error 9002; have the log",
                "sqlserver|S0001|40544|quota|the size that Azure gives it",
                "sqlserver|S0001|3906|read-only|the database is read-only",
                "sqlserver|HY008|0|The query has timed out.|was cancelled or took too long, SQL state HY008",
                "sqlserver|HYT00|0|The query has timed out.|was cancelled or took too long, SQL state HYT00",
                "mariadb|42000|1142|(conn=3) INSERT, UPDATE command denied to user 'a'@'b' for table `kit`.`item`"
                        + "|(INSERT, UPDATE on `kit`.`item`), SQL state 42000, error 1142; have it granted",
                "mariadb|42000|1143|(conn=3) SELECT command denied to user 'a'@'b' for column 'c' in table 'item'"
                        + "|(SELECT on 'item')",
                "mariadb|42000|1044|(conn=3) Access denied for user|the user lacks a privilege",
                "mariadb|42S02|1146|(conn=3) Table 'kit.item' doesn't exist|a table is not there",
                "mariadb|42S22|1054|(conn=3) Unknown column|a column is not there",
                "mariadb|HY000|1021|(conn=3) Disk full|its disk is full",
                "mariadb|HY000|1114|(conn=3) The table 'item' is full|its disk is full",
                "mariadb|HY000|1290|(conn=3) --read-only|the database is read-only",
                "mariadb|70100|1969|(conn=3) max_statement_time exceeded|took too long",
                "h2|90096|90096|Not enough rights for object \"PUBLIC.ITEM\"|(PUBLIC.ITEM)",
                "h2|90040|90040|Admin rights are required|(ADMIN)",
                "h2|42102|42102|Table \"ITEM\" not found|a table is not there",
                "h2|42122|42122|Column \"A\" not found|a column is not there",
                "h2|90097|90097|The database is read only|the database is read-only",
                "h2|HYT00|50200|Timeout trying to lock table|took too long",
                "postgresql|42P01|0|relation \"item\" does not exist|a table is not there",
                "postgresql|42703|0|column \"a\" does not exist|a column is not there",
                "postgresql|53100|0|could not extend file|its disk is full",
            })
    void saysInOneLineWhatIsTheMatterAndWhatToDo(
            String dialect, String state, int number, String message, String said) {
        SQLException fault = new SQLException(message, state, number);

        assertThat(database(dialect).reason(fault, false)).contains(said).doesNotContain("\n");
        assertThat(database(dialect).reason(new SQLException("a batch", fault), false))
                .contains(said.substring(0, said.indexOf(',') < 0 ? said.length() : said.indexOf(',')));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "duckdb|Catalog Error: Table with name item does not exist!|a table is not there",
                "duckdb|Binder Error: Table \"item\" does not have a column named \"a\"|a column is not there",
                "duckdb|Invalid Input Error: Cannot execute statement of type \"INSERT\" on database \"x\" which is attached"
                        + " in read-only mode!|the database is read-only",
                "sqlite|[SQLITE_ERROR] SQL error or missing database (no such table: item)|a table is not there",
                "sqlite|[SQLITE_ERROR] SQL error or missing database (table item has no column named a)"
                        + "|a column is not there",
                "sqlite|[SQLITE_READONLY] Attempt to write a readonly database|is read-only; let this user write to it"
            })
    void knowsTheWordsOfDatabasesWithoutNumbers(String dialect, String message, String said) {
        Dialect named = Dialects.named(dialect).orElseThrow();
        Meaning meaning = named.meaning(new SQLException(message));

        assertThat(meaning.found() + "; " + meaning.advice()).contains(said);
    }

    @Test
    void namesWhatPostgreSqlDenies() {
        SQLException fault = new PSQLException(
                new ServerErrorMessage("SERROR\0VERROR\0C42501\0Mpermission denied for table item\0"));

        assertThat(database("postgresql").reason(fault, false))
                .isEqualTo("the user lacks a privilege (table item), SQL state 42501; have it granted");
    }

    @Test
    void triesAgainWhatTookTooLong() {
        for (String state : new String[] {"HY008", "HYT00"}) {
            assertThat(database("sqlserver").mayPass(new SQLException("The query has timed out.", state, 0)))
                    .as(state)
                    .isTrue();
        }
        assertThat(database("sqlserver").mayPass(new SQLTimeoutException("The query has timed out.")))
                .isTrue();
        assertThat(database("postgresql").mayPass(new SQLException("canceling statement", "57014")))
                .isTrue();
        assertThat(database("h2").mayPass(new SQLException("Timeout trying to lock table", "HYT00", 50200)))
                .isTrue();
        for (int number : new int[] {1317, 1969, 3024}) {
            assertThat(database("mariadb").mayPass(new SQLException("interrupted", "70100", number)))
                    .isTrue();
        }
    }

    @Test
    void knowsWhatNoDocumentIsTheCauseOf() {
        for (int number : new int[] {229, 230, 262, 2760, 3906, 1105, 9002}) {
            SQLException fault = new SQLException("no", "S0001", number);
            assertThat(Dialects.named("sqlserver").orElseThrow().isOfTheDatabase(fault))
                    .as("" + number)
                    .isTrue();
        }
        for (int number : new int[] {1044, 1142, 1143, 1227}) {
            assertThat(Dialects.named("mariadb")
                            .orElseThrow()
                            .isLackOfPrivilege(new SQLException("no", "42000", number)))
                    .isTrue();
        }
        assertThat(Dialects.named("h2").orElseThrow().isLackOfPrivilege(new SQLException("no", "90096", 90096)))
                .isTrue();
    }

    @Test
    void saysOfSqlServersNetworkWhatIsTheMatterAlone() {
        String advice =
                ". Verify the connection properties. Make sure that an instance of SQL Server is running on the host"
                        + " and accepting TCP/IP connections at the port. Make sure that TCP connections to the port are not blocked"
                        + " by a firewall.\".";
        String before = "The TCP/IP connection to the host x, port 1433 has failed. Error: \"";

        assertThat(database("sqlserver").explain(new SQLException(before + "Connection refused" + advice, "08S01")))
                .isEqualTo("jdbc:sqlserver://host – cannot connect: the server cannot be reached (Connection refused);"
                        + " check host, port and whether it runs");
        assertThat(database("sqlserver").reason(new SQLException(before + "nowhere.invalid" + advice, "08S01"), false))
                .isEqualTo("the connection is lost (unknown host nowhere.invalid)");
        assertThat(database("sqlserver")
                        .reason(new SQLException(before + "a.b: Name or service not known" + advice, "08S01"), false))
                .isEqualTo("the connection is lost (unknown host a.b)");
        assertThat(database("sqlserver")
                        .reason(new SQLException("Read timed out ClientConnectionId:1-2", "08S01"), false))
                .isEqualTo("the connection is lost (Read timed out)");
    }

    @Test
    void tellsAFaultInFullOnceAndThenShortly() {
        RetryPolicy.Tries tries = RetryPolicy.DEFAULT.begin();

        assertThat(tries.tell("a long story")).isEqualTo("a long story");
        assertThat(tries.tell("a long story")).isEqualTo("the same fault again");
        assertThat(tries.tell("another")).isEqualTo("another");
        assertThat(tries.tell("a long story")).isEqualTo("a long story");
    }

    @Test
    void masksNothingButSecrets() {
        assertThat(Database.of("jdbc:sqlserver://host;loginTimeout=3;user=a;password=b", new Properties())
                        .displayUrl())
                .isEqualTo("jdbc:sqlserver://host;loginTimeout=3;user=***;password=***");
        assertThat(Database.of("jdbc:postgresql://host/db?jaasLogin=false&password=b&loginTimeout=3", new Properties())
                        .displayUrl())
                .isEqualTo("jdbc:postgresql://host/db?jaasLogin=false&password=***&loginTimeout=3");
    }

    private static Database database(String dialect) {
        String url = dialect.equals("h2")
                ? "jdbc:h2:mem:x"
                : "jdbc:" + dialect + "://host" + (dialect.equals("sqlserver") ? "" : "/db");
        return Database.of(url, new Properties());
    }
}
