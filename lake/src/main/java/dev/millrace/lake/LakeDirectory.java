package dev.millrace.lake;

import dev.millrace.database.TargetException;
import dev.millrace.document.Sha256;
import dev.millrace.lake.Group.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a lake: where each is, and how it comes to be there for good.
 *
 * <pre>
 * DIR/TABLE/part-RUN-WORKER-N.parquet   rows; .tmp behind the name until the group is committed
 * DIR/_millrace/manifests/00000001.json a group; its rename to this name is the commit
 * DIR/_millrace/ledger/                 what became of each document, in Parquet
 * DIR/_millrace/runs/RUN.json           the run's row of the ledger
 * DIR/_millrace/lake.json               format and tables
 * DIR/_millrace/lock                    held by the run that writes
 * </pre>
 */
final class LakeDirectory {
    /** Spark, Hive and others pass over names that begin so. */
    static final String HOME = "_millrace";

    /** Behind the name of a file that is not committed, or not known to be. */
    static final String UNCOMMITTED = ".tmp";

    private static final int TRIES = 50;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final int BLOCK = 1 << 17;

    private final Path top;
    /** As the user wrote it. */
    private final String shown;

    LakeDirectory(Path top) {
        this.top = top.toAbsolutePath().normalize();
        this.shown = top.toString();
    }

    Path top() {
        return top;
    }

    /** For messages. */
    String shown() {
        return shown;
    }

    Path home() {
        return top.resolve(HOME);
    }

    Path temporary() {
        return home().resolve("tmp");
    }

    Path runs() {
        return home().resolve("runs");
    }

    private Path manifests() {
        return home().resolve("manifests");
    }

    private Path description() {
        return home().resolve("lake.json");
    }

    static String ledgerPath(String name) {
        return HOME + "/ledger/" + name;
    }

    /** Whether there is a lake, be it an empty one. */
    boolean isLake() {
        return Files.isRegularFile(description());
    }

    TargetException problem(String words) {
        return new TargetException(shown + " – " + words, true, null);
    }

    /** Of a file below it. */
    private TargetException problem(String file, String words) {
        return new TargetException(shown + "/" + file + " – " + words, true, null);
    }

    /** A fault of the file system: somebody has to give a right, or to make room. */
    TargetException broken(String what, IOException fault) {
        boolean denied = fault instanceof AccessDeniedException;
        return new TargetException(
                shown + " – " + what + ": " + reason(fault)
                        + (denied ? " – this user may not write there; grant that, or name another directory" : ""),
                denied,
                fault);
    }

    static String reason(IOException fault) {
        if (fault instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (fault instanceof NoSuchFileException) {
            return "no such file: " + fault.getMessage();
        }
        return String.valueOf(fault.getMessage());
    }

    /**
     * Makes what is missing of it, for a run.
     *
     * @throws TargetException when it is no directory, may not be written, or holds something else
     */
    void create() throws TargetException {
        if (shown.chars().anyMatch(c -> "*?[]{}".indexOf(c) >= 0 || Character.isISOControl(c))) {
            throw problem(
                    "a directory of files cannot have *, ?, [, ], { or } in its name, which stand for several files –"
                            + " name another one");
        }
        try {
            if (Files.exists(top) && !Files.isDirectory(top)) {
                throw problem("is a file – name a directory, which need not be there yet");
            }
            if (Files.isDirectory(top) && !Files.exists(home())) {
                try (Stream<Path> files = Files.list(top)) {
                    // File managers leave hidden files everywhere.
                    List<String> others = files.map(file -> String.valueOf(file.getFileName()))
                            .filter(name -> !name.startsWith("."))
                            .sorted()
                            .toList();
                    if (!others.isEmpty()) {
                        throw problem("holds something else already, such as " + others.get(0)
                                + " – name an empty directory, or one that is not there yet");
                    }
                }
            }
            for (Path folder : List.of(manifests(), home().resolve("ledger"), runs())) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw broken("cannot be prepared", e);
        }
    }

    /** Held while a run writes. */
    record Lock(FileChannel channel, Path place) implements AutoCloseable {
        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // The system gives it back when the process ends.
                return;
            }
            HELD.remove(place);
        }
    }

    /** The directories that runs of this process hold. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Files of locks that something else in this process holds. Open until they are asked for again: closing one would give back that lock. */
    private static final Map<Path, FileChannel> HELD_BY_OTHERS = new ConcurrentHashMap<>();

    /** @throws TargetException when another run holds it */
    Lock lock() throws TargetException {
        Path file = home().resolve("lock");
        try {
            Path place = home().toRealPath();
            // Not by a second channel: closing that would give back this process's lock on the file.
            if (HELD.add(place)) {
                FileChannel channel = null;
                try {
                    channel = lock(file, place);
                    if (channel != null) {
                        return new Lock(channel, place);
                    }
                } finally {
                    if (channel == null) {
                        HELD.remove(place);
                    }
                }
            }
        } catch (IOException e) {
            throw broken("cannot be locked", e);
        }
        throw problem("another run is writing into it, and files take one run at a time – wait until it has ended");
    }

    /** The file, locked; null where another process holds it. */
    private @Nullable FileChannel lock(Path file, Path place) throws IOException, TargetException {
        FileChannel open = HELD_BY_OTHERS.remove(place);
        FileChannel channel =
                open != null ? open : FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            HELD_BY_OTHERS.put(place, channel);
            throw problem("something else in this process is writing into it – wait until it has ended");
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return null;
    }

    /** @throws TargetException when it cannot be read, or is not as it was written */
    LakeDescription describe() throws TargetException {
        try {
            return LakeDescription.read(Files.readAllBytes(description()));
        } catch (NoSuchFileException e) {
            throw problem("holds no files of Millrace's (" + HOME + "/lake.json): nothing has been loaded here");
        } catch (IOException e) {
            throw broken("cannot be read", e);
        } catch (RuntimeException e) {
            throw problem(HOME + "/lake.json", CHANGED);
        }
    }

    private static final String CHANGED =
            "is not as it was written: edited, or damaged – restore it, or load into a new directory";

    void describe(LakeDescription description) throws TargetException {
        try {
            writeForGood(description(), description.write());
        } catch (IOException e) {
            throw broken("cannot be written", e);
        }
    }

    /**
     * All groups that are committed, in order.
     *
     * @throws TargetException when one is missing, or not as it was written
     */
    List<Group.Sealed> groups() throws TargetException {
        List<Group.Sealed> groups = new ArrayList<>();
        List<String> names;
        try (Stream<Path> files = Files.list(manifests())) {
            names = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return groups;
        } catch (IOException e) {
            throw broken("cannot be read", e);
        }
        String seal = "";
        for (String name : names) {
            String expected = manifest(groups.size() + 1L);
            if (!name.equals(expected)) {
                throw problem(HOME + "/manifests/" + expected, "is missing – restore it, or load into a new directory");
            }
            Group.Sealed read;
            try {
                read = Group.read(Files.readAllBytes(manifests().resolve(name)));
            } catch (IOException e) {
                throw broken("cannot be read", e);
            } catch (RuntimeException e) {
                throw problem(HOME + "/manifests/" + name, CHANGED);
            }
            if (read.group().number() != groups.size() + 1L
                    || !read.group().previous().equals(seal)) {
                throw problem(HOME + "/manifests/" + name, CHANGED);
            }
            seal = read.seal();
            groups.add(read);
        }
        return groups;
    }

    private static String manifest(long number) {
        return String.format(Locale.ROOT, "%08d.json", number);
    }

    /**
     * Where a committed file is: under its name, or still under that which it had before, when a run was killed between the two.
     *
     * @throws TargetException when it is neither there nor there, or has another size
     */
    Path find(Part part) throws TargetException {
        Path file = top.resolve(part.path());
        Path before = uncommitted(part);
        try {
            Path found = Files.exists(file) ? file : Files.exists(before) ? before : null;
            if (found == null) {
                throw problem(
                        part.path(),
                        "is missing, and " + part.rows() + " rows with it – restore it, or load into a new"
                                + " directory");
            }
            if (Files.size(found) != part.bytes()) {
                throw problem(part.path(), CHANGED);
            }
            return found;
        } catch (IOException e) {
            throw broken("cannot be read", e);
        }
    }

    /** @throws TargetException when its bytes are not those that were written */
    void checkContent(Part part) throws TargetException {
        try {
            if (!sha256(find(part)).equals(part.sha256())) {
                throw problem(part.path(), CHANGED);
            }
        } catch (IOException e) {
            throw broken("cannot be read", e);
        }
    }

    /**
     * Waits for a run that has just committed files and is about to give them their names, so that nobody looks for one under the name
     * that it had before. Not for long: the run may have been killed.
     */
    void awaitNames(List<Group.Sealed> groups) {
        for (int i = 0; i < TRIES; i++) {
            if (groups.stream()
                    .flatMap(one -> one.group().files().stream())
                    .noneMatch(part -> Files.exists(uncommitted(part)))) {
                return;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    Path uncommitted(Part part) {
        return top.resolve(part.path() + UNCOMMITTED);
    }

    /**
     * Goes on where a run was killed: committed files get their names, and what was not committed is deleted.
     *
     * @throws TargetException when a committed file is missing, or there is one that no manifest names
     */
    void recover(List<Group.Sealed> groups, LakeDescription description) throws TargetException {
        Set<Path> known = new HashSet<>();
        try {
            for (Group.Sealed sealed : groups) {
                for (Part part : sealed.group().files()) {
                    find(part);
                    Path file = top.resolve(part.path());
                    if (!Files.exists(file)) {
                        moveForGood(uncommitted(part), file);
                    }
                    known.add(file);
                }
            }
            List<Path> folders = new ArrayList<>(List.of(home().resolve("ledger"), manifests()));
            description.tables().forEach(table -> folders.add(top.resolve(table.name())));
            for (Path folder : folders) {
                if (Files.isDirectory(folder)) {
                    sweep(folder, known);
                }
            }
            deleteTemporary();
        } catch (IOException e) {
            throw broken("cannot be prepared", e);
        }
    }

    private void sweep(Path folder, Set<Path> known) throws IOException, TargetException {
        List<Path> strangers = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(UNCOMMITTED)) {
                    Files.delete(file);
                } else if (name.startsWith("part-") && !known.contains(file)) {
                    strangers.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        if (!strangers.isEmpty()) {
            throw problem(
                    top.relativize(strangers.get(0)).toString().replace('\\', '/'),
                    "is named by no manifest: its rows are in no ledger – move it away, or restore the manifests");
        }
    }

    void deleteTemporary() throws IOException {
        if (!Files.exists(temporary())) {
            return;
        }
        Files.walkFileTree(temporary(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException fault) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Commits a group whose files are on disk: when this returns, it is there whatever happens; when it throws, nobody knows. */
    void commit(Group group, String manifest) throws IOException {
        writeForGood(manifests().resolve(manifest(group.number())), manifest);
    }

    /** Writes a file in place of one that is there, whole or not at all, and has the disk keep it. */
    void writeForGood(Path file, String text) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + UNCOMMITTED);
        try (FileChannel channel = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        moveForGood(beside, file);
    }

    void moveForGood(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder(to.getParent());
    }

    /** Has the disk keep the names of a folder's files. Windows cannot be asked to, and does it by itself. */
    static void forceFolder(@Nullable Path folder) throws IOException {
        if (folder == null || folder.getFileSystem().getSeparator().equals("\\")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Has the disk keep what was written into a file. */
    static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    static String sha256(Path file) throws IOException {
        MessageDigest sha256 = Sha256.digest();
        byte[] block = new byte[BLOCK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                sha256.update(block, 0, read);
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
