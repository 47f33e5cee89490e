package dev.millrace.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A terminal whose answers are set by a test. */
final class FakeTerminal implements Terminal {

    final Map<String, String> environment = new HashMap<>();
    boolean interactive;
    boolean outputIsTerminal = true;
    int width = 80;

    @Nullable
    String secret;

    /** What is answered before {@link #secret} is, one by one. */
    final Deque<String> secrets = new ArrayDeque<>();

    int questions;

    @Nullable
    String answer;

    final List<String> prompts = new ArrayList<>();

    @Nullable
    IntConsumer onInterrupt;

    /** Whether Ctrl-C comes as soon as somebody listens. */
    boolean interrupts;

    @Override
    public boolean isInteractive() {
        return interactive;
    }

    @Override
    public boolean isOutputATerminal() {
        return outputIsTerminal;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public @Nullable String environment(String name) {
        return environment.get(name);
    }

    @Override
    public @Nullable String ask(String prompt) {
        prompts.add(prompt);
        return answer;
    }

    @Override
    public char @Nullable [] askSecret(String prompt) {
        questions++;
        prompts.add(prompt);
        return !secrets.isEmpty() ? secrets.remove().toCharArray() : secret == null ? null : secret.toCharArray();
    }

    @Override
    public Interruptible onInterrupt(IntConsumer first) {
        onInterrupt = first;
        if (interrupts) {
            first.accept(ExitCode.INTERRUPTED);
        }
        return () -> onInterrupt = null;
    }
}
