package dev.millrace.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
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
    private static final String FILES = "Files";

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
        sections.put(FILES, List.of("--compression", "--partition"));
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
                        "--unmapped",
                        "--dry-run"));
        sections.put("Tables", List.of("--create-tables", "--constraints", "--check-foreign-keys"));
        sections.put("Ledger", List.of("--ledger-schema", "--schema", "--ledger-prefix"));
        sections.put(
                "Speed and patience",
                List.of("--workers", "--batch-size", "--batch-bytes", "--retries", "--retry-for"));
        sections.put(
                "What is shown and written",
                List.of(
                        "--differences",
                        "--summary",
                        "--report",
                        "--watch",
                        "--manifest",
                        "--openlineage",
                        "--log-file",
                        "--no-progress",
                        "--show-values",
                        "--verbose"));
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
        // They are for the man pages: help that fits a screen has no room for them.
        renderers.put(UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST, help -> "");
    }

    /** The options of a command under their headings, in the order of the help; under one empty heading where they are few. */
    static Map<String, List<OptionSpec>> bySection(CommandSpec command) {
        if (command.options().size() < MANY) {
            return Map.of("", command.options());
        }
        Map<String, List<OptionSpec>> bySection = new LinkedHashMap<>();
        SECTIONS.keySet().forEach(heading -> bySection.put(heading, new ArrayList<>()));
        for (OptionSpec option : command.options()) {
            bySection
                    .computeIfAbsent(heading(option), none -> new ArrayList<>())
                    .add(option);
        }
        bySection.values().removeIf(List::isEmpty);
        return bySection;
    }

    /** The names of an option, and what its value is called. */
    static String label(OptionSpec option) {
        return String.join(", ", option.names()) + (option.arity().max() > 0 ? "=" + option.paramLabel() : "");
    }

    /** Words of the model as they are shown: picocli would format them. */
    static String plain(String... words) {
        return String.join(" ", words).replace("%%", "%");
    }

    static String firstSentence(CommandSpec command) {
        String words = plain(command.usageMessage().description());
        int end = words.indexOf(". ");
        return end < 0 ? words : words.substring(0, end + 1);
    }

    /** Each line as it is: an example that is broken to fit cannot be pasted. */
    private static String footer(Help help) {
        StringBuilder footer = new StringBuilder();
        for (String line : help.commandSpec().usageMessage().footer()) {
            footer.append(plain(line)).append(System.lineSeparator());
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
        StringBuilder text = new StringBuilder();
        bySection(help.commandSpec()).forEach((heading, options) -> {
            if (!heading.isEmpty()) {
                text.append(System.lineSeparator()).append(heading).append(':').append(System.lineSeparator());
            }
            for (OptionSpec option : options) {
                String label = label(option);
                append(text, (label.startsWith("--") ? "    " : "") + label, option.description(), help);
            }
        });
        return text.toString();
    }

    /** Broken at blanks alone, so that a URL or a command stays one word. */
    private static void append(StringBuilder text, String name, String[] description, Help help) {
        String words = plain(description);
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

    /** The heading that an option is under. */
    static String heading(OptionSpec option) {
        for (Map.Entry<String, List<String>> section : SECTIONS.entrySet()) {
            for (String name : option.names()) {
                if (section.getValue().contains(name)) {
                    return section.getKey();
                }
            }
        }
        // Most commands call so the form of what they show.
        return option.command() != null
                        && option.command().findOption("--partition") != null
                        && option.longestName().equals("--format")
                ? FILES
                : OTHERS;
    }
}
