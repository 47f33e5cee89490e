package dev.millrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The terminal that a process belongs to, {@code /dev/tty}, wherever its streams go. The JDK can ask there only if neither input nor output
 * is redirected, and has no call for the terminal's settings; {@code stty} has.
 */
final class ControllingTerminal {

    private static final String DEVICE = "/dev/tty";

    private ControllingTerminal() {}

    /** Asks for a secret without echo; null if there is no such terminal, or none whose echo can be turned off. */
    static char @Nullable [] ask(String prompt) {
        try (InputStream in = new FileInputStream(DEVICE);
                OutputStream out = new FileOutputStream(DEVICE)) {
            String settings = stty("-g");
            if (settings == null || !settings.matches("[0-9A-Za-z:=]+")) {
                return null;
            }
            Thread restore = new Thread(() -> stty(settings), "echo");
            // Ctrl-C at the prompt must not leave a terminal that shows nothing.
            Runtime.getRuntime().addShutdownHook(restore);
            try {
                stty("-echo");
                out.write(prompt.getBytes(Charset.defaultCharset()));
                char[] answer = line(in);
                out.write(System.lineSeparator().getBytes(StandardCharsets.US_ASCII));
                return answer;
            } finally {
                stty(settings);
                unhook(restore);
            }
        } catch (IOException e) {
            return null;
        }
    }

    private static void unhook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hooks are running: it does no harm twice.
            return;
        }
    }

    private static char @Nullable [] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (next != '\r') {
                line.write(next);
            }
            next = in.read();
        }
        return line.toString(Charset.defaultCharset()).toCharArray();
    }

    /** What {@code stty} answers about this terminal, or does to it; null if it cannot be asked. */
    static @Nullable String stty(String argument) {
        try {
            Process stty = new ProcessBuilder("sh", "-c", "exec stty \"$1\" < " + DEVICE, "sh", argument)
                    .redirectError(Redirect.DISCARD)
                    .start();
            String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroy();
                return null;
            }
            return stty.exitValue() == 0 ? answer : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
