package dev.millrace.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An import for tables that are there: what becomes of the contract's types, and what is told. */
final class TableFitTest {

    private static final String START = """
            {"source_table": "t", "source_column": "x", "xml_root_element": "Provenir", "target_schema": "dbo",
             "enum_mappings": {"kind_enum": {"A": 1, "B": 300}},
             "bit_conversions": {"char_to_bit": {"Y": 1, "N": 0}, "boolean_to_bit": {}},
             "mappings": [{"xml_path": "/Provenir/Request", "xml_attribute": "ID", "target_table": "app_base",
               "target_column": "app_id", "data_type": "int", "nullable": false},
            """;

    private final Map<String, TargetTable> tables = new HashMap<>();

    /** The original casts, its database casts once more: what comes out of both is the column's value. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "int          | - | integer        | integer        | -",
                "int          | - | bigint         | bigint         | -",
                "int          | - | decimal(18,2)  | decimal(16,0)  | -",
                "int          | - | double         | double         | floor(abs($n) + 0.5)",
                "int          | - | boolean        | boolean        | -",
                "smallint     | - | integer        | integer        | -",
                "decimal      | 4 | decimal(18,4)  | decimal(18,4)  | -",
                "decimal      | 2 | decimal(19,4)  | decimal(17,2)  | -",
                "decimal      | 4 | decimal(12,2)  | decimal(12,2)  | -",
                "decimal      | 2 | integer        | integer        | scale: down",
                "decimal      | 2 | real           | real           | * 100 + 0.5",
                "float        | - | real           | real           | -",
                "float        | - | decimal(10,3)  | decimal(10,3)  | -",
                "string       | 9 | varchar(9)     | varchar(9)     | -",
                "string       | 9 | varchar(40)    | varchar(9)     | -",
                "string       | 9 | text           | varchar(9)     | -",
                "string       | 9 | varchar(5)     | varchar(5)     | overflow: reject",
                "string       | - | varchar(5)     | varchar(5)     | overflow: reject",
                "string       | - | text           | text           | -",
                "string       | 9 | char(9)        | char(9)        | -",
                "string       | 2 | char(9)        | char(9)        | substring((",
                "string       | 9 | integer        | integer        | scale: reject",
                "string       | 9 | decimal(9,2)   | decimal(9,2)   | -",
                "string       | 9 | date           | date           | -",
                "date         | - | date           | date           | -",
                "date         | - | timestamp(3)   | timestamp(3)   | -",
                "datetime     | - | timestamp(3)   | timestamp(3)   | -",
                "datetime     | - | timestamp(0)   | timestamp(0)   | -",
                "datetime     | - | timestamp(7)   | timestamp(6)   | -",
                "datetime     | - | date           | date           | -",
                "boolean      | - | smallint       | smallint       | -",
                "bit          | - | boolean        | boolean        | -",
            })
    void takesTheTypeOfTheColumn(
            String dataType, @Nullable String length, String there, String expected, @Nullable String setting)
            throws Exception {
        table("app_base", "app_id integer", "c " + there);

        ImportedContract imported = convert("\"target_column\": \"c\", \"data_type\": \"" + dataType
                + "\", \"nullable\": true" + (length == null ? "" : ", \"data_length\": " + length));

        assertThat(column(imported, "c"))
                .contains("type: " + (expected.contains(",") ? "\"" + expected + "\"" : expected));
        if (setting == null) {
            assertThat(column(imported, "c")).doesNotContain("scale:", "overflow:", "substring(");
        } else {
            assertThat(column(imported, "c")).contains(setting);
        }
    }

    @Test
    void countsAndNamesWhatDiffers() throws Exception {
        table(
                "app_base",
                "app_id integer numbered",
                "a varchar(20)",
                "b varchar(4)",
                "c decimal(18,2)",
                "d integer",
                "z date");

        ImportedContract imported = convert(
                "\"target_column\": \"a\", \"data_type\": \"string\", \"data_length\": 8, \"nullable\": false, \"default_value\": \"x\"",
                "\"target_column\": \"b\", \"data_type\": \"string\", \"data_length\": 8, \"nullable\": true",
                "\"target_column\": \"c\", \"data_type\": \"int\", \"nullable\": true",
                "\"target_column\": \"d\", \"data_type\": \"int\", \"nullable\": true");

        assertThat(imported.differences())
                .contains(
                        "types, sizes, keys and what may be NULL are those of 1 table in schema dbo: 5 columns compared, 1 as the"
                                + " contract says",
                        "1 column is numbered by the database: its values from the documents are kept: app_base.app_id",
                        "1 column is longer than the contract's data_length, to which texts are cut: app_base.a (8, varchar(20))",
                        "1 column is shorter than the contract's data_length: longer texts are rejected, as the database rejects"
                                + " them: app_base.b (8, varchar(4))",
                        "1 column has another type than the contract says: app_base.c (int, decimal(18,2))",
                        "1 column is not nullable in the contract and may be NULL in the table, which changes nothing: app_base.a",
                        "1 column of the tables is not in the contract, and is the database's to fill: app_base.z");
        assertThat(imported.yaml()).contains("# data_length 8, and the column is varchar(20)");
    }

    @Test
    void givesAColumnThatTheOriginalsInsertLeavesOutTheTablesDefault() throws Exception {
        table(
                "app_base",
                "app_id integer",
                "a boolean NOT NULL DEFAULT ((0))",
                "b varchar(9) NOT NULL DEFAULT 'it''s'::character varying",
                "c timestamp(3) NOT NULL DEFAULT ('1900-01-01')",
                "d timestamp(3) NOT NULL DEFAULT (getutcdate())",
                "e timestamp(3) DEFAULT CURRENT_TIMESTAMP",
                "f integer DEFAULT (-1)",
                "g integer NOT NULL");

        ImportedContract imported = convert(
                "\"target_column\": \"a\", \"data_type\": \"bit\", \"nullable\": true",
                "\"target_column\": \"b\", \"data_type\": \"string\", \"data_length\": 9, \"nullable\": true",
                "\"target_column\": \"c\", \"data_type\": \"datetime\", \"nullable\": true",
                "\"target_column\": \"d\", \"data_type\": \"datetime\", \"nullable\": true",
                "\"target_column\": \"e\", \"data_type\": \"datetime\", \"nullable\": true",
                "\"target_column\": \"f\", \"data_type\": \"int\", \"nullable\": true",
                "\"target_column\": \"g\", \"data_type\": \"int\", \"nullable\": true");

        assertThat(column(imported, "a")).contains("default: 0", "required: true");
        assertThat(column(imported, "b")).contains("default: \"it's\"", "required: true");
        assertThat(column(imported, "c")).contains("default: 1900-01-01", "required: true");
        assertThat(column(imported, "d")).doesNotContain("default:").contains("required: true");
        assertThat(column(imported, "e")).doesNotContain("default:", "required:");
        assertThat(column(imported, "f")).contains("default: \"-1\"").doesNotContain("required:");
        assertThat(column(imported, "g")).contains("required: true");
        assertThat(imported.differences())
                .anySatisfy(
                        note -> assertThat(note)
                                .contains(
                                        "where the original's INSERT had the database's default, which is no constant: app_base.d"))
                .anySatisfy(note -> assertThat(note).contains("as the database rejects it: app_base.g"));
    }

    @Test
    void tellsWhatIsNotThereAndWhatNothingFills() throws Exception {
        table("app_base", "app_id integer", "owner varchar(9) NOT NULL", "sum integer computed");

        ImportedContract imported = convert(
                "\"target_column\": \"lost\", \"data_type\": \"int\", \"nullable\": true",
                "\"target_column\": \"sum\", \"data_type\": \"int\", \"nullable\": true",
                "\"target_table\": \"app_gone\", \"target_column\": \"x\", \"data_type\": \"int\", \"nullable\": true");

        assertThat(imported.differences())
                .anySatisfy(note -> assertThat(note)
                        .startsWith("1 column is in the contract and not in the table")
                        .endsWith("app_base.lost"))
                .anySatisfy(note -> assertThat(note)
                        .startsWith("1 column is computed by the database")
                        .contains("app_base.sum"))
                .anySatisfy(note -> assertThat(note)
                        .startsWith("1 column is NOT NULL without a default, and nothing fills it")
                        .contains("app_base.owner"))
                .anySatisfy(note ->
                        assertThat(note).startsWith("1 table is not there").endsWith("app_gone"));
    }

    @Test
    void tellsOfCodesThatAColumnDoesNotHold() throws Exception {
        table("app_base", "app_id integer", "kind_enum varchar(2)");

        ImportedContract imported = convert(
                "\"target_column\": \"kind_enum\", \"data_type\": \"smallint\", \"mapping_type\": [\"enum\"], \"nullable\": true");

        assertThat(imported.differences())
                .anySatisfy(
                        note -> assertThat(note).contains("codes that the column does not hold", "app_base.kind_enum"));
    }

    @Test
    void looksForRowsThatAreThereOnlyWhereTheTableHasAKeyForIt() throws Exception {
        tables.put("app_base", made("app_base", Set.of("app_id"), "app_id integer"));
        tables.put(
                "scores", made("scores", Set.of(), "app_id integer", "score_identifier varchar(20)", "score integer"));

        String score =
                "\"target_table\": \"scores\", \"target_column\": \"\", \"data_type\": \"int\", \"mapping_type\": [\"add_score(X)\"]";
        ImportedContract imported = convert(score, score);

        assertThat(ReferenceImport.convert(json(score, score), "r.json", "r", Mode.AS_MEANT)
                        .yaml())
                .contains("on-duplicate: update");
        assertThat(ReferenceImport.convert(json(score), "r.json", "r", Mode.AS_MEANT)
                        .yaml())
                .doesNotContain("on-duplicate");
        assertThat(imported.yaml()).doesNotContain("on-duplicate: update");
        assertThat(imported.differences())
                .contains("1 table has no primary key: the database does not notice rows that are there twice: scores")
                .anySatisfy(note ->
                        assertThat(note).startsWith("1 table has no primary or unique key on the contract's key"));
    }

    @Test
    void addsNoNumberToATableThatHasNone() throws Exception {
        table("app_base", "app_id integer");
        tables.put(
                "app_policy_exceptions_rl",
                made(
                        "app_policy_exceptions_rl",
                        Set.of(),
                        "app_id integer",
                        "policy_exception_type_enum smallint",
                        "reason_code varchar(9)"));
        String waived = "\"target_table\": \"app_policy_exceptions_rl\", \"target_column\": \"\","
                + " \"data_type\": \"string\", \"mapping_type\": [\"policy_exceptions(5)\"]";

        ImportedContract imported = convert(waived, waived);

        MappingContract contract =
                ContractReader.read(imported.yaml(), "imported").contract();
        TableMapping table = contract.tables().get(1);
        assertThat(table.columns().stream().map(TableMapping.Column::name))
                .containsExactly("app_id", "policy_exception_type_enum", "reason_code");
        assertThat(table.key()).hasSize(3);
    }

    @Test
    void takesOverThePrimaryKey() throws Exception {
        tables.put("app_base", made("app_base", Set.of("app_id", "part"), "app_id integer", "part varchar(3)"));

        ImportedContract imported = convert(
                "\"target_column\": \"part\", \"data_type\": \"string\", \"data_length\": 3, \"nullable\": true");

        MappingContract contract =
                ContractReader.read(imported.yaml(), "imported").contract();
        TableMapping table = contract.tables().get(0);
        assertThat(table.key().stream().map(key -> table.columns().get(key).name()))
                .containsExactly("app_id", "part");
        assertThat(imported.differences())
                .contains("1 table has a primary key that the contract takes over: app_base" + " ("
                        + String.join(", ", tables.get("app_base").primaryKey()) + ")");
    }

    @Test
    void leavesTheSchemaToTheConnectionWhereTheContractsIsNotThere() throws Exception {
        table("app_base", "app_id integer");
        String json = START
                + "{\"xml_path\": \"/Provenir/Request\", \"xml_attribute\": \"x\", \"target_table\": \"app_base\","
                + " \"target_column\": \"x\", \"data_type\": \"int\", \"nullable\": true}]}";

        ImportedContract imported = ReferenceImport.convert(
                json, "r.json", "r", Mode.AS_MEANT, new TargetTables(null, "PUBLIC", tables, null));

        assertThat(imported.yaml()).doesNotContain("schema:");
        assertThat(imported.differences())
                .anySatisfy(note -> assertThat(note)
                        .contains("schema dbo is not in the database")
                        .contains("PUBLIC"));
    }

    private ImportedContract convert(String... mappings) throws ReferenceException {
        return ReferenceImport.convert(
                json(mappings), "r.json", "r", Mode.AS_MEANT, new TargetTables("dbo", "dbo", tables, null));
    }

    private static String json(String... mappings) {
        List<String> all = new ArrayList<>();
        for (String mapping : mappings) {
            all.add("{\"xml_path\": \"/Provenir/Request/a\", \"xml_attribute\": \"x\", "
                    + (mapping.contains("target_table") ? "" : "\"target_table\": \"app_base\", ") + mapping + "}");
        }
        return START + String.join(",\n", all) + "]}";
    }

    private static String column(ImportedContract imported, String name) {
        return imported.yaml()
                .lines()
                .filter(line -> line.strip().startsWith(name + ": { "))
                .findFirst()
                .orElseThrow();
    }

    private void table(String name, String... columns) {
        tables.put(name, made(name, Set.of("app_id"), columns));
    }

    /** {@code name type [NOT NULL] [numbered] [computed] [DEFAULT …]} for each column. */
    private static TargetTable made(String name, Set<String> key, String... columns) {
        List<TargetTable.Column> made = new ArrayList<>();
        for (String column : columns) {
            String[] parts = column.split(" DEFAULT ", 2);
            String[] words = parts[0].split(" ");
            made.add(new TargetTable.Column(
                    words[0],
                    words[1],
                    SqlType.parse(words[1]).orElseThrow(),
                    !column.contains("NOT NULL") && !key.contains(words[0]),
                    column.endsWith("numbered"),
                    column.endsWith("computed"),
                    parts.length == 1 ? null : parts[1]));
        }
        return new TargetTable(name, made, key, key.isEmpty() ? Set.of() : new LinkedHashSet<>(Set.of(key)));
    }
}
