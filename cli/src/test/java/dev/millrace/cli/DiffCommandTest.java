package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.millrace.contract.ContractDifference;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.SchemaChange;
import dev.millrace.dialect.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What the command prints; that its statements work is {@link DiffStatementsTest}'s, what differs the comparison's. */
class DiffCommandTest {

    @TempDir
    private Path folder;

    private Path before = Path.of("");
    private Path after = Path.of("");

    @BeforeEach
    void write() throws Exception {
        before = SmallContract.in(folder);
        after = folder.resolve("new.yaml");
        Files.copy(before, after);
    }

    @Test
    void tellsPeopleWhatDiffersAtEightyColumns() throws Exception {
        changeMuch();

        Invocation diff = diff();

        assertThat(diff.exitCode()).isEqualTo(3);
        assertThat(diff.err()).isEmpty();
        assertThat(shown(null)).isEqualTo("""
                orders.yaml and new.yaml: 7 differences

                contract
                  ~ 3 columns: invalid is null, was reject
                      orders.id, orders.placed, item.amount
                      orders.yaml:8:7 → new.yaml:4:13

                table orders
                  ~ column buyer: type widened from varchar(12) to varchar(80)
                      orders.yaml:9:30 → new.yaml:10:30
                  ~ column placed: type changed from date to integer; values that are no whole
                      number from -2147483648 to 2147483647 no longer fit
                      orders.yaml:10:34 → new.yaml:11:34

                table item
                  ~ column amount was renamed from price
                      orders.yaml:17:7 → new.yaml:19:7
                  + column size was added: integer, path @size
                      orders.yaml:14:5 → new.yaml:18:7

                Documents that are loaded have to be mapped again to have what the new contract
                gives, with 'run --on-existing reload'.
                """);
    }

    @Test
    void printsAScriptWhereStatementsAreAskedFor() throws Exception {
        changeMuch();

        Invocation diff = diff("--dialect", "h2");

        assertThat(diff.exitCode()).isEqualTo(3);
        String shown = shown("h2");
        assertThat(shown.substring(shown.indexOf("-- Documents that"))).isEqualTo("""
                -- Documents that are loaded have to be mapped again to have what the new
                -- contract gives, with 'run --on-existing reload'.
                --
                -- What makes the tables of orders.yaml fit new.yaml, for h2, as far as
                -- statements do it in place:

                ALTER TABLE "orders" ALTER COLUMN "buyer" SET DATA TYPE varchar(160);

                -- table orders, column placed – is date, which does not go with integer – drop
                -- the table and those below it, and load again with --create-tables
                -- --on-existing reload

                ALTER TABLE "item" ADD "size" integer;

                ALTER TABLE "item" RENAME COLUMN "price" TO "amount";
                """);
        assertThat(shown.lines().limit(20)).allMatch(line -> line.startsWith("--"));
    }

    @Test
    void isSilentAboutLayout() throws Exception {
        Invocation copy = diff();
        change("tables:", "# a comment\ntables:");
        Invocation comment = diff("--dialect", "sqlite");

        assertThat(copy.exitCode()).isZero();
        assertThat(copy.out()).endsWith("/new.yaml mean the same.\n");
        assertThat(comment.exitCode()).isZero();
        assertThat(shown("sqlite")).isEqualTo("""
                -- orders.yaml and new.yaml mean the same, though they are not written alike.
                --
                -- The tables of orders.yaml fit new.yaml.
                """);
    }

    @Test
    void saysThatOtherNamesAreOtherContracts() throws Exception {
        change("name: orders", "name: sales");

        Invocation diff = diff();

        assertThat(diff.exitCode()).isEqualTo(3);
        assertThat(shown(null)).isEqualTo("""
                orders.yaml and new.yaml: 1 difference

                contract
                  ~ name is sales, was orders; the ledger knows documents by this name, and none
                      as loaded by the new one
                      orders.yaml:2:1 → new.yaml:2:1

                Documents that are loaded are not known to the new contract, or not found by it.
                Before any table changes, take them out with the old one, 'forget orders.yaml
                --all'; then load them with 'run new.yaml'.
                """);
    }

    @Test
    void writesOneObjectForPrograms() throws Exception {
        changeMuch();
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Invocation.of("schema", "diff").out(), InputFormat.JSON);

        Invocation diff = diff("--format", "json", "--dialect", "h2");

        assertThat(diff.exitCode()).isEqualTo(3);
        assertThat(schema.validate(diff.out(), InputFormat.JSON)).isEmpty();
        JsonNode json = new ObjectMapper().readTree(diff.out());
        assertThat(json.get("version").asInt()).isEqualTo(1);
        assertThat(json.get("rows").asString()).isEqualTo("again");
        assertThat(json.get("differences")).hasSize(7);
        JsonNode buyer = json.get("differences").get(1);
        assertThat(buyer.get("kind").asString()).isEqualTo("widened");
        assertThat(buyer.get("before").get("value").asString()).isEqualTo("varchar(12)");
        assertThat(buyer.get("after").get("line").asInt()).isEqualTo(10);
        JsonNode target = json.get("target");
        assertThat(target.get("in_place").asBoolean()).isFalse();
        assertThat(target.get("changes").get(0).get("statement").asString()).startsWith("ALTER TABLE");
        assertThat(target.get("changes").get(1).get("kind").asString()).isEqualTo("impossible");
    }

    /** A key that is written and not described would be one that nobody may rely on. */
    @Test
    void describesEveryKeyThatItWrites() throws Exception {
        changeMuch();
        ObjectMapper mapper = new ObjectMapper();
        JsonNode schema = mapper.readTree(Invocation.of("schema", "diff").out());
        List<String> unknown = new ArrayList<>();
        JsonNode json =
                mapper.readTree(diff("--format", "json", "--dialect", "h2").out());

        unknown(json, schema, schema, "", unknown);

        assertThat(unknown).isEmpty();
    }

    private static void unknown(JsonNode value, JsonNode schema, JsonNode top, String path, List<String> unknown) {
        JsonNode described = schema.has("$ref")
                ? top.get("$defs").get(schema.get("$ref").asString().replaceFirst(".*/", ""))
                : schema;
        if (value.isObject()) {
            for (String key : value.propertyNames()) {
                JsonNode property = described.path("properties").path(key);
                if (property.isMissingNode()) {
                    unknown.add(path + "/" + key);
                } else {
                    unknown(value.get(key), property, top, path + "/" + key, unknown);
                }
            }
        }
        if (value.isArray()) {
            value.forEach(item -> unknown(item, described.get("items"), top, path + "/*", unknown));
        }
    }

    private void changeMuch() throws IOException {
        change("source: {", "defaults: { invalid: null }\nsource: {");
        change("varchar(12)", "varchar(80)");
        change("type: date", "type: integer");
        change("price:    {", "size:     { path: '@size', type: integer }\n      amount:   {");
    }

    private void change(String from, String to) throws IOException {
        String text = Files.readString(after);
        assertThat(text).contains(from);
        Files.writeString(after, text.replace(from, to));
    }

    /** What the screen shows at 80 columns, with names of files that are the same wherever the test runs. */
    private String shown(@Nullable String dialect) throws Exception {
        MappingContract old =
                ContractReader.read(Files.readString(before), "orders.yaml").contract();
        MappingContract now =
                ContractReader.read(Files.readString(after), "new.yaml").contract();
        DiffTarget target = dialect == null
                ? null
                : new DiffTarget(
                        dialect,
                        null,
                        SchemaChange.between(Dialects.named(dialect).orElseThrow(), old, now));
        DiffReport report =
                new DiffReport("orders.yaml", old, "new.yaml", now, ContractDifference.between(old, now), target);
        return String.join("\n", DiffScreen.lines(report, 80)) + "\n";
    }

    private Invocation diff(String... more) {
        List<String> words = new ArrayList<>(List.of("diff", before.toString(), after.toString()));
        words.addAll(List.of(more));
        return Invocation.of(words.toArray(String[]::new));
    }
}
