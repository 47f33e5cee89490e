package dev.millrace.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The man page of a command, made of the same model as its help, so that the two cannot differ. It is our own because picocli makes
 * AsciiDoc and no man pages, and the program that makes them of that is 30 MB of a build.
 */
final class ManPage {

    /** Commands of users. */
    static final String SECTION = "1";

    private static final Pattern VARIABLE = Pattern.compile("MILLRACE_[A-Z_]+");

    /** What every command ends with; a command that can end with more says so itself. */
    private static final Map<Integer, String> EXIT_CODES = Map.of(
            ExitCode.OK, "All went well.",
            ExitCode.BROKEN, "The command broke off. It can be started again.",
            ExitCode.USAGE, "The command line, the contract or the database does not allow it.",
            ExitCode.INTERRUPTED, "Interrupted, as by Ctrl-C.",
            ExitCode.UNREAD, "Nobody reads standard output any more.",
            ExitCode.TERMINATED, "Terminated, as by kill.");

    /** Variables that concern every command: those of the script that starts Millrace, and of the terminal. */
    private static final Map<String, String> VARIABLES = new TreeMap<>(Map.of(
            "JAVA_HOME", "The Java that runs Millrace. Without it, the one on the PATH.",
            "MILLRACE_JAVA_OPTS", "Options for Java, such as -Xmx1g.",
            "MILLRACE_UMASK", "The mask for the rights of files that are made (077).",
            "COLUMNS", "The width of the terminal, where it cannot be asked for it.",
            "NO_COLOR", "When it is set, progress is not drawn over. With TERM=dumb, neither."));

    private final CommandSpec command;
    private final Roff page = new Roff();

    private ManPage(CommandSpec command) {
        this.command = command;
    }

    /** The name of a command's page, which is what {@code man} is asked for. */
    static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    /** A command's page, in roff. */
    static String of(CommandSpec command) {
        return new ManPage(command).write();
    }

    private String write() {
        page.comment("Printed by millrace man; changes here are lost.");
        page.macro(
                "TH",
                name(command).toUpperCase(Locale.ROOT),
                SECTION,
                "",
                Version.lines().get(0).replaceFirst(" \\(commit .*", ""),
                "Millrace");
        // Left, and no word broken: a URL or a command stays one word.
        page.macro("nh");
        page.macro("ad", "l");
        page.macro("SH", "NAME");
        page.shown(Roff.escaped(name(command)) + " \\- " + Roff.escaped(summary()));
        page.macro("SH", "SYNOPSIS");
        for (String line : command.usageMessage().customSynopsis()) {
            page.shown(Roff.typed(line));
        }
        page.macro("SH", "DESCRIPTION");
        page.words(HelpSections.plain(command.usageMessage().description()));
        commands();
        arguments();
        options();
        environment();
        exitStatus();
        examples();
        seeAlso();
        return page.toString();
    }

    /** As man pages have it: no sentence, but what follows "it". */
    private String summary() {
        String sentence = HelpSections.firstSentence(command);
        return sentence.substring(0, 1).toLowerCase(Locale.ROOT)
                + sentence.substring(1).replaceFirst("[.]$", "");
    }

    private void commands() {
        if (command.subcommands().isEmpty()) {
            return;
        }
        page.macro("SH", "COMMANDS");
        for (CommandLine one : command.subcommands().values()) {
            CommandSpec spec = one.getCommandSpec();
            page.entry(reference(spec), HelpSections.firstSentence(spec));
        }
    }

    private static String reference(CommandSpec command) {
        return Roff.bold(name(command)) + "(" + SECTION + ")";
    }

    private void arguments() {
        if (command.positionalParameters().isEmpty()) {
            return;
        }
        page.macro("SH", "ARGUMENTS");
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            page.entry(Roff.typed(parameter.paramLabel()), HelpSections.plain(parameter.description()));
        }
    }

    private void options() {
        page.macro("SH", "OPTIONS");
        HelpSections.bySection(command).forEach((heading, options) -> {
            if (!heading.isEmpty()) {
                page.macro("SS", heading);
            }
            for (OptionSpec option : options) {
                page.entry(Roff.typed(HelpSections.label(option)), HelpSections.plain(option.description()));
            }
        });
    }

    private void environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (OptionSpec option : command.options()) {
            VARIABLE.matcher(HelpSections.plain(option.description()))
                    .results()
                    .map(MatchResult::group)
                    .forEach(name -> variables.putIfAbsent(name, meaning(name, option.longestName())));
        }
        if (!command.subcommands().isEmpty()) {
            variables.putAll(VARIABLES);
        }
        if (variables.isEmpty()) {
            return;
        }
        page.macro("SH", "ENVIRONMENT");
        variables.forEach((name, meaning) -> page.entry(Roff.bold(name), meaning));
    }

    private static String meaning(String variable, String option) {
        String what =
                variable.endsWith("_PASSWORD") ? "The password" : variable.endsWith("_USER") ? "The user" : "Taken";
        return what + " where " + option + " is not given.";
    }

    private void exitStatus() {
        Map<Integer, String> codes = new TreeMap<>(EXIT_CODES);
        command.usageMessage()
                .exitCodeList()
                .forEach((code, meaning) -> codes.put(Integer.valueOf(code), HelpSections.plain(meaning)));
        page.macro("SH", "EXIT STATUS");
        codes.forEach((code, meaning) -> page.entry(Roff.bold(code.toString()), meaning));
    }

    /** What stands under "Example:" at the end of the help. */
    private void examples() {
        List<String> footer = Arrays.asList(command.usageMessage().footer());
        int heading = footer.indexOf("Example:");
        if (heading < 0) {
            return;
        }
        List<String> lines = new ArrayList<>();
        for (String line : footer.subList(heading + 1, footer.size())) {
            lines.add(HelpSections.plain(line).replaceFirst("^ {2}", ""));
        }
        page.macro("SH", "EXAMPLES");
        page.example(lines);
    }

    private void seeAlso() {
        CommandSpec parent = command.parent();
        if (parent == null) {
            return;
        }
        page.macro("SH", "SEE ALSO");
        page.shown(reference(parent));
    }
}
