package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every edit keeps, tried at every node of every contract of the repository, in several layouts. */
class EditsOfAllContractsTest {

    private static final Pattern CONTRACT = Pattern.compile("```yaml\\R(contract: 1\\R.*?)```", Pattern.DOTALL);

    /** Each node of a contract is an edit, and each edit parses it: longer ones are tried as they are alone. */
    private static final int LONG = 3000;

    /** What YAML could take for something else, or could not hold without an escape. */
    private static final List<String> NASTY = List.of(
            "",
            " ",
            "trailing ",
            " leading",
            "007",
            "1e3",
            "0x1F",
            "-1",
            ".5",
            "true",
            "No",
            "null",
            "~",
            "2026-01-31",
            "12:30:00",
            "a: b",
            "a #b",
            "#a",
            "- a",
            "? a",
            "@id",
            "&a",
            "*a",
            "!a",
            "%a",
            "`a`",
            "|",
            ">",
            "{a}",
            "[a, b]",
            "a, b",
            "a]",
            "'quoted'",
            "\"quoted\"",
            "back\\slash",
            "two\nlines",
            "ends\n",
            "\r\n",
            "tab\there",
            "\u0085\u00A0\u2028\u2029\uFEFF",
            "\u001C",
            "Größe ßäöü",
            "\uD83D\uDE00 astral \uD835\uDD38",
            "---",
            "...",
            "<<",
            "=",
            "decimal(12,2)",
            "concat('a', \"b\", $x[1]/@y)",
            "x".repeat(2000));

    /** Everything in the repository that is a contract, each as it is and with other line ends, ends, and marks. */
    static Stream<ContractText> contracts() throws IOException, ContractException {
        List<ContractText> contracts = new ArrayList<>();
        Path root = Files.exists(Path.of("docs")) ? Path.of("") : Path.of("..");
        for (Path folder : List.of(
                root.resolve("docs"),
                root.resolve("examples"),
                root.resolve("core/src/test/resources/cases"),
                root.resolve("contract/src/test/resources/contract"),
                root.resolve("cli/src/test/resources"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted().toList()) {
                    String name = file.toString();
                    if (name.endsWith(".yaml")) {
                        variants(contracts, Files.readString(file), name);
                    } else if (name.endsWith(".md")) {
                        Matcher matcher = CONTRACT.matcher(Files.readString(file));
                        while (matcher.find()) {
                            variants(contracts, matcher.group(1), name + " at " + matcher.start());
                        }
                    }
                }
            }
        }
        assertThat(contracts).hasSizeGreaterThan(60);
        return contracts.stream();
    }

    private static void variants(List<ContractText> contracts, String text, String name) throws ContractException {
        Problems problems = new Problems();
        ContractText contract = ContractText.of(text, name, problems);
        if (contract == null) {
            return;
        }
        contracts.add(contract);
        if (text.length() > LONG) {
            return;
        }
        String other = contracts.size() % 3 == 0
                ? text.replace("\n", "\r\n")
                : contracts.size() % 3 == 1 ? text.stripTrailing() : "\uFEFF" + text.replace("\n", "  \n");
        contracts.add(ContractText.of(other, name + ", other layout"));
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void everyPlaceIsThatOfItsText(ContractText contract) {
        eachEntry(contract.top(), node -> {
            Span span = node.span();
            boolean plain = node.style() == ContractNode.Style.PLAIN && node.properties.isEmpty();
            if (plain && node.kind() != ContractNode.Kind.ALIAS) {
                assertThat(contract.text().substring(span.start(), span.end())).isEqualTo(node.text());
            }
            assertThat(contract.offset(span.from())).isEqualTo(span.start());
            assertThat(contract.position(span.end())).isEqualTo(span.to());
            assertThat(contract.nodeAt(span.start()).path().toString())
                    .startsWith(node.path().toString());
        });
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void everyNodeCanBeSetToItsOwnValue(ContractText contract) {
        eachEntry(contract.top(), node -> {
            ContractEdit edit = made(contract, () -> contract.set(node, NewNode.copyOf(node)));

            assertThat(edit.change().isEmpty()).as(node.toString()).isTrue();
            assertThat(edit.after().text()).isEqualTo(contract.text());
        });
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void everyEntryCanBeRemovedAndPutBack(ContractText contract) {
        eachEntry(contract.top(), node -> {
            ContractEdit edit = made(contract, () -> contract.remove(node));

            assertThat(edit.inverse().change().applyTo(edit.after().text())).isEqualTo(contract.text());
            assertThat(edit.after().comments().size())
                    .as(node.toString())
                    .isLessThanOrEqualTo(contract.comments().size());
        });
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void everyValueCanBeAnyText(ContractText contract) {
        Random random = new Random(contract.text().length());
        eachEntry(contract.top(), node -> {
            String nasty = NASTY.get(random.nextInt(NASTY.size()));
            ContractEdit edit = made(contract, () -> contract.set(node, NewNode.text(nasty)));

            if (edit.change().isEmpty()) {
                return;
            }
            ContractNode after = edit.after().find(node.path()).orElseThrow();
            assertThat(after.kind()).as("%s: %s", node, nasty).isEqualTo(ContractNode.Kind.TEXT);
            assertThat(after.text()).isEqualTo(nasty);
            // What an alias stands for is changed wherever the alias is.
            String place = contract.text().contains(": *") ? "" : node.path().toString();
            assertThat(contract.changesTo(edit.after()))
                    .as("%s: %s", node, edit.change())
                    .allSatisfy(change -> assertThat(change.path().toString()).startsWith(place));
            assertThat(edit.inverse().change().applyTo(edit.after().text())).isEqualTo(contract.text());
        });
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void everyCollectionTakesAnotherEntryAnywhere(ContractText contract) {
        Random random = new Random(contract.text().length());
        eachEntry(contract.top(), node -> {
            boolean mapping = node.kind() == ContractNode.Kind.MAPPING;
            if (!mapping && node.kind() != ContractNode.Kind.SEQUENCE) {
                return;
            }
            int index = random.nextInt(node.entries().size() + 1);
            String key = "new " + NASTY.get(random.nextInt(NASTY.size()));
            NewNode value = random.nextBoolean()
                    ? NewNode.text(NASTY.get(random.nextInt(NASTY.size())))
                    : NewNode.mapping().put("path", NewNode.text("@x")).put("type", NewNode.literal("text"));

            ContractEdit edit = made(
                    contract,
                    () -> mapping ? contract.add(node, index, key, value) : contract.addItem(node, index, value));

            ContractNode added =
                    edit.after().find(node.path()).orElseThrow().entries().get(index);
            assertThat(Shape.of(added)).isEqualTo(Shape.of(value));
            assertThat(edit.inverse().change().applyTo(edit.after().text())).isEqualTo(contract.text());
            ContractEdit removed = made(contract, () -> edit.after().remove(added));
            assertThat(Shape.of(removed.after().top())).isEqualTo(Shape.of(contract.top()));
        });
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void everyEntryCanBeRenamed(ContractText contract) {
        Random random = new Random(contract.text().length());
        eachEntry(contract.top(), node -> {
            if (node.key().isPresent()) {
                String name = "as " + NASTY.get(random.nextInt(NASTY.size() - 1));
                ContractEdit edit = made(contract, () -> contract.rename(node, name));

                assertThat(edit.after()
                                .at(node.parent().orElseThrow().path().steps().toArray(String[]::new))
                                .entry(name))
                        .as("%s: %s", node, edit.change())
                        .isPresent();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void commentsGoWhereThereIsRoomForThem(ContractText contract) {
        eachEntry(contract.top(), node -> {
            try {
                ContractEdit above = contract.commentAbove(node, "one\ntwo: #3");
                ContractNode after = above.after().find(node.path()).orElseThrow();
                assertThat(after.above()).extracting(ContractNode.Comment::text).containsExactly("one", "two: #3");
                assertThat(above.inverse().change().applyTo(above.after().text()))
                        .isEqualTo(contract.text());
            } catch (EditRefusedException fault) {
                assertThat(fault).hasMessageContaining("does not begin its line");
            }
            try {
                ContractEdit beside = contract.commentBeside(node, "why");
                ContractNode after = beside.after().find(node.path()).orElseThrow();
                assertThat(after.beside().map(ContractNode.Comment::text))
                        .as("%s", node)
                        .contains("why");
                assertThat(beside.inverse().change().applyTo(beside.after().text()))
                        .isEqualTo(contract.text());
            } catch (EditRefusedException fault) {
                assertThat(fault).hasMessageContaining("something else is behind");
            }
        });
    }

    private interface Edit {
        ContractEdit make() throws EditRefusedException;
    }

    /** An edit that may be refused where an alias stands for what would go, and nowhere else; then it is an edit of nothing. */
    private static ContractEdit made(ContractText contract, Edit edit) {
        try {
            return edit.make();
        } catch (EditRefusedException fault) {
            assertThat(fault).hasMessageContaining("an alias further down stands for what would go");
            assertThat(contract.text()).contains(": *");
            return new ContractEdit(contract, new TextEdit(0, "", ""), contract);
        }
    }

    /** Each node but the top, keys apart. */
    private static void eachEntry(ContractNode node, Consumer<ContractNode> look) {
        for (ContractNode entry : node.entries()) {
            look.accept(entry);
            eachEntry(entry, look);
        }
    }
}
