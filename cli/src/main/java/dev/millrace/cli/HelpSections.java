package dev.millrace.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The help of commands that have many options, with a heading over those that belong together; and examples that can be pasted. */
final class HelpSections {

    /** With fewer options, headings are in the way. */
    private static final int MANY = 16;

    /** The column at which descriptions begin, and how much further their later lines do. */
    private static final int INDENT = 29;

    private static final int HANGING = 2;

    private static final String OTHERS = "Other options";

    /** In the order of the help; what is named nowhere is one of the others. */
    private static final Map<String, List<String>> SECTIONS = sections();

    private HelpSections() {}

    private static Map<String, List<String>> sections() {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        sections.put(
                "Source",
                List.of(
                        "--from",
                        "--from-user",
                        "--from-password-file",
                        "--from-table",
                        "--key-column",
                        "--xml-column",
                        "--from-query",
                        "--key-range"));
        sections.put("Target", List.of("--to", "--to-user", "--to-password-file"));
        sections.put("Log-in", List.of("--user", "--password", "--password-file"));
        sections.put("The other system's log", List.of("--log", "--log-url", "--log-user", "--log-password-file"));
        sections.put(
                "Which documents",
                List.of(
                        "--limit",
                        "--retry-rejects",
                        "--on-existing",
                        "--delete-missing",
                        "--max-rejects",
                        "--dry-run"));
        sections.put("Tables", List.of("--create-tables", "--constraints", "--check-foreign-keys"));
        sections.put("Ledger", List.of("--ledger-schema", "--schema", "--ledger-prefix"));
        sections.put(
                "Speed and patience",
                List.of("--workers", "--batch-size", "--batch-bytes", "--retries", "--retry-for"));
        sections.put(
                "What is shown and written",
                List.of("--differences", "--summary", "--log-file", "--no-progress", "--show-values", "--verbose"));
        sections.put(
                "Limits against hostile documents",
                List.of(
                        "--max-document-bytes",
                        "--max-depth",
                        "--max-attributes",
                        "--max-name-length",
                        "--max-value-length",
                        "--max-entity-expansions",
                        "--max-nodes",
                        "--max-expansion",
                        "--max-steps"));
        sections.put(OTHERS, List.of());
        return sections;
    }

    /** Has a command show its help so. */
    static void set(CommandLine command) {
        Map<String, CommandLine.IHelpSectionRenderer> renderers = command.getHelpSectionMap();
        renderers.put(UsageMessageSpec.SECTION_KEY_FOOTER, HelpSections::footer);
        renderers.put(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST, HelpSections::parameters);
        renderers.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpSections::options);
    }

    /** Each line as it is: an example that is broken to fit cannot be pasted. */
    private static String footer(Help help) {
        StringBuilder footer = new StringBuilder();
        for (String line : help.commandSpec().usageMessage().footer()) {
            footer.append(line.replace("%%", "%")).append(System.lineSeparator());
        }
        return footer.toString();
    }

    private static String parameters(Help help) {
        StringBuilder text = new StringBuilder();
        for (PositionalParamSpec parameter : help.commandSpec().positionalParameters()) {
            append(text, parameter.paramLabel(), parameter.description(), help);
        }
        return text.toString();
    }

    private static String options(Help help) {
        Map<String, List<OptionSpec>> bySection = new LinkedHashMap<>();
        SECTIONS.keySet().forEach(heading -> bySection.put(heading, new ArrayList<>()));
        boolean many = help.commandSpec().options().size() >= MANY;
        for (OptionSpec option : help.commandSpec().options()) {
            bySection
                    .computeIfAbsent(many ? heading(option) : OTHERS, none -> new ArrayList<>())
                    .add(option);
        }
        StringBuilder text = new StringBuilder();
        bySection.forEach((heading, options) -> {
            if (many && !options.isEmpty()) {
                text.append(System.lineSeparator()).append(heading).append(':').append(System.lineSeparator());
            }
            for (OptionSpec option : options) {
                append(text, names(option), option.description(), help);
            }
        });
        return text.toString();
    }

    private static String names(OptionSpec option) {
        String names = String.join(", ", option.names());
        return (names.startsWith("--") ? "    " : "")
                + names
                + (option.arity().max() > 0 ? "=" + option.paramLabel() : "");
    }

    /** Broken at blanks alone, so that a URL or a command stays one word. */
    private static void append(StringBuilder text, String name, String[] description, Help help) {
        String words = String.join(" ", description).replace("%%", "%");
        String left = "  " + name;
        int width = help.commandSpec().usageMessage().width();
        if (left.length() >= INDENT) {
            text.append(left).append(System.lineSeparator());
            left = "";
        }
        String padded = left + " ".repeat(INDENT - left.length());
        List<String> lines = Paragraph.wrap(words, width - INDENT - HANGING, 0);
        for (int i = 0; i < lines.size(); i++) {
            text.append(i == 0 ? padded : " ".repeat(INDENT + HANGING))
                    .append(lines.get(i))
                    .append(System.lineSeparator());
        }
    }

    private static String heading(OptionSpec option) {
        for (Map.Entry<String, List<String>> section : SECTIONS.entrySet()) {
            for (String name : option.names()) {
                if (section.getValue().contains(name)) {
                    return section.getKey();
                }
            }
        }
        return OTHERS;
    }
}
