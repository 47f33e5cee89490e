package dev.millrace.cli;

import java.io.Console;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The terminal that the program was started in. */
final class SystemTerminal implements Terminal {

    /** Set by the launcher, which can test each stream. Java 17 can only test input and output together. */
    private static final String INTERACTIVE = "millrace.interactive";

    private static final String OUTPUT = "millrace.output-is-terminal";

    private static final int DEFAULT_WIDTH = 80;

    private int width;

    @Override
    public boolean isInteractive() {
        return isTerminal(INTERACTIVE);
    }

    @Override
    public boolean isOutputATerminal() {
        return isTerminal(OUTPUT);
    }

    private static boolean isTerminal(String property) {
        String told = System.getProperty(property);
        return told == null ? isConsoleATerminal(System.console()) : Boolean.parseBoolean(told);
    }

    /** From Java 22 on there is a console even where there is no terminal, and a method that says so. */
    private static boolean isConsoleATerminal(@Nullable Console console) {
        if (console == null || Runtime.version().feature() < 22) {
            return console != null;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    @Override
    public int width() {
        if (width == 0) {
            width = findWidth();
        }
        return width;
    }

    private int findWidth() {
        int columns = number(environment("COLUMNS"));
        if (columns == 0 && (isInteractive() || isOutputATerminal())) {
            String size = ControllingTerminal.stty("size");
            columns = size == null ? 0 : number(size.substring(size.indexOf(' ') + 1));
        }
        return columns == 0 ? DEFAULT_WIDTH : columns;
    }

    private static int number(@Nullable String text) {
        try {
            return text == null ? 0 : Math.max(0, Integer.parseInt(text.strip()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public @Nullable String environment(String name) {
        return System.getenv(name);
    }

    @Override
    @SuppressWarnings("SystemConsoleNull") // it is null on Java 17; on newer ones it may be there without a terminal
    public @Nullable String ask(String prompt) {
        Console console = System.console();
        return console != null && isConsoleATerminal(console) ? console.readLine("%s", prompt) : null;
    }

    /** At the terminal that the program belongs to, wherever its streams go: the output may be piped into another one. */
    @Override
    @SuppressWarnings("SystemConsoleNull") // it is null on Java 17
    public char @Nullable [] askSecret(String prompt) {
        Console console = System.console();
        return console != null && isConsoleATerminal(console)
                ? console.readPassword("%s", prompt)
                : ControllingTerminal.ask(prompt);
    }

    // A shutdown hook does not work here: while hooks run, the JVM ignores a second Ctrl-C.
    @Override
    public Interruptible onInterrupt(IntConsumer first) {
        AtomicBoolean interrupted = new AtomicBoolean();
        IntConsumer handler = signal -> {
            if (interrupted.getAndSet(true)) {
                Runtime.getRuntime().halt(ExitCode.ofSignal(signal));
            }
            first.accept(ExitCode.ofSignal(signal));
        };
        Interruptible control = Signals.handle("INT", handler);
        Interruptible terminate = Signals.handle("TERM", handler);
        return () -> {
            control.close();
            terminate.close();
        };
    }
}
