package dev.millrace.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Contracts of the original with something wrong in them, drawn by a seed: keys that are missing, values of another kind, words
 * that nobody knows. Each becomes a contract, or is refused in words that say where; {@code -Dmillrace.import-mutations=100000}
 * tries more than the usual number.
 */
final class MutatedReferenceContractTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> WORDS = List.of(
            "",
            " ",
            "x'y",
            "a \"b\"",
            "ä: #",
            "/",
            "//a",
            "/A/b[1]",
            "/Provenir/Request/CustData/application/contact",
            "@x",
            "p:x",
            "1",
            "-1",
            "1e999999999",
            "99999999999999999999",
            "12/13/2020",
            "true",
            "null",
            "otherwise",
            "int",
            "decimal",
            "date",
            "bit",
            "boolean",
            "float",
            "nvarchar",
            "app_base",
            "app_contact_base",
            "app_contact_address",
            "app_contact_employment",
            "app_collateral_rl",
            "app_warranties_rl",
            "scores",
            "record",
            "id",
            "app_id",
            "enum",
            "char_to_bit",
            "numbers_only",
            "calculated_field",
            "last_valid_pr_contact",
            "last_valid_sec_contact",
            "authu_contact",
            "curr_address_only",
            "add_score(X)",
            "add_score(",
            "add_collateral(one)",
            "warranty_field(7)",
            "policy_exceptions()",
            "of_tomorrow",
            "calculated_field, enum",
            "CASE WHEN a LIKE '%(' THEN 1 END",
            "CASE WHEN a LIKE 'A[' OR b > 1 THEN c ELSE 'x' END",
            "CASE WHEN THEN END",
            "case_no + 1",
            "a / 0 ** 3",
            "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((a",
            "(((a**99)**99)**99)**99",
            "DATEADD(day, 1, a)",
            "CASE WHEN DATE(a) < DATE('soon') THEN DATEADD(day, x, DATE('2020-01-01')) END",
            "CASE WHEN application.a.b = contact.c THEN -contact.d END");

    private Random random = new Random(0);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void becomesAContractOrIsRefusedWithWords(long seed) throws Exception {
        random = new Random(seed);
        List<Path> contracts = new ArrayList<>();
        for (String name : List.of("edges", "parcels")) {
            contracts.add(ReferenceCasesTest.cases().resolve(name).resolve("contract.json"));
        }
        Path example = ReferenceExampleTest.example();
        if (example != null) {
            contracts.add(example.resolve("contract.json"));
            contracts.add(example.resolve("il").resolve("contract.json"));
        }
        int accepted = 0;
        int count = Integer.getInteger("millrace.import-mutations", 300);
        for (int i = 0; i < count; i++) {
            Path contract = contracts.get(i % contracts.size());
            List<String> changes = new ArrayList<>();
            String text = mutated(contract, changes);
            Mode mode = random.nextBoolean() ? Mode.AS_MEANT : Mode.AS_REFERENCE;
            try {
                String yaml = ReferenceImport.convert(text, "r.json", "r", mode).yaml();
                ContractReader.read(yaml, "imported");
                accepted++;
            } catch (ReferenceException e) {
                assertThat(String.valueOf(e.getMessage()).lines())
                        .as("seed %s, %s: %s", seed, contract, changes)
                        .isNotEmpty()
                        .allSatisfy(
                                line -> assertThat(line).startsWith("r.json: ").hasSizeLessThan(1_000));
            } catch (RuntimeException | StackOverflowError | ContractException e) {
                throw new AssertionError("seed " + seed + ", " + contract + ": " + changes, e);
            }
        }
        assertThat(accepted).isBetween(1, count - 1);
    }

    private String mutated(Path contract, List<String> changes) throws IOException {
        String text = Files.readString(contract);
        if (random.nextInt(20) == 0) {
            int at = random.nextInt(text.length());
            changes.add("cut at " + at);
            return text.substring(0, at);
        }
        Map<?, ?> top = JSON.readValue(text, Map.class);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            boolean mapping = random.nextInt(4) > 0 && top.get("mappings") instanceof List<?>;
            change(mapping ? Objects.requireNonNull(top.get("mappings")) : top, "", changes);
        }
        return JSON.writeValueAsString(top);
    }

    /** Walks to some place and changes what is there. */
    @SuppressWarnings("unchecked")
    private void change(Object place, String where, List<String> changes) {
        if (place instanceof Map<?, ?> map && !map.isEmpty()) {
            Map<String, @Nullable Object> object = (Map<String, @Nullable Object>) map;
            String key = pick(List.copyOf(object.keySet()));
            Object value = object.get(key);
            if (isWalkedInto(value)) {
                change(value, where + "/" + key, changes);
            } else if (random.nextInt(4) == 0) {
                object.remove(key);
                changes.add("no " + where + "/" + key);
            } else {
                Object made = value();
                object.put(random.nextInt(8) == 0 ? pick(WORDS) : key, made);
                changes.add(where + "/" + key + " is " + made);
            }
        } else if (place instanceof List<?> list && !list.isEmpty()) {
            List<@Nullable Object> values = (List<@Nullable Object>) list;
            int index = random.nextInt(values.size());
            Object value = values.get(index);
            if (isWalkedInto(value)) {
                change(value, where + "/" + index, changes);
            } else if (random.nextInt(3) == 0) {
                values.add(index, value);
                changes.add("twice " + where + "/" + index);
            } else {
                values.set(index, value());
                changes.add(where + "/" + index + " is " + values.get(index));
            }
        }
    }

    private boolean isWalkedInto(@Nullable Object value) {
        boolean deep =
                value instanceof Map<?, ?> map && !map.isEmpty() || value instanceof List<?> list && !list.isEmpty();
        return deep && random.nextInt(12) > 0;
    }

    private @Nullable Object value() {
        return switch (random.nextInt(14)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt(5) - 2;
            case 3 -> 1.5;
            case 4 -> List.of();
            case 5 -> Map.of();
            case 6 -> new ArrayList<>(List.of(pick(WORDS), pick(WORDS)));
            case 7 -> new LinkedHashMap<>(Map.of(pick(WORDS), pick(WORDS)));
            case 8 -> "long ".repeat(100);
            default -> pick(WORDS);
        };
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
