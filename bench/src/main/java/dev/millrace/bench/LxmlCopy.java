package dev.millrace.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The loader that a good engineer writes in two days: Python with lxml, and COPY for each table, in several processes. */
record LxmlCopy(int processes) implements Contestant {

    private static final String SCRIPT = "lxml_copy.py";
    /** The system's own comes first: it has Debian's packages, whatever else is on the path. */
    private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

    private static final long SECONDS_TO_IMPORT = 20;

    @Override
    public String name() {
        return "lxml + COPY, " + processes + " processes";
    }

    @Override
    public boolean loads() {
        return true;
    }

    @Override
    public String missing() throws IOException, InterruptedException {
        return python() == null ? "needs Python 3 with lxml and psycopg2 (Debian: python3-lxml python3-psycopg2)" : "";
    }

    @Override
    public List<String> command(Workload workload) throws IOException, InterruptedException {
        Path script = workload.directory().resolve(SCRIPT);
        try (InputStream file = Objects.requireNonNull(LxmlCopy.class.getResourceAsStream(SCRIPT), SCRIPT)) {
            Files.copy(file, script, StandardCopyOption.REPLACE_EXISTING);
        }
        String place = workload.url().substring("jdbc:".length());
        return List.of(Objects.requireNonNull(python()), script.toString(), place, Integer.toString(processes));
    }

    @Override
    public void run(Workload workload) {
        throw new UnsupportedOperationException("is a program of its own");
    }

    private static @Nullable String python() throws IOException, InterruptedException {
        for (String python : PYTHONS) {
            try {
                Process process = new ProcessBuilder(python, "-c", "import lxml.etree, psycopg2")
                        .redirectErrorStream(true)
                        .redirectOutput(new File("/dev/null"))
                        .start();
                if (process.waitFor(SECONDS_TO_IMPORT, TimeUnit.SECONDS) && process.exitValue() == 0) {
                    return python;
                }
            } catch (IOException e) {
                // There is no such program; the next one may be there.
            }
        }
        return null;
    }
}
