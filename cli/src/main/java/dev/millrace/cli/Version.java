package dev.millrace.cli;

import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialects;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/** What a report of a fault needs to know of an installation. */
final class Version {

    private static final String UNKNOWN = "unknown";

    private Version() {}

    /** The program with its version on the first line, then what it runs on. */
    static List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(ofProgram());
        lines.add("Java " + Runtime.version() + ", " + System.getProperty("java.vendor") + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        for (Dialect dialect : Dialects.all()) {
            lines.add("driver of " + dialect.name() + ": " + driver(dialect));
        }
        return lines;
    }

    /** The program with its version. */
    static String ofProgram() {
        Optional<Attributes> manifest = manifest();
        String version = manifest.map(entries -> entries.getValue(Attributes.Name.IMPLEMENTATION_VERSION))
                .orElse("(development build)");
        String commit = manifest.map(entries -> entries.getValue("Implementation-Build"))
                .filter(build -> !build.equals(UNKNOWN))
                .map(build -> " (commit " + build + ")")
                .orElse("");
        return "millrace " + version + commit;
    }

    /** The jar that the driver is in, whose name has its version; drivers do not agree on another place for it. */
    private static String driver(Dialect dialect) {
        try {
            return file(Class.forName(
                            dialect.driver(), false, dialect.getClass().getClassLoader()))
                    .map(jar -> String.valueOf(jar.getFileName()))
                    .orElse(UNKNOWN);
        } catch (ClassNotFoundException | LinkageError e) {
            return "not on the class path";
        }
    }

    private static Optional<Attributes> manifest() {
        Path jar = file(Main.class).orElse(null);
        if (jar == null || !Files.isRegularFile(jar)) {
            return Optional.empty();
        }
        try (JarFile open = new JarFile(jar.toFile())) {
            return Optional.ofNullable(open.getManifest()).map(manifest -> manifest.getMainAttributes());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Path> file(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        try {
            return source == null || source.getLocation() == null
                    ? Optional.empty()
                    : Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return Optional.empty();
        }
    }
}
