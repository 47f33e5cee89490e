package dev.millrace.cli;

import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option for a page that follows a run. */
final class WatchOptions {

    static final String OPTION = "--watch";

    private static final String ANY = "0";

    @Option(
            names = OPTION,
            paramLabel = "PORT",
            arity = "0..1",
            fallbackValue = ANY,
            preprocessor = NextIfNumber.class,
            description =
                    "Show the page about the run while it goes on, to browsers of this machine, at an address that is printed (any"
                            + " port that is free).")
    private @Nullable Integer port;

    /** @throws UsageException when the port cannot be had; the user should know before anything is read */
    WatchOutput output(Console console) throws UsageException {
        return port == null ? WatchOutput.nowhere(console) : WatchOutput.on(port, console);
    }

    /** The word behind the option is its port only if it is a number; it may as well be the contract. */
    static final class NextIfNumber implements IParameterPreprocessor {

        @Override
        public boolean preprocess(Stack<String> words, CommandSpec command, ArgSpec option, Map<String, Object> info) {
            boolean attached = "=".equals(info.get("separator"));
            if (!attached && (words.isEmpty() || !words.peek().matches("[0-9]+"))) {
                words.push(ANY);
            }
            return false;
        }
    }
}
