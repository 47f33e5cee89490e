package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = "Prints what a shell needs to complete commands and options of millrace.",
        customSynopsis = "millrace completion bash|zsh|fish",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  source <(millrace completion bash)",
            "  source <(millrace completion zsh)",
            "  millrace completion fish > ~/.config/fish/completions/millrace.fish"
        })
final class CompletionCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
    private Shell shell = Shell.BASH;

    /** Those that there are completions for. */
    enum Shell {
        BASH,
        ZSH,
        FISH
    }

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        CommandLine all = Main.withAllCommands(console);
        console.out()
                .print(
                        switch (shell) {
                            // One script: in zsh it makes itself understood by bashcompinit.
                            case BASH, ZSH -> AutoComplete.bash(Main.NAME, all);
                            case FISH -> String.join("\n", fish(all)) + "\n";
                        });
        return ExitCode.OK;
    }

    private static List<String> fish(CommandLine all) {
        List<String> lines = new ArrayList<>();
        lines.add("# Completions of millrace for fish");
        all.getSubcommands()
                .forEach((name, command) -> lines.add("complete -c " + Main.NAME + " -n __fish_use_subcommand -f -a "
                        + name + " -d " + quoted(HelpSections.firstSentence(command.getCommandSpec()))));
        all.getSubcommands().forEach((name, command) -> {
            for (OptionSpec option : command.getCommandSpec().options()) {
                StringBuilder line = new StringBuilder(
                        "complete -c " + Main.NAME + " -n '__fish_seen_subcommand_from " + name + "'");
                for (String word : option.names()) {
                    line.append(word.startsWith("--") ? " -l " + word.substring(2) : " -s " + word.substring(1));
                }
                if (option.arity().min() > 0) {
                    line.append(isFile(option) ? " -r -F" : " -x");
                }
                lines.add(line + " -d " + quoted(HelpSections.plain(option.description())));
            }
        });
        return lines;
    }

    private static boolean isFile(OptionSpec option) {
        String value = option.paramLabel().toUpperCase(Locale.ROOT);
        return value.contains("FILE") || value.contains("DIR") || value.contains("SOURCE") || value.contains("PLACE");
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
