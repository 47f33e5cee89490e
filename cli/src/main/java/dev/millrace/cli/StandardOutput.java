package dev.millrace.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output that ends the command at every fault. Print streams hide faults, and a reader would take half a table for the whole.
 */
final class StandardOutput extends OutputStream {

    private final OutputStream out;

    private StandardOutput(OutputStream out) {
        this.out = out;
    }

    /** Always UTF-8: data written to a file must not depend on the locale. */
    static PrintStream open() {
        return over(new FileOutputStream(FileDescriptor.out));
    }

    static PrintStream over(OutputStream out) {
        return new PrintStream(new StandardOutput(out), false, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            throw OutputException.of("standard output", e);
        }
    }
}
