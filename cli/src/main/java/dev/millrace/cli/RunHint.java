package dev.millrace.cli;

import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The command {@code run} that loads what another command has only read. It has what that one was told of log-ins, the source and the limits
 * of documents, since it would end elsewhere without. A password is never in it: as it came from a file, a question or the environment, it
 * comes from there again.
 */
final class RunHint {

    /** What is said anew, or is not for a run that loads. */
    private static final Set<String> NOT_CARRIED =
            Set.of("--from", "--to", "--to-user", "--to-password-file", "--dry-run", "--no-progress");

    private final List<List<String>> carried = new ArrayList<>();

    /** @param command what was given on the command line, of which {@code run} gets the options that it has too */
    RunHint(CommandSpec command, Console console) {
        CommandSpec run = CommandSpec.forAnnotatedObject(new RunCommand(console));
        for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
            String name = option.longestName();
            if (run.optionsMap().containsKey(name) && !NOT_CARRIED.contains(name)) {
                if (option.arity().max() == 0) {
                    carried.add(List.of(name));
                } else {
                    option.originalStringValues().forEach(value -> carried.add(List.of(name, value)));
                }
            }
        }
    }

    /**
     * What to do, and the command.
     *
     * @param purpose what to do it for, without a colon
     * @param word what names the source
     * @param from what it stands for
     * @param target the name of the file to load into
     * @param more options that come last
     */
    List<String> lines(String purpose, Path contract, String word, From from, String target, List<String> more)
            throws UsageException {
        List<String> words = new ArrayList<>(List.of("run", contract.toString(), "--from"));
        String condition = "";
        if (from instanceof FromDatabase source) {
            DatabaseUrl url = DatabaseUrl.of(word, "--from");
            String shown = source.database().displayUrl();
            words.add(shown);
            if (url.user() != null) {
                words.addAll(List.of("--from-user", url.user()));
            }
            condition = shown.contains("***")
                    ? " (put in what *** stands for)"
                    : url.password() == null
                            ? ""
                            : " (with the source's password in the environment, as MILLRACE_FROM_PASSWORD)";
        } else {
            words.add(word);
        }
        return List.of(purpose + condition + ":", "  " + finished(words, target, more));
    }

    /** The command for documents that are not there yet. */
    String command(Path contract, String target) {
        return finished(new ArrayList<>(List.of("run", contract.toString(), "--from", "DOCUMENTS")), target, List.of());
    }

    private String finished(List<String> words, String target, List<String> more) {
        boolean namesUser = words.contains("--from-user");
        for (List<String> option : carried) {
            if (!namesUser || !option.get(0).equals("--from-user")) {
                words.addAll(option);
            }
        }
        words.addAll(List.of("--to", "jdbc:h2:./" + target, "--create-tables"));
        words.addAll(more);
        return "millrace " + NextSteps.quoted(words);
    }
}
