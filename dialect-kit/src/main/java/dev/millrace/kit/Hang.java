package dev.millrace.kit;

import java.util.Map;

/** Tells of work that does not end, by what its threads are doing: a hang is to fail a test, not to stop the build. */
final class Hang {
    private Hang() {}

    /** An error to throw, with the stacks of all threads of Millrace. */
    static AssertionError seen() {
        StringBuilder text = new StringBuilder("it hangs:");
        for (Map.Entry<Thread, StackTraceElement[]> thread :
                Thread.getAllStackTraces().entrySet()) {
            if (thread.getKey().getName().startsWith("millrace-")) {
                text.append("\n").append(thread.getKey());
                for (StackTraceElement frame : thread.getValue()) {
                    text.append("\n    at ").append(frame);
                }
            }
        }
        return new AssertionError(text.toString());
    }
}
