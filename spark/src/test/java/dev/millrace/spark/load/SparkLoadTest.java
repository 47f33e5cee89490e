package dev.millrace.spark.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.OnExisting;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunListener;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.MaxRejects;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.samples.SampleWriter;
import dev.millrace.source.SourceException;
import dev.millrace.spark.DatabaseDocuments;
import dev.millrace.spark.Documents;
import dev.millrace.spark.FileDocuments;
import dev.millrace.spark.TableDocuments;
import dev.millrace.spark.TestPostgres;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.xml.XmlLimits;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads on {@code local[2,4]}: two tasks at a time, and a task is tried four times. */
class SparkLoadTest {
    private static final int DOCUMENTS = 1_200;

    private static SparkSession session;
    private static MappingContract contract;
    /** Holds the documents, 12 of them with faults. */
    private static Database source;

    private static RunSummary plain;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() throws Exception {
        session = SparkSession.builder()
                .master("local[2,4]")
                .appName("load")
                .config("spark.ui.enabled", false)
                .config(
                        "spark.sql.warehouse.dir",
                        directory.resolve("warehouse").toString())
                .config("spark.sql.shuffle.partitions", 4)
                .getOrCreate();
        contract = ContractReader.read(Path.of("../examples/loan-applications/contract.yaml"))
                .contract();
        source = TestPostgres.newDatabase();
        samples().toTable(source, "intake");
        samples().toDirectory(directory.resolve("files"));
        table().write().parquet(directory.resolve("parquet").toString());
        Database target = TestPostgres.newDatabase();
        plain = new ProductionProcessor(
                        contract,
                        RunOptions.from(intake()).to(target).createTables(true).build())
                .run();
        assertThat(plain.status()).isEqualTo(Status.FINISHED);
    }

    @AfterAll
    static void end() {
        session.stop();
    }

    private static SampleWriter samples() {
        return new SampleWriter(
                new SampleApplications(Settings.of(3, Size.SMALL).withFaults(1)), 1, DOCUMENTS, n -> {});
    }

    private static FromDatabase intake() {
        return From.table(source, "intake", SampleWriter.KEY_COLUMN, SampleWriter.XML_COLUMN);
    }

    /** The same documents as a table of Spark's. */
    private static Dataset<Row> table() {
        return session.read()
                .format("jdbc")
                .option("url", TestPostgres.urlOf(source))
                .option("query", "select " + SampleWriter.KEY_COLUMN + ", cast(xml as text) as xml from intake")
                .load();
    }

    private static RunSummary load(Documents documents, Database target) throws Exception {
        return new SparkLoad(
                        session,
                        contract,
                        documents,
                        SparkLoad.options(documents)
                                .to(target)
                                .createTables(true)
                                .workers(3)
                                .build())
                .run(RunListener.NONE);
    }

    private static void assertLikeThePlainRun(RunSummary summary) {
        assertThat(summary.failure()).isEmpty();
        assertThat(summary.status()).isEqualTo(Status.FINISHED);
        assertThat(summary.documents()).isEqualTo(plain.documents());
        assertThat(summary.tables().rows()).isEqualTo(plain.tables().rows());
        assertThat(summary.tables().cells()).isEqualTo(plain.tables().cells());
        assertThat(summary.tables().loadPaths()).isEqualTo(plain.tables().loadPaths());
        assertThat(summary.rejects().byCode()).isEqualTo(plain.rejects().byCode());
        assertThat(summary.rejects().byTable()).isEqualTo(plain.rejects().byTable());
    }

    private static void assertVerified(Database target) throws Exception {
        assertThat(new Verifier(contract, VerifyOptions.of(intake(), target))
                        .run()
                        .isEqual())
                .isTrue();
    }

    @Test
    void loadsATableOfADatabaseByRangesOfKeys() throws Exception {
        Database target = TestPostgres.newDatabase();
        Documents documents = DatabaseDocuments.of(session, intake(), contract, XmlLimits.DEFAULTS, 7);

        RunSummary summary = load(documents, target);

        assertThat(documents.rows().getNumPartitions()).isEqualTo(2);
        assertLikeThePlainRun(summary);
        assertThat(summary.run().workers()).isEqualTo(3);
        assertVerified(target);
        RunSummary again = load(documents, target);
        assertThat(again.documents().loaded()).isZero();
        assertThat(again.documents().skips().loaded())
                .isEqualTo(plain.documents().loaded());
        assertThat(again.documents().skips().rejected())
                .isEqualTo(plain.documents().rejected());
    }

    @Test
    void loadsParquetAsItIsAndMovedByKey() throws Exception {
        Dataset<Row> parquet =
                session.read().parquet(directory.resolve("parquet").toString());
        Database first = TestPostgres.newDatabase();
        Database second = TestPostgres.newDatabase();

        assertLikeThePlainRun(load(TableDocuments.of(parquet, "app_id", "xml", "parquet"), first));
        assertLikeThePlainRun(load(TableDocuments.byKey(parquet, "app_id", "XML", "parquet", 5), second));

        assertVerified(first);
        assertVerified(second);
    }

    @Test
    void loadsFilesWithTheKeysThatTheyHaveOnOneMachine() throws Exception {
        Database target = TestPostgres.newDatabase();
        Documents documents =
                FileDocuments.of(session, directory.resolve("files").toString(), 4);

        RunSummary summary = load(documents, target);

        assertThat(summary.documents().loaded()).isEqualTo(plain.documents().loaded());
        assertThat(new Verifier(
                                contract,
                                VerifyOptions.of(
                                        From.files(directory.resolve("files").toString()), target))
                        .run()
                        .isEqual())
                .isTrue();
    }

    @Test
    void aTaskThatFailsAgainAndAgainChangesNothing() throws Exception {
        Database target = TestPostgres.newDatabase();
        Documents whole = DatabaseDocuments.of(session, intake(), contract, XmlLimits.DEFAULTS, 2);
        // Breaks after some documents, later each time, and the last time not at all.
        Documents breaking =
                new Documents(whole.description(), whole.plan(), new BreakingReading(whole.reading(), 300), true);
        RunOptions options = SparkLoad.options(breaking)
                .to(target)
                .createTables(true)
                .batchDocuments(50)
                .workers(2)
                .build();

        RunSummary summary = new SparkLoad(session, contract, breaking, options).run(RunListener.NONE);

        assertLikeThePlainRun(summary);
        assertVerified(target);
    }

    @Test
    void aPartThatCannotBeLoadedIsTheFailureOfTheRunWhichGoesOnWhenItIsStartedAgain() throws Exception {
        Database target = TestPostgres.newDatabase();
        Documents whole = DatabaseDocuments.of(session, intake(), contract, XmlLimits.DEFAULTS, 2);
        Documents breaking =
                new Documents(whole.description(), whole.plan(), new BreakingReading(whole.reading(), 100), true);

        RunSummary broken = load(breaking, target);
        RunSummary rest = load(whole, target);

        assertThat(broken.status()).isEqualTo(Status.FAILED);
        assertThat(broken.failure()).isEqualTo("the source broke on purpose");
        assertThat(rest.status()).isEqualTo(Status.FINISHED);
        assertThat(rest.documents().skips().loaded()).isPositive();
        assertVerified(target);
    }

    @Test
    void secondDocumentsOfAKeyAreRejectedOnceHoweverOftenTheirTaskIsTried() throws Exception {
        List<Row> rows = table().limit(200).collectAsList();
        StructType type = new StructType().add("k", DataTypes.StringType).add("x", DataTypes.StringType);
        JavaRDD<Row> twice = org.apache.spark.api.java.JavaSparkContext.fromSparkContext(session.sparkContext())
                .parallelize(rows, 2)
                .flatMap(row -> List.of(
                                RowFactory.create(row.get(0).toString(), row.getString(1)),
                                RowFactory.create(row.get(0).toString(), row.getString(1)))
                        .iterator());
        Documents documents =
                TableDocuments.of(session.createDataFrame(twice, type), "k", "x", "documents that are there twice");
        Database target = TestPostgres.newDatabase();

        RunSummary summary = load(
                new Documents(
                        documents.description(), documents.plan(), new BreakingReading(documents.reading(), 60), false),
                target);

        assertThat(summary.failure()).isEmpty();
        assertThat(summary.documents().read()).isEqualTo(400);
        assertThat(summary.documents().loaded() + summary.documents().rejected())
                .isEqualTo(400);
        assertThat(summary.rejects().byCode().get("duplicate-document")).isBetween(190L, 200L);
        assertThat(TestPostgres.number(target, "select count(*) from migration.processing_log where status = 'loaded'"))
                .isEqualTo(summary.documents().loaded());
        assertThat(TestPostgres.number(
                        target, "select count(*) from migration.processing_log where status = 'rejected'"))
                .isEqualTo(summary.documents().rejected());
    }

    /** Keys are built after the rows, and refuse those of documents that say the same: one of each is loaded again. */
    @Test
    void documentsThatAreWithdrawnAreLoadedAgain() throws Exception {
        Dataset<Row> some = table().limit(60);
        Dataset<Row> rivals = some.selectExpr("cast(app_id as string) as app_id", "xml")
                .union(some.limit(20).selectExpr("concat('rival ', app_id) as app_id", "xml"));
        Database target = TestPostgres.newDatabase();

        RunSummary summary = load(TableDocuments.byKey(rivals, "app_id", "xml", "rivals", 3), target);

        assertThat(summary.failure()).isEmpty();
        assertThat(summary.documents().read()).isEqualTo(80);
        assertThat(summary.rejects().byCode()).containsKey("duplicate-key");
        assertThat(TestPostgres.number(target, "select count(*) from migration.app_base"))
                .isEqualTo(summary.documents().loaded());
        assertThat(TestPostgres.number(
                        target, "select count(*) from migration.processing_log where code = 'withdrawn'"))
                .isZero();
        assertThat(TestPostgres.number(target, "select count(*) from migration.processing_pending"))
                .isZero();
    }

    @Test
    void replacesWhatHasChangedAndRetriesRejects() throws Exception {
        Database target = TestPostgres.newDatabase();
        Documents documents = DatabaseDocuments.of(session, intake(), contract, XmlLimits.DEFAULTS, 2);
        load(documents, target);
        Dataset<Row> mended = table().selectExpr("app_id", "replace(xml, '</', ' </') as xml");
        Documents changed = TableDocuments.byKey(mended, "app_id", "xml", "changed", 3);

        RunSummary replaced = new SparkLoad(
                        session,
                        contract,
                        changed,
                        SparkLoad.options(changed)
                                .to(target)
                                .workers(2)
                                .onExisting(OnExisting.REPLACE)
                                .build())
                .run(RunListener.NONE);
        RunSummary retried = new SparkLoad(
                        session,
                        contract,
                        documents,
                        SparkLoad.options(documents)
                                .to(target)
                                .workers(2)
                                .retryRejects(true)
                                .build())
                .run(RunListener.NONE);

        assertThat(replaced.documents().replaced()).isPositive();
        assertThat(replaced.documents().skips().loaded()).isZero();
        assertThat(retried.documents().loaded()).isZero();
        assertThat(retried.documents().rejected()).isPositive();
    }

    @Test
    void givesUpWithTooManyRejects() throws Exception {
        Documents documents = DatabaseDocuments.of(session, intake(), contract, XmlLimits.DEFAULTS, 3);

        RunSummary summary = new SparkLoad(
                        session,
                        contract,
                        documents,
                        SparkLoad.options(documents)
                                .to(TestPostgres.newDatabase())
                                .createTables(true)
                                .maxRejects(new MaxRejects(3, 100))
                                .build())
                .run(RunListener.NONE);

        assertThat(summary.status()).isEqualTo(Status.STOPPED);
        assertThat(summary.failure()).startsWith("gave up: more documents were rejected");
    }

    @Test
    void refusesBeforeAnythingIsRead() throws Exception {
        Dataset<Row> parquet =
                session.read().parquet(directory.resolve("parquet").toString());
        assertThatThrownBy(() -> TableDocuments.of(parquet, "id", "xml", "the table"))
                .isInstanceOf(SourceException.class)
                .hasMessage("the table – has no column id; expected one of app_id, xml – name it with --key-column");
        assertThatThrownBy(
                        () -> TableDocuments.of(parquet.selectExpr("app_id", "1 as xml"), "app_id", "xml", "the table"))
                .hasMessageContaining("column xml is of type int, which holds no XML");
        assertThatThrownBy(() ->
                        FileDocuments.of(session, directory.resolve("nothing").toString(), 2))
                .hasMessageEndingWith("no such file or directory; expected a file, a directory or a glob");
        Documents documents = TableDocuments.of(parquet, "app_id", "xml", "the table");
        assertThatThrownBy(() -> new SparkLoad(
                                session,
                                contract,
                                documents,
                                SparkLoad.options(documents)
                                        .to(TestPostgres.newDatabase())
                                        .build())
                        .run(RunListener.NONE))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("--create-tables");
        assertThatThrownBy(() -> new SparkLoad(
                        session,
                        contract,
                        documents,
                        SparkLoad.options(documents)
                                .to(TestPostgres.newDatabase())
                                .dryRun(true)
                                .build()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
