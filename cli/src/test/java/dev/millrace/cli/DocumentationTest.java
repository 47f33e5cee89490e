package dev.millrace.cli;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Checkout;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the pages tell people to type, typed. A block marked {@code sh} is run by a shell, all blocks of all pages one after
 * another in one directory and against one PostgreSQL, README.md first; the
 * folder {@code examples} is in it. A block whose first line is {@code # name.yaml} is
 * that file. The pages of an example are run in a copy of its folder. What must not be run here (a build, a benchmark) is in blocks marked {@code console}.
 */
class DocumentationTest {

    private static final Path TOP = Checkout.TOP;

    private static final Path EXAMPLES = TOP.resolve("examples");

    /** The database of the examples. */
    private static final String EXAMPLE_URL = "jdbc:postgresql://localhost/loans";

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
    private static final Pattern FILE_NAME = Pattern.compile("\\A# (\\S+\\.ya?ml)\\n");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern TEST_CLASS = Pattern.compile("`(\\w+(?:Test|Kit))\\b[^`]*`");
    private static final Pattern SECTION = Pattern.compile("(?ms)^## (.*?)$(.*?)(?=^## |\\z)");

    /** Sections of the guarantees that promise nothing. */
    private static final Set<String> WITHOUT_PROMISE = Set.of("What it costs", "What is not guaranteed");

    private static final int MINUTES_AT_MOST = 60;

    @TempDir
    private Path directory;

    @Test
    void whatThePagesTellToTypeWorks() throws IOException, InterruptedException {
        Path work = Files.createDirectory(directory.resolve("work"));
        String script = script(pages(), work);
        assertThat(script).contains("millrace run ", "millrace preview ");

        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(directory.resolve("postgresql").toFile())
                .start()) {
            type(script.replace(EXAMPLE_URL, postgres.getJdbcUrl("postgres", "postgres")), work, Map.of());
        }
    }

    /** Where the server wants a password, README.md says what to type before. */
    @Test
    void theReadmesTourWorksWhereTheServerAsksForAPassword() throws Exception {
        Path work = Files.createDirectory(directory.resolve("work"));
        String script = script(List.of(TOP.resolve("README.md")), work);
        try (OwnPostgres server = new OwnPostgres(Files.createDirectory(directory.resolve("data")))) {
            server.requirePassword("me", "S3cret");
            type(
                    script.replace(EXAMPLE_URL, "jdbc:postgresql://localhost:" + server.port() + "/postgres"),
                    work,
                    Map.of("MILLRACE_USER", "me", "MILLRACE_PASSWORD", "S3cret"));
        }
    }

    /** All that pages tell to type, in their order; the files that they tell to write are written. */
    private static String script(List<Path> pages, Path work) throws IOException {
        StringBuilder script = new StringBuilder("set -eu\n");
        script.append("cp -r '").append(EXAMPLES).append("' .\n");
        for (Path page : pages) {
            script.append(": page ").append(TOP.relativize(page)).append('\n');
            if (page.startsWith(EXAMPLES)) {
                script.append("cp -r '")
                        .append(page.getParent())
                        .append("' '")
                        .append(work)
                        .append("'\n");
                script.append("cd '")
                        .append(work.resolve(page.getParent().getFileName()))
                        .append("'\n");
            }
            BLOCK.matcher(Files.readString(page)).results().forEach(block -> {
                if (block.group(1).equals("sh")) {
                    script.append(block.group(2));
                } else {
                    writeFile(work, block.group(2));
                }
            });
        }
        return script.toString();
    }

    private void type(String commands, Path work, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        ProcessBuilder shell = new ProcessBuilder("sh", "-x", "-c", commands)
                .directory(work.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        shell.environment().put("PATH", program().getParent() + File.pathSeparator + System.getenv("PATH"));
        shell.environment().putAll(environment);
        Process process = shell.start();
        try {
            assertThat(process.waitFor(MINUTES_AT_MOST, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (MatchResult link :
                    LINK.matcher(Files.readString(page)).results().toList()) {
                String target = link.group(1);
                if (!target.contains("://") && !target.startsWith("#")) {
                    Path file = page.resolveSibling(target.replaceFirst("#.*", ""));
                    if (!Files.exists(file)) {
                        broken.add(TOP.relativize(page) + ": " + target);
                    }
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void testsThatAreNamedExist() throws IOException {
        Set<String> existing = testClasses();
        List<String> unknown = new ArrayList<>();
        for (Path page : pages()) {
            for (MatchResult test :
                    TEST_CLASS.matcher(Files.readString(page)).results().toList()) {
                if (!existing.contains(test.group(1))) {
                    unknown.add(TOP.relativize(page) + ": " + test.group(1));
                }
            }
        }

        assertThat(unknown).isEmpty();
    }

    @Test
    void everyGuaranteeNamesTheTestThatHoldsIt() throws IOException {
        String page = Files.readString(TOP.resolve("docs/guarantees.md"));
        List<String> unproven = SECTION.matcher(page)
                .results()
                .filter(section -> !WITHOUT_PROMISE.contains(section.group(1)))
                .filter(section -> !TEST_CLASS.matcher(section.group(2)).find())
                .map(section -> section.group(1))
                .toList();

        assertThat(unproven).isEmpty();
    }

    /** The simple names of all classes that are tests, or the kits that tests extend. */
    private static Set<String> testClasses() throws IOException {
        Set<String> classes = new HashSet<>();
        for (Path module : modules()) {
            try (Stream<Path> files = Files.walk(module.resolve("src"))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith("Test.java") || name.endsWith("Kit.java"))
                        .forEach(name -> classes.add(name.replace(".java", "")));
            }
        }
        return classes;
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(TOP)) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("src")))
                    .toList();
        }
    }

    /** README.md first: the other pages go on from what it has made. The examples last: each changes the folder. */
    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(TOP.resolve("README.md")));
        for (Path folder : List.of(TOP, TOP.resolve("docs"), TOP.resolve("docs/databases"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !pages.contains(file))
                        .sorted()
                        .forEach(pages::add);
            }
        }
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    private static void writeFile(Path work, String text) {
        Matcher name = FILE_NAME.matcher(text);
        if (name.find()) {
            try {
                Files.writeString(work.resolve(name.group(1)), text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** {@code millrace} as a user has it on the path, with the classes under test. */
    private Path program() throws IOException {
        Path program = Files.createDirectory(directory.resolve("bin")).resolve("millrace");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Files.writeString(
                program,
                "#!/bin/sh\nexec '" + java + "' -cp '" + System.getProperty("java.class.path") + "' "
                        + getClass().getPackageName() + ".Main \"$@\"\n");
        Files.setPosixFilePermissions(program, fromString("rwxr-xr-x"));
        return program;
    }
}
