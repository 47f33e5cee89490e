package dev.millrace.cli;

import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.PathState;
import dev.millrace.database.OnExisting;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.document.Skips;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunOptions.Unmapped;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.report.Amounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says what to do after a run. Each step is a command that can be pasted, unless the run's own command holds a secret or reads a pipe.
 */
final class NextSteps {
    private static final String RETRY = "--retry-rejects";
    private static final String ON_EXISTING = "--on-existing";
    private static final String DELETE_MISSING = "--delete-missing";
    private static final String MAX_REJECTS = "--max-rejects";

    /** Words that need no quotes in any shell. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    /** Files that the shell has opened for this one command: {@code <(…)}, {@code >(…)}, {@code <FILE}. */
    private static final Pattern PIPE_OF_THE_SHELL = Pattern.compile("/dev/(fd/|stdin)");

    /** The options of a log-in that the command for the ledger has too, each with a value. */
    private static final Set<String> LOG_IN = Set.of("--user", "--password-file", "--to-user", "--to-password-file");

    private static final String ASK = "--password";

    private final MappingContract contract;
    private final RunOptions options;
    private final RunSummary summary;
    private final Skips skips;
    private final List<String> words;
    private final List<String> lines = new ArrayList<>();

    /** @param words the run's command line, without the program's name */
    NextSteps(MappingContract contract, RunOptions options, RunSummary summary, List<String> words) {
        this.contract = contract;
        this.options = options;
        this.summary = summary;
        this.skips = summary.documents().skips();
        this.words = List.copyOf(words);
    }

    /** A blank line and what to do, for each step; empty if there is nothing to do. */
    List<String> lines() {
        Database to = options.to();
        if (to == null || options.dryRun()) {
            return List.of();
        }
        if (summary.documents().rejected() + skips.rejected() > 0) {
            addRejects(to);
        }
        if (skips.leftAlone() > 0) {
            begin("To load what no run has loaded or rejected (" + Amounts.count(skips.leftAlone(), "document") + "):");
            addCommand("the same command without " + RETRY, without(words, RETRY));
        }
        if (skips.ofOtherContract() > 0) {
            addOtherContract();
        }
        if (summary.tables().fewerRows() != null) {
            begin(
                    "Rows of documents that were loaded before are not in the tables any more. To load these documents again:");
            addReload();
        }
        if (summary.status() != Status.FINISHED) {
            begin("To go on: "
                    + (hasMetUnmapped() ? "map that path, or name it under 'ignore' in the contract, and give " : "")
                    + "the same command again" + (hasGivenUp() ? ", with a higher " + MAX_REJECTS : "")
                    + ". What is loaded is not loaded twice.");
        }
        return lines;
    }

    private boolean hasMetUnmapped() {
        return options.unmapped() == Unmapped.FAIL
                && summary.status() == Status.STOPPED
                && summary.coverage() != null
                && summary.coverage().paths(PathState.UNMAPPED) > 0;
    }

    private boolean hasGivenUp() {
        return options.maxRejects()
                .isExceeded(summary.documents().rejected(), summary.documents().read());
    }

    private void addRejects(Database to) {
        String command = rejects(to);
        begin(command.contains("***") ? "All rejects (put in what *** stands for):" : "All rejects:");
        lines.add("  " + command);
        boolean replaces = (options.onExisting() == OnExisting.REPLACE || options.onExisting() == OnExisting.RELOAD)
                && !options.retryRejects();
        if (replaces && skips.rejected() == 0) {
            lines.add("When the documents or the contract are fixed: the same command again");
            return;
        }
        lines.add("When they are fixed:");
        List<String> retry = with(without(without(words, DELETE_MISSING), RETRY), RETRY);
        addCommand(
                "the same command with " + RETRY,
                options.onExisting() == OnExisting.FAIL ? withoutOption(retry, ON_EXISTING) : retry);
    }

    private void addOtherContract() {
        boolean one = skips.ofOtherContract() == 1;
        String documents = Amounts.count(skips.ofOtherContract(), "document") + (one ? " was" : " were");
        boolean replaces = options.onExisting() == OnExisting.REPLACE && !options.retryRejects();
        if (replaces || options.onExisting() == OnExisting.RELOAD) {
            begin("The contract had another text when " + documents
                    + " loaded, and " + (one ? "its" : "their") + " rows cannot be found by the"
                    + " text that it has now. To have " + (one ? "it" : "them")
                    + " by that: empty the contract's tables, or drop them, and give the same"
                    + " command with " + ON_EXISTING + " reload.");
            return;
        }
        begin("The contract had another text when " + documents
                + " loaded. To load " + (one ? "it" : "them") + " again by the text that it has"
                + " now, and what has changed in the source:");
        addReload();
    }

    private void addReload() {
        addCommand(
                "the same command with " + ON_EXISTING + " reload",
                with(withoutOption(without(words, RETRY), ON_EXISTING), ON_EXISTING, "reload"));
    }

    private void begin(String purpose) {
        lines.add("");
        lines.add(purpose);
    }

    private void addCommand(String inWords, List<String> command) {
        lines.add("  " + (isTellable() ? "millrace " + quoted(command) : inWords));
    }

    /** Whether the command can be run again as it is, and none of its words has to be hidden. */
    private boolean isTellable() {
        if (options.from() instanceof FromFiles files && files.isStandardInput()) {
            return false;
        }
        for (String word : words) {
            if (holdsSecret(word)
                    || word.contains("jdbc:") && !isShown(word.substring(word.indexOf("jdbc:")))
                    || PIPE_OF_THE_SHELL.matcher(word).find()
                    || word.chars().anyMatch(Character::isISOControl)) {
                return false;
            }
        }
        return true;
    }

    private static boolean holdsSecret(String word) {
        DatabaseUrl url = url(word.substring(word.startsWith("--") ? word.indexOf('=') + 1 : 0));
        if (url == null) {
            return false;
        }
        try {
            String shown = Database.of(url.jdbc(), new Properties()).displayUrl();
            return url.password() != null || !shown.equals(url.jdbc());
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** The URL of PostgreSQL's own form that a word is; null if it is none. */
    private static @Nullable DatabaseUrl url(String word) {
        if (!DatabaseUrl.isOne(word) || word.startsWith("jdbc:")) {
            return null;
        }
        try {
            return DatabaseUrl.of(word, "");
        } catch (UsageException e) {
            return null;
        }
    }

    /** The target as the command named it, and the user that this named; nothing where the environment did. */
    private List<String> target(Database to) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean joined = word.startsWith("--to=");
            if (joined || word.equals("--to") && i + 1 < words.size()) {
                DatabaseUrl url = url(joined ? word.substring("--to=".length()) : words.get(i + 1));
                return url == null || url.user() == null
                        ? List.of("--to", to.displayUrl())
                        : List.of("--to", to.displayUrl(), "--to-user", url.user());
            }
        }
        return List.of();
    }

    private boolean isShown(String url) {
        Database to = options.to();
        return to != null && url.equals(to.displayUrl())
                || options.from() instanceof FromDatabase from
                        && url.equals(from.database().displayUrl());
    }

    private String rejects(Database to) {
        List<String> command = new ArrayList<>(List.of("rejects"));
        command.addAll(target(to));
        command.addAll(List.of("--contract", contract.name()));
        LedgerNames ledger = contract.ledger();
        String schema = ledger.schema() == null ? contract.schema() : ledger.schema();
        if (schema != null && to.dialect().capabilities().contains(Capability.SCHEMAS)) {
            command.addAll(List.of("--ledger-schema", schema));
        }
        String prefix = ledger.prefix();
        if (prefix != null && !prefix.isEmpty()) {
            command.addAll(List.of("--ledger-prefix", prefix));
        }
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals(ASK) || LOG_IN.contains(name(word)) && word.contains("=")) {
                command.add(word);
            } else if (LOG_IN.contains(word) && i + 1 < words.size()) {
                command.addAll(List.of(word, words.get(i + 1)));
            }
        }
        return "millrace " + quoted(command);
    }

    private static String name(String word) {
        int end = word.indexOf('=');
        return end < 0 ? word : word.substring(0, end);
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> longer = new ArrayList<>(command);
        longer.addAll(List.of(more));
        return longer;
    }

    private static List<String> without(List<String> command, String flag) {
        return command.stream().filter(word -> !word.equals(flag)).toList();
    }

    /** Without an option and its value. */
    private static List<String> withoutOption(List<String> command, String option) {
        List<String> shorter = new ArrayList<>();
        for (int i = 0; i < command.size(); i++) {
            String word = command.get(i);
            if (word.equals(option)) {
                i++;
            } else if (!name(word).equals(option)) {
                shorter.add(word);
            }
        }
        return shorter;
    }

    static String quoted(List<String> command) {
        List<String> quoted = new ArrayList<>();
        for (String word : command) {
            quoted.add(PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'");
        }
        return String.join(" ", quoted);
    }
}
