package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Reads the contracts that the documentation shows. */
class ContractDocumentationTest {

    private static final Pattern CONTRACT = Pattern.compile("```yaml\\R(contract: 1\\R.*?)```", Pattern.DOTALL);

    @Test
    void showsContractsThatCanBeReadWithoutWarnings() throws IOException {
        String page = page();
        List<String> contracts = new ArrayList<>();
        Matcher matcher = CONTRACT.matcher(page);
        while (matcher.find()) {
            contracts.add(matcher.group(1));
        }

        assertThat(contracts).hasSizeGreaterThan(8);
        for (String contract : contracts) {
            assertThat(Contracts.problems(contract)).as(contract).isEmpty();
        }
    }

    @Test
    void explainsEveryKeyAndEveryType() throws IOException {
        String page = page();

        for (List<String> keys : List.of(
                ContractOutline.KEYS,
                ContractOutline.DocumentOutline.KEYS,
                ContractOutline.SourceOutline.KEYS,
                ContractOutline.CodesOutline.LONG_KEYS,
                TableOutline.KEYS,
                TableOutline.DISTINCT_KEYS,
                ColumnOutline.KEYS)) {
            assertThat(keys).allSatisfy(key -> assertThat(page).containsPattern("\\b" + key + "\\b"));
        }
        assertThat(List.of(SqlType.FORMS.split(", ")))
                .allSatisfy(type -> assertThat(page).contains("`" + type + "`"));
    }

    private static String page() throws IOException {
        Path inModule = Path.of("..", "docs", "contract.md");
        return Files.readString(Files.exists(inModule) ? inModule : Path.of("docs", "contract.md"));
    }
}
