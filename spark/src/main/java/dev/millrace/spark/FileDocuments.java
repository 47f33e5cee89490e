package dev.millrace.spark;

import dev.millrace.contract.MappingContract;
import dev.millrace.discovery.Discovery;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.SourceException;
import dev.millrace.source.SplitFiles;
import dev.millrace.summary.DocumentTeller;
import dev.millrace.xml.Projection;
import dev.millrace.xml.RecordFinder;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Documents of files, on any file system that Hadoop knows: one, the {@code *.xml} below a directory, or those of a glob. They have the keys that
 * they have on one machine. A file is read by one task, which splits it at {@code document.record}; small files share a task.
 */
public final class FileDocuments {

    /** Of files that one task reads, unless one of them has more: as much as Spark reads of a table at a time. */
    private static final long BYTES_OF_PARTITION = 128L << 20;

    private static final String ENDINGS = "(?i).*\\.xml";

    private FileDocuments() {}

    /**
     * @param specification a path or URL of a file, a directory or a glob
     * @param partitions how many at least, if there are as many files
     * @throws SourceException when nothing is there
     */
    public static Documents of(SparkSession session, String specification, int partitions) throws SourceException {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
        Parts parts = parts(session, specification, partitions);
        JavaRDD<Row> rows =
                context.parallelize(parts.rows(), parts.rows().size()).flatMap(List::iterator);
        return new Documents(specification, () -> rows, parts.reading(), true);
    }

    /**
     * The files as Documents have them, for whoever makes partitions of a kind of his own.
     *
     * @param rows of each partition: its files
     * @param reading makes documents of them
     */
    public record Parts(List<List<Row>> rows, Documents.Reading reading) {}

    /** As {@link #of}, before anything of Spark is made of it. */
    public static Parts parts(SparkSession session, String specification, int partitions) throws SourceException {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
        List<List<Row>> rows = new ArrayList<>();
        for (Group group : groups(found(specification, context.hadoopConfiguration()), partitions)) {
            rows.add(group.rows());
        }
        Broadcast<SerializableConfiguration> configuration =
                context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
        return new Parts(rows, new Files(specification, configuration));
    }

    private record Found(String key, String path, long size) {}

    private record Group(List<Found> files) {
        List<Row> rows() {
            List<Row> rows = new ArrayList<>();
            files.forEach(file -> rows.add(RowFactory.create(file.key, file.path, file.size)));
            return rows;
        }
    }

    private static List<Found> found(String specification, Configuration configuration) throws SourceException {
        List<Found> files = new ArrayList<>();
        if (specification.contains("**")) {
            throw SourceException.usage(specification
                    + " – ** is not known here: Hadoop takes it for one level; name the directory, all below which is read, or"
                    + " one * for each level");
        }
        try {
            Path path = new Path(specification);
            FileSystem system = path.getFileSystem(configuration);
            FileStatus[] matches = system.globStatus(path);
            if (matches == null || matches.length == 0) {
                throw SourceException.usage(
                        specification + " – no such file or directory; expected a file, a directory or a glob");
            }
            Path root = fixed(system.makeQualified(path));
            // The keys of a glob's files do not depend on how many directories it leads to today.
            boolean isGlob = !root.equals(system.makeQualified(path));
            for (FileStatus match : matches) {
                if (match.isFile()) {
                    files.add(found(root, match));
                } else {
                    addAll(system, match.getPath(), isGlob ? root : match.getPath(), files);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw SourceException.usage(specification + " – cannot be listed: " + e.getMessage());
        }
        if (files.isEmpty()) {
            throw SourceException.usage(
                    specification + " – the directory holds no *.xml file; name another one, or a glob");
        }
        // As on one machine; a listing comes in any order.
        files.sort(Comparator.comparing(Found::key));
        return files;
    }

    private static void addAll(FileSystem system, Path directory, Path root, List<Found> files) throws IOException {
        // Not listFiles, which asks for blocks and rights of each file: of local files, by a process for each.
        for (FileStatus file : system.listStatus(directory)) {
            if (file.isDirectory()) {
                addAll(system, file.getPath(), root, files);
            } else if (file.getPath().getName().matches(ENDINGS)) {
                files.add(found(root, file));
            }
        }
    }

    private static Found found(Path root, FileStatus file) {
        String path = file.getPath().toUri().getPath();
        String above = root.toUri().getPath();
        String key = path.startsWith(above + "/")
                ? path.substring(above.length() + 1)
                : file.getPath().getName();
        return new Found(key, file.getPath().toString(), file.getLen());
    }

    /** The part of a path before its first name with a character of a glob. */
    private static Path fixed(Path path) {
        Path fixed = path;
        for (Path each = path; each != null; each = each.getParent()) {
            if (each.getName().matches(".*[*?\\[{].*")) {
                fixed = each.getParent();
            }
        }
        return fixed;
    }

    /** Files that follow each other, together as large as a partition is to be. */
    private static List<Group> groups(List<Found> files, int partitions) {
        long all = files.stream().mapToLong(Found::size).sum();
        long most = Math.max(1, Math.min(BYTES_OF_PARTITION, all / Math.max(1, partitions)));
        List<Group> groups = new ArrayList<>();
        long bytes = most;
        for (Found file : files) {
            if (bytes + file.size > most || groups.isEmpty()) {
                groups.add(new Group(new ArrayList<>()));
                bytes = 0;
            }
            groups.get(groups.size() - 1).files.add(file);
            bytes += file.size;
        }
        return groups;
    }

    /** Opens the files that the rows name. */
    private record Files(String description, Broadcast<SerializableConfiguration> configuration)
            implements Documents.Reading {

        @Override
        public DocumentSource open(Iterator<Row> rows, MappingContract contract, XmlLimits limits) {
            return source(
                    rows, DataMapper.projection(contract), contract.document().doctype(), limits, null);
        }

        @Override
        public DocumentSource texts(Iterator<Row> rows, XmlLimits limits, FileSource.@Nullable LargeTexts large) {
            return source(rows, DocumentTeller.NOTHING, Doctype.INTERNAL, limits, large);
        }

        private DocumentSource source(
                Iterator<Row> rows,
                Projection projection,
                Doctype doctype,
                XmlLimits limits,
                FileSource.@Nullable LargeTexts large) {
            return new OneAfterTheOther(
                    description,
                    rows,
                    projection,
                    doctype,
                    limits,
                    large,
                    configuration.value().value());
        }
    }

    private static final class OneAfterTheOther implements SplitFiles {
        private final String description;
        private final Iterator<Row> rows;
        private final Projection projection;
        private final Doctype doctype;
        private final XmlLimits limits;
        private final FileSource.@Nullable LargeTexts large;
        private final Configuration configuration;
        private RecordFinder.@Nullable Around around;
        private long documentsGiven;
        private volatile @Nullable FileSource file;
        private volatile boolean stopped;

        OneAfterTheOther(
                String description,
                Iterator<Row> rows,
                Projection projection,
                Doctype doctype,
                XmlLimits limits,
                FileSource.@Nullable LargeTexts large,
                Configuration configuration) {
            this.description = description;
            this.rows = rows;
            this.projection = projection;
            this.doctype = doctype;
            this.limits = limits;
            this.large = large;
            this.configuration = configuration;
        }

        @Override
        public @Nullable Document next() throws SourceException, InterruptedException {
            try {
                Document next = nextOfFiles();
                documentsGiven += next == null ? 0 : 1;
                return next;
            } catch (UncheckedIOException e) {
                throw new SourceException(description + " – cannot be read: " + e.getMessage(), e);
            }
        }

        @Override
        public void tellAround(RecordFinder.Around to) {
            around = to;
        }

        @Override
        public long documentsGiven() {
            return documentsGiven;
        }

        private @Nullable Document nextOfFiles() throws SourceException, InterruptedException {
            while (!stopped) {
                FileSource open = file;
                if (open != null) {
                    Document next = open.next();
                    if (next != null) {
                        return next;
                    }
                    close();
                }
                if (!rows.hasNext()) {
                    return null;
                }
                file = open(rows.next());
            }
            return null;
        }

        /** A local file as a run on one machine has it. */
        private static String named(Path path) {
            return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
        }

        private FileSource open(Row row) throws SourceException {
            Path path = new Path(row.getString(1));
            FileSource opened = FileSource.of(
                    row.getString(0),
                    named(path),
                    row.getLong(2),
                    () -> RetriedInput.open(path, configuration),
                    projection,
                    doctype,
                    limits);
            if (around != null) {
                opened.tellAround(around);
            }
            return Discovery.withLarge(opened, large);
        }

        @Override
        public String description() {
            return description;
        }

        @Override
        public void stop() {
            stopped = true;
            FileSource open = file;
            if (open != null) {
                open.stop();
            }
        }

        @Override
        public void close() {
            FileSource open = file;
            file = null;
            if (open != null) {
                open.close();
            }
        }
    }
}
