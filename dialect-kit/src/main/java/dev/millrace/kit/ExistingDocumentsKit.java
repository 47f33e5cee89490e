package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.ForgottenDocuments;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.MissingDocuments;
import dev.millrace.database.OnExisting;
import dev.millrace.database.RunInfo;
import dev.millrace.database.SchemaChange;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunListener;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.workers.BatchResult;
import dev.millrace.workers.Progress;
import dev.millrace.workers.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of documents that a target holds already: replaced, left alone, deleted with their source, tried again. Every
 * test has tables of its own; the truth to compare with is a load of the same documents into empty tables.
 */
public abstract class ExistingDocumentsKit {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @TempDir
    private Path folder;

    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    @Test
    void replacesDocumentsThatChangedAndSkipsTheOthers() throws Exception {
        MappingContract contract = applications();
        write("a", application(1, "first", 10, 11));
        write("b", application(2, "second", 20, 21, 22));
        write("c", application(3, "third"));
        run(contract, OnExisting.SKIP);
        write("b", application(2, "changed", 22));
        write("c", application(33, "with another key", 30));

        RunSummary second = run(contract, OnExisting.REPLACE);
        RunSummary third = run(contract, OnExisting.REPLACE);

        assertThat(second.documents().loaded()).isEqualTo(2);
        assertThat(second.documents().replaced()).isEqualTo(2);
        assertThat(second.documents().skipped()).isEqualTo(1);
        assertThat(third.documents().skipped()).isEqualTo(3);
        assertThat(contents(contract)).isEqualTo(freshContents());
        assertThat(log(contract)).containsExactly("a|loaded|1", "b|loaded|2", "c|loaded|2");
    }

    @Test
    void reloadsWhatTheContractGivesOtherRowsNowAndThenLeavesAll() throws Exception {
        String text = applicationsText();
        MappingContract before = ContractReader.read(text, "test.yaml").contract();
        write("a", application(1, "first", 10, 11));
        write("b", application(2, "second"));
        write("c", application(3, "far longer than the column that it is for", 30));
        run(before, OnExisting.SKIP);
        MappingContract after = ContractReader.read(
                        text.replace("{ path: \"@note\",", "{ path: \"substring(@note, 1, 3)\","), "test.yaml")
                .contract();

        RunSummary skipped = run(after, OnExisting.SKIP);
        RunSummary reloaded = run(after, OnExisting.RELOAD);
        RunSummary again = run(after, OnExisting.RELOAD);

        assertThat(skipped.documents().skips().ofOtherContract()).isEqualTo(2);
        assertThat(reloaded.documents().loaded()).isEqualTo(3);
        assertThat(reloaded.documents().replaced()).isEqualTo(2);
        assertThat(again.documents().loaded()).isZero();
        assertThat(again.documents().skips().loaded()).isEqualTo(3);
        assertThat(log(after)).containsExactly("a|loaded|2", "b|loaded|2", "c|loaded|2");
        assertThat(rows(
                        after,
                        "select \"note\" from {s}.\"" + after.tables().get(0).name() + "\" order by \"id\""))
                .containsExactly("fir", "sec", "far");
        assertThat(contents(after).get("contact")).hasSize(3);
    }

    @Test
    void reloadsOnlyDocumentsOfWhichATableHoldsOtherNumbersOfRows() throws Exception {
        MappingContract contract = applications();
        write("a", application(1, "first", 10, 11));
        write("b", application(2, "second", 20));
        write("c", application(3, "third"));
        run(contract, OnExisting.SKIP);
        execute(contract, "delete from " + table(contract, "detail") + " where \"score\" = 11");
        execute(contract, "delete from " + table(contract, "tag") + " where \"document_key\" = 'b.xml'");

        RunSummary reloaded = run(contract, OnExisting.RELOAD);

        assertThat(reloaded.documents().replaced()).isEqualTo(2);
        assertThat(reloaded.documents().skips().loaded()).isEqualTo(1);
        assertThat(contents(contract)).isEqualTo(freshContents());
    }

    @Test
    void reloadsIntoTablesThatWereEmptiedOrMadeAnew() throws Exception {
        MappingContract contract = applications();
        write("a", application(1, "first", 10, 11));
        write("b", application(2, "second", 20));
        run(contract, OnExisting.SKIP);
        Map<String, List<String>> before = contents(contract);
        write("gone", application(9, "gone", 90));
        run(contract, OnExisting.SKIP);
        Files.delete(folder.resolve("gone.xml"));
        empty(contract);

        RunSummary emptied = deleteMissing(contract, OnExisting.RELOAD);
        assertThat(emptied.documents().loaded()).isEqualTo(2);
        assertThat(emptied.documents().forgotten()).isEqualTo(3);
        assertThat(log(contract)).containsExactly("a|loaded|1", "b|loaded|1");
        assertThat(contents(contract)).isEqualTo(before);

        drop(contract);
        RunSummary dropped = run(contract, OnExisting.RELOAD);
        assertThat(dropped.documents().loaded()).isEqualTo(2);
        assertThat(contents(contract)).isEqualTo(before);
    }

    @Test
    void forgetsNothingWhereRowsMayBeInAnotherSchema() throws Exception {
        if (!tested().database().dialect().capabilities().contains(Capability.SCHEMAS)) {
            return;
        }
        String text = text("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                """);
        MappingContract plain = ContractReader.read(text, "test.yaml").contract();
        String n = number(plain);
        String shared = text + "ledger: { schema: existing_" + n + " }\n";
        MappingContract before = ContractReader.read(shared, "test.yaml").contract();
        MappingContract elsewhere = ContractReader.read(
                        shared.replaceFirst("schema: existing_" + n + "\n", "schema: elsewhere_" + n + "\n"),
                        "test.yaml")
                .contract();
        write("a", "<o id='1'/>");
        run(before, OnExisting.SKIP);

        assertThatThrownBy(() -> run(elsewhere, OnExisting.RELOAD))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("may be those of table existing_" + n + ".orders_" + n)
                .hasMessageContaining("--ledger-only");
        assertThat(log(before)).containsExactly("a|loaded|1");
        assertThat(run(before, OnExisting.SKIP).documents().skips().loaded()).isEqualTo(1);

        drop(before);
        RunSummary moved = run(elsewhere, OnExisting.RELOAD);
        assertThat(moved.documents().forgotten()).isEqualTo(1);
        assertThat(moved.documents().loaded()).isEqualTo(1);
    }

    @Test
    void forgetsNothingWhereATableThatTheContractHadHasRows() throws Exception {
        String text = text("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                  items_{n}:
                    rows: item
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                """);
        MappingContract before = ContractReader.read(text, "test.yaml").contract();
        String n = number(before);
        MappingContract renamed = ContractReader.read(
                        text.replace("orders_", "purchases_").replace("items_", "parts_"), "test.yaml")
                .contract();
        write("a", "<o id='1'><item id='7'/></o>");
        run(before, OnExisting.SKIP);

        for (String table : List.of("items_" + n, "orders_" + n)) {
            assertThatThrownBy(() -> run(renamed, OnExisting.RELOAD))
                    .isInstanceOfSatisfying(
                            TargetException.class, e -> assertThat(e.isUsage()).isTrue())
                    .hasMessageContaining(table);
            execute(before, "delete from {s}.\"" + table + "\"");
        }
        assertThat(log(before)).containsExactly("a|loaded|1");
        RunSummary reloaded = run(renamed, OnExisting.RELOAD);

        assertThat(reloaded.documents().forgotten()).isEqualTo(1);
        assertThat(contents(renamed).values()).allMatch(rows -> rows.size() == 1);
    }

    /** A run that was killed has no summary: what is left of it are the keys of its rows. */
    @Test
    void forgetsNothingWhereARunWithoutAnEndHasLoadedAnotherTable() throws Exception {
        String text = text("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                """);
        MappingContract before = ContractReader.read(text, "test.yaml").contract();
        MappingContract renamed = ContractReader.read(text.replace("orders_", "purchases_"), "test.yaml")
                .contract();
        write("a", "<o id='1'/>");
        run(before, OnExisting.SKIP);
        execute(
                before,
                "update {s}.\"processing_run\" set \"summary\" = null where \"contract_name\" = '" + before.name()
                        + "'");

        assertThatThrownBy(() -> run(renamed, OnExisting.RELOAD))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("orders_" + number(before));
        assertThat(log(before)).containsExactly("a|loaded|1");
    }

    /** The second run meets documents of the first contract, whose keys it could not find, among those of the second. */
    @Test
    void reloadsUnderAnotherKeyAfterTablesWereDroppedAlsoWhereItWasBroken() throws Exception {
        MappingContract before = contract("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                      code: { path: "@code", type: varchar(10), required: true }
                """);
        MappingContract after = ContractReader.read(
                        String.join(
                                "\n",
                                "contract: 1",
                                "name: " + before.name(),
                                "schema: " + before.schema(),
                                "tables:",
                                "  " + before.tables().get(0).name() + ":",
                                "    columns:",
                                "      id: { path: '@id', type: bigint }",
                                "      code: { path: '@code', type: varchar(10), key: true }"),
                        "test.yaml")
                .contract();
        for (int i = 1; i <= 5; i++) {
            write("d" + i, "<o id='" + i + "' code='c" + (6 - i) + "'/>");
        }
        run(before, OnExisting.SKIP);
        drop(before);

        RunSummary first = new ProductionProcessor(
                        after,
                        RunOptions.from(new FromFiles(folder.toString()))
                                .to(tested().database())
                                .createTables(true)
                                .onExisting(OnExisting.RELOAD)
                                .limit(2)
                                .build())
                .run();
        RunSummary second = run(after, OnExisting.RELOAD);

        assertThat(first.documents().loaded()).isEqualTo(2);
        assertThat(second.documents().loaded()).isEqualTo(3);
        assertThat(second.documents().skips().loaded()).isEqualTo(2);
        assertThat(contents(after).values()).allMatch(rows -> rows.size() == 5);
    }

    @Test
    void keepsTheLoadedVersionWhereAReloadIsRejected() throws Exception {
        String text = applicationsText();
        MappingContract before = ContractReader.read(text, "test.yaml").contract();
        write("a", application(1, "first", 10));
        write("b", application(2, "second", 20));
        run(before, OnExisting.SKIP);
        Map<String, List<String>> contents = contents(before);
        MappingContract after = ContractReader.read(
                        text.replace("{ path: \"@note\",", "{ path: \"concat(@note, ' and far more than that')\","),
                        "test.yaml")
                .contract();

        RunSummary rejected = run(after, OnExisting.RELOAD);
        RunSummary retried = run(after, OnExisting.RELOAD);
        Map<String, List<String>> kept = contents(after);
        RunSummary mended = run(before, OnExisting.RELOAD);

        assertThat(rejected.documents().rejected()).isEqualTo(2);
        assertThat(retried.documents().rejected()).isEqualTo(2);
        assertThat(kept).isEqualTo(contents);
        assertThat(mended.documents().replaced()).isEqualTo(2);
        assertThat(contents(before)).isEqualTo(contents);
    }

    /** In one batch and in two: else the two would take turns, run after run. */
    @Test
    void rejectsASecondDocumentOfAKeyThatIsLeftAsItIs() throws Exception {
        for (int batch : new int[] {1, 20}) {
            MappingContract contract = ContractReader.read(
                            text("""
                                      orders_{n}:
                                        columns:
                                          id: { path: "@id", type: bigint, key: true }
                                          note: { path: "@note", type: varchar(20) }
                                    """).replace("tables:", "document: { key: '@id' }\ntables:"), "test.yaml")
                    .contract();
            write("a", "<o id='1' note='first'/>");
            write("b", "<o id='2' note='another'/>");
            write("c", "<o id='1' note='second'/>");
            write("d", "<o id='3' note='the last'/>");
            for (OnExisting onExisting : List.of(
                    OnExisting.SKIP, OnExisting.RELOAD, OnExisting.RELOAD, OnExisting.REPLACE, OnExisting.REPLACE)) {
                RunSummary run = new ProductionProcessor(
                                contract,
                                RunOptions.from(new FromFiles(folder.toString()))
                                        .to(tested().database())
                                        .workers(1)
                                        .batchDocuments(batch)
                                        .createTables(true)
                                        .onExisting(onExisting)
                                        .build())
                        .run(progress -> {});

                assertThat(run.rejects().byCode())
                        .as(onExisting + " in batches of " + batch)
                        .isEqualTo(Map.of("duplicate-document", 1L));
                assertThat(run.documents().loaded()).isEqualTo(onExisting == OnExisting.SKIP ? 3 : 0);
                assertThat(contents(contract).get("orders")).containsExactly("1|first", "2|another", "3|the last");
            }
            // Without the first one, the second is the document, also in a batch of its own.
            Files.delete(folder.resolve("a.xml"));
            assertThat(run(contract, OnExisting.REPLACE).documents().replaced()).isEqualTo(1);
            assertThat(contents(contract).get("orders")).containsExactly("1|second", "2|another", "3|the last");
        }
    }

    @Test
    void reloadsDocumentsWithSharedRows() throws Exception {
        MappingContract contract = contract("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                  products_{n}:
                    rows: product
                    on-duplicate: keep-first
                    columns:
                      code: { path: "@code", type: varchar(10), key: true }
                """);
        write("a", "<o id='1'><product code='x'/></o>");
        write("b", "<o id='2'><product code='x'/></o>");
        write("c", "<o id='3'/>");
        run(contract, OnExisting.SKIP);
        execute(contract, "delete from {s}.\"" + contract.tables().get(1).name() + "\"");

        RunSummary reloaded = run(contract, OnExisting.RELOAD);

        assertThat(reloaded.documents().replaced()).isEqualTo(2);
        assertThat(reloaded.documents().skips().loaded()).isEqualTo(1);
        assertThat(contents(contract).values()).contains(List.of("1", "2", "3"), List.of("x"));
    }

    @Test
    void tellsThatTablesHoldFewerRowsThanTheLedgerSays() throws Exception {
        MappingContract contract = applications();
        for (int i = 0; i < 250; i++) {
            write("d" + (1000 + i), application(i, "one", i));
        }
        run(contract, OnExisting.SKIP);

        RunSummary whole = run(contract, OnExisting.SKIP);
        execute(contract, "delete from " + table(contract, "tag"));
        RunSummary childless = run(contract, OnExisting.REPLACE);
        empty(contract);
        RunSummary empty = run(contract, OnExisting.SKIP);
        drop(contract);
        RunSummary anew = run(contract, OnExisting.SKIP);
        RunSummary reloaded = run(contract, OnExisting.RELOAD);
        RunSummary again = run(contract, OnExisting.SKIP);

        // A row of each document's own, a contact with two addresses, a score with two details, and two tags.
        List<String> all = contract.tables().stream().map(TableMapping::name).toList();
        assertThat(whole.tables().fewerRows()).isNull();
        assertThat(childless.tables().fewerRows())
                .isEqualTo(new RunSummary.FewerRows(200, 200, 200 * 9, 200 * 7, List.of("tag_" + number(contract))));
        assertThat(empty.tables().fewerRows()).isEqualTo(new RunSummary.FewerRows(200, 200, 200 * 9, 0, all));
        assertThat(anew.tables().fewerRows()).isEqualTo(empty.tables().fewerRows());
        assertThat(reloaded.tables().fewerRows()).isNull();
        assertThat(reloaded.documents().loaded()).isEqualTo(250);
        assertThat(again.tables().fewerRows()).isNull();
    }

    /** Its ledger cannot tell where the rows are, and a child table's may be shared: only what is certain is told. */
    @Test
    void tellsOnlyCertainLosses() throws Exception {
        MappingContract unreachable = contract("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                  items_{n}:
                    parent: orders_{n}
                    rows: item
                    columns:
                      code: { path: "@code", type: varchar(10), key: true }
                """);
        MappingContract shared = contract("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                  products_{n}:
                    rows: item
                    on-duplicate: keep-first
                    columns:
                      code: { path: "@code", type: varchar(10), key: true }
                """);
        write("a", "<o id='1'><item code='x'/></o>");
        write("b", "<o id='2'/>");
        for (MappingContract contract : List.of(unreachable, shared)) {
            run(contract, OnExisting.SKIP);
            assertThat(run(contract, OnExisting.SKIP).tables().fewerRows()).isNull();
            execute(contract, "delete from {s}.\"" + contract.tables().get(1).name() + "\"");
            assertThat(run(contract, OnExisting.SKIP).tables().fewerRows()).isNull();
            empty(contract);
            assertThat(run(contract, OnExisting.SKIP).tables().fewerRows())
                    .isNotNull()
                    .matches(fewer ->
                            fewer.documents() == 2 && fewer.emptyTables().size() == 2);
        }
    }

    @Test
    void skipsDocumentsThatChangedUnlessAskedToReplaceThem() throws Exception {
        MappingContract contract = applications();
        write("a", application(1, "first", 10));
        run(contract, OnExisting.SKIP);
        Map<String, List<String>> before = contents(contract);
        write("a", application(1, "changed"));

        RunSummary second = run(contract, OnExisting.SKIP);

        assertThat(second.documents().skipped()).isEqualTo(1);
        assertThat(contents(contract)).isEqualTo(before);
    }

    @Test
    void keepsTheLoadedVersionWhileTheNewOneIsRejected() throws Exception {
        MappingContract contract = applications();
        write("a", application(1, "first", 10));
        write("b", application(2, "second", 20));
        run(contract, OnExisting.SKIP);
        Map<String, List<String>> before = contents(contract);
        write("a", application(1, "far longer than the column that it is for"));
        write("b", application(2, "second", 10));

        RunSummary rejected = run(contract, OnExisting.REPLACE);

        assertThat(rejected.documents().rejected()).isEqualTo(2);
        assertThat(contents(contract)).isEqualTo(before);
        assertThat(log(contract)).containsExactly("a|rejected|2", "b|rejected|2");

        RunSummary unchanged = run(contract, OnExisting.REPLACE);
        write("a", application(1, "mended", 11));
        RunSummary mended = run(contract, OnExisting.REPLACE);
        RunSummary retried = retryRejects(contract);

        assertThat(unchanged.documents().skipped()).isEqualTo(2);
        assertThat(mended.documents().replaced()).isEqualTo(1);
        assertThat(retried.documents().replaced()).isEqualTo(1);
        assertThat(contents(contract)).isEqualTo(freshContents());
    }

    @Test
    void settlesRejectsOfDocumentsThatAreNotSelectedAnyMore() throws Exception {
        MappingContract everything = applications();
        write("a", application(1, "first", 10));
        write("b", "<other/>");
        write("c", application(2, "second"));
        RunSummary first = run(everything, OnExisting.SKIP);
        MappingContract selecting = ContractReader.read(
                        everything.text().replaceFirst("tables:", "document: { select: self::app }\ntables:"),
                        "selecting.yaml")
                .contract();

        RunSummary second = run(selecting, OnExisting.SKIP);
        RunSummary third = run(selecting, OnExisting.SKIP);

        assertThat(first.documents().rejected()).isEqualTo(1);
        assertThat(second.documents().rejected()).isZero();
        assertThat(second.documents().skips().unselected()).isEqualTo(1);
        assertThat(second.documents().skips().loaded()).isEqualTo(2);
        assertThat(second.documents().unsettled()).isZero();
        assertThat(third.documents().skips()).isEqualTo(second.documents().skips());
        assertThat(log(selecting)).containsExactly("a|loaded|1", "c|loaded|1");
    }

    @Test
    void deletesAsMissingWhatIsNotSelectedAnyMore() throws Exception {
        String text = applicationsText().replace("tables:", "document: { key: \"@id\" }\ntables:");
        MappingContract everything =
                ContractReader.read(text, "everything.yaml").contract();
        for (int i = 1; i <= 4; i++) {
            write("d" + i, application(i, "note"));
        }
        run(everything, OnExisting.SKIP);
        MappingContract selecting = ContractReader.read(
                        text.replace("key: \"@id\"", "key: \"@id\", select: \"self::app and not(@draft)\""),
                        "selecting.yaml")
                .contract();
        write("d2", application(2, "note").replace("<app ", "<app draft='1' "));
        write("d3", "<app draft='1'/>");
        write("d4", "<notice/>");

        RunSummary kept = run(selecting, OnExisting.SKIP);
        RunSummary deleted = deleteMissing(selecting, OnExisting.REPLACE);
        write("d1", "<notice/>");
        RunSummary nothingLeft = deleteMissing(selecting, OnExisting.REPLACE);

        assertThat(kept.documents().skips().unselected()).isEqualTo(3);
        assertThat(deleted.documents().deleted()).isEqualTo(3);
        assertThat(log(selecting)).containsExactly("1|loaded|2");
        assertThat(nothingLeft.documents().deleted()).isZero();
        assertThat(nothingLeft.documents().notDeleted()).contains("document.select leaves no document of the source");
    }

    @Test
    void endsTheRunAtTheFirstDocumentThatIsLoadedIfAskedTo() throws Exception {
        MappingContract contract = applications();
        write("b", application(2, "second"));
        RunSummary first = run(contract, OnExisting.FAIL);
        write("a", application(1, "first"));

        RunSummary second = run(contract, OnExisting.FAIL);

        assertThat(first.documents().loaded()).isEqualTo(1);
        assertThat(second.status()).isEqualTo(Status.FAILED);
        assertThat(second.failure()).contains("document b.xml – is loaded already");
        assertThat(second.documents().loaded()).isZero();
        assertThat(log(contract)).containsExactly("b|loaded|1");
    }

    @Test
    void findsRowsByKeysOfEveryType() throws Exception {
        MappingContract contract = contract("""
                  decimals_{n}:
                    columns: { k: { path: "@d", type: "decimal(12,3)", key: true } }
                  truths_{n}:
                    columns: { k: { path: "@b", type: boolean, key: true }, l: { path: "@i", type: smallint, key: true } }
                  words_{n}:
                    columns: { k: { path: "@w", type: varchar(40), key: true } }
                  fixed_{n}:
                    columns: { k: { path: "@c", type: char(6), key: true } }
                  days_{n}:
                    columns: { k: { path: "@day", type: date, key: true } }
                  times_{n}:
                    columns: { k: { path: "@time", type: time, key: true } }
                  moments_{n}:
                    columns: { k: { path: "@moment", type: timestamp, key: true } }
                  instants_{n}:
                    columns: { k: { path: "@instant", type: timestamptz, key: true } }
                  ids_{n}:
                    columns: { k: { path: "@id", type: uuid, key: true } }
                  floats_{n}:
                    columns: { k: { path: "@f", type: real, key: true }, l: { path: "@g", type: double, key: true } }
                  numbers_{n}:
                    columns: { k: { path: "@n", type: integer, key: true }, l: { path: "@l", type: bigint, key: true } }
                  parts_{n}:
                    rows: part
                    columns: { k: { path: ".", type: integer } }
                """);
        String document =
                "<a f='0.1' g='0.1' n='-3' l='123456789012' d='-1234567.890' b='true' i='-7' w='a &quot;b&quot; \\ ä€😀 &apos;c&apos;' c='ab' day='2024-02-29'"
                        + " time='23:59:58.123456' moment='2024-03-31T02:30:00.000001' instant='2024-03-31T02:30:00.999999Z'"
                        + " id='ffffffff-1234-5678-9abc-def012345678'><part>1</part><part>2</part></a>";
        write("a", document);
        run(contract, OnExisting.SKIP);
        Map<String, List<String>> before = contents(contract);
        assertThat(run(contract, OnExisting.SKIP).tables().fewerRows()).isNull();
        assertThat(run(contract, OnExisting.RELOAD).documents().skips().loaded())
                .isEqualTo(1);
        write("a", document.replace("<part>1</part>", ""));

        RunSummary second = run(contract, OnExisting.REPLACE);

        assertThat(before.values()).allMatch(rows -> !rows.isEmpty());
        assertThat(second.documents().replaced())
                .as(String.valueOf(second.rejects()))
                .isEqualTo(1);
        assertThat(contents(contract).values()).allMatch(rows -> rows.size() == 1);
    }

    /** Nobody knows its rows any more: where they refer to others the database says no, else they stay by themselves. */
    @Test
    void leavesRowsOfAChildTableThatTheContractNoLongerHas() throws Exception {
        String text = applicationsText();
        MappingContract before = ContractReader.read(text, "test.yaml").contract();
        write("a", application(1, "first", 10, 11));
        run(before, OnExisting.SKIP);
        Map<String, List<String>> contents = contents(before);
        MappingContract after = ContractReader.read(text.replaceFirst("(?s)  address_.*?(?=  score_)", ""), "test.yaml")
                .contract();

        RunSummary summary = run(after, OnExisting.REPLACE);

        assertThat(after.tables()).hasSize(before.tables().size() - 1);
        assertThat(summary.documents().replaced() + summary.documents().rejected())
                .isEqualTo(1);
        assertThat(contents(before)).isEqualTo(contents);
    }

    @Test
    void leavesRowsThatDocumentsShare() throws Exception {
        MappingContract contract = contract("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                  products_{n}:
                    rows: product
                    on-duplicate: keep-first
                    columns:
                      code: { path: "@code", type: varchar(10), key: true }
                      name: { path: "@name", type: varchar(10) }
                """);
        write("a", "<o id='1'><product code='x' name='one'/></o>");
        write("b", "<o id='2'><product code='x' name='two'/></o>");
        run(contract, OnExisting.SKIP);
        write("a", "<o id='1'/>");

        RunSummary second = run(contract, OnExisting.REPLACE);

        assertThat(second.documents().replaced()).isEqualTo(1);
        assertThat(contents(contract).values()).contains(List.of("1", "2")).anyMatch(rows -> rows.size() == 1);
    }

    @Test
    void refusesToReplaceWhereRowsCannotBeFound() throws Exception {
        MappingContract unreachable = contract("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                  items_{n}:
                    parent: orders_{n}
                    rows: item
                    columns:
                      code: { path: "@code", type: varchar(10), key: true }
                """);
        MappingContract shared = contract("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                  items_{n}:
                    parent: orders_{n}
                    rows: item
                    on-duplicate: update
                    columns:
                      id: { ref: orders_{n}.id }
                      code: { path: "@code", type: varchar(10), key: true }
                """);
        write("a", "<o id='1'/>");

        assertThatThrownBy(() -> run(unreachable, OnExisting.REPLACE))
                .isInstanceOf(TargetException.class)
                .matches(e -> ((TargetException) e).isUsage())
                .hasMessageContaining("add 'ref' columns");
        assertThatThrownBy(() -> run(shared, OnExisting.REPLACE))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("documents share its rows");
        assertThat(run(unreachable, OnExisting.SKIP).documents().loaded()).isEqualTo(1);
    }

    @Test
    void refusesTablesWithoutTheKeyThatTheContractNeeds() throws Exception {
        MappingContract replaced = contract("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                """);
        MappingContract kept = contract("""
                  orders_{n}:
                    on-duplicate: keep-first
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                """);
        for (MappingContract contract : List.of(replaced, kept)) {
            String schema = String.valueOf(contract.schema());
            Dialect dialect = tested().database().dialect();
            if (dialect.capabilities().contains(Capability.SCHEMAS)) {
                execute(contract, dialect.createSchema(schema));
            }
            String table = "{s}.\"" + contract.tables().get(0).name() + "\"";
            execute(contract, "create table " + table + " (\"id\" bigint not null, \"other\" bigint)");
        }
        write("a", "<o id='1'/>");

        assertThatThrownBy(() -> run(replaced, OnExisting.REPLACE))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("has no primary or unique key on (id) alone");
        assertThatThrownBy(() -> run(kept, OnExisting.SKIP))
                .isInstanceOf(TargetException.class)
                .matches(e -> ((TargetException) e).isUsage())
                .hasMessageContaining("'on-duplicate: keep-first' needs to find a row by it");
        String table = kept.tables().get(0).name();
        execute(kept, "create unique index \"" + table + "_key\" on {s}.\"" + table + "\" (\"id\")");
        assertThat(run(kept, OnExisting.SKIP).documents().loaded()).isEqualTo(1);
    }

    @Test
    void addsWhatAnOlderLedgerLacks() throws Exception {
        MappingContract contract = applications();
        write("a", application(1, "first", 10));
        run(contract, OnExisting.SKIP);
        execute(contract, "alter table {s}.\"processing_log\" drop column \"row_keys\"");
        write("b", application(2, "second", 20));

        run(contract, OnExisting.SKIP);
        write("b", application(2, "changed", 21));
        RunSummary replaced = run(contract, OnExisting.REPLACE);
        write("a", application(1, "changed", 11));
        RunSummary unknown = run(contract, OnExisting.REPLACE);

        assertThat(replaced.documents().replaced()).isEqualTo(1);
        assertThat(unknown.status()).isEqualTo(Status.FAILED);
        assertThat(unknown.failure()).contains("document a.xml – its rows in the target cannot be found");
        assertThat(log(contract)).containsExactly("a|loaded|1", "b|loaded|2");
    }

    @Test
    void deletesDocumentsThatTheSourceNoLongerHas() throws Exception {
        MappingContract contract = applications();
        // More than a page of them.
        for (int i = 0; i < 250; i++) {
            write("gone-" + i, application(1_000 + i, "gone", 10_000 + i));
        }
        write("gone-rejected", application(0, "far longer than the column that it is for"));
        write("a", application(1, "first", 10));
        write("b", application(2, "second", 20));
        run(contract, OnExisting.SKIP);
        for (int i = 0; i < 250; i++) {
            Files.delete(folder.resolve("gone-" + i + ".xml"));
        }
        Files.delete(folder.resolve("gone-rejected.xml"));
        write("b", application(2, "changed", 21));
        write("c", application(3, "third"));

        RunSummary sync = deleteMissing(contract, OnExisting.REPLACE);
        RunSummary again = deleteMissing(contract, OnExisting.SKIP);

        assertThat(sync.status()).as(sync.failure()).isEqualTo(Status.FINISHED);
        assertThat(sync.documents().deleted()).isEqualTo(251);
        assertThat(sync.documents().notDeleted()).isEmpty();
        assertThat(sync.documents().loaded()).isEqualTo(2);
        assertThat(again.documents().deleted()).isZero();
        assertThat(again.documents().skipped()).isEqualTo(3);
        assertThat(contents(contract)).isEqualTo(freshContents());
        assertThat(log(contract)).containsExactly("a|loaded|1", "b|loaded|2", "c|loaded|1");
        assertThat(rows(contract, "select count(*) from {s}.\"processing_seen\""))
                .containsExactly("0");
    }

    @Test
    void deletesNothingWhenOthersHaveForgottenWhatItHasMet() throws Exception {
        MappingContract contract = applications();
        write("a", application(1, "first"));
        run(contract, OnExisting.SKIP);
        LoadOptions options = LoadOptions.DEFAULTS.deleteMissing(true);
        Target late =
                Target.prepare(tested().database(), contract, new RunInfo("late", Instant.now(), "a test", 1), options);
        execute(contract, "delete from {s}.\"processing_seen\"");

        assertThatThrownBy(new MissingDocuments(late)::delete)
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("considered this one killed");

        assertThat(log(contract)).containsExactly("a|loaded|1");
    }

    @Test
    void deletesNothingWhenTheSourceIsEmpty() throws Exception {
        MappingContract contract = applications();
        write("a", application(1, "first"));
        run(contract, OnExisting.SKIP);
        String schema = String.valueOf(contract.schema());
        execute(
                contract,
                "create table {s}.\"empty_source\" (\"id\" integer primary key, \"xml\" " + tested().text() + ")");
        boolean schemas = tested().database().dialect().capabilities().contains(Capability.SCHEMAS);
        String table = (schemas ? schema + "." : "") + "empty_source";

        RunSummary empty = run(
                contract,
                new FromDatabase(tested().database(), table, "id", "xml", null, null),
                OnExisting.SKIP,
                true,
                false);

        assertThat(empty.status()).isEqualTo(Status.FAILED);
        assertThat(empty.failure()).contains("no document at all");
        assertThat(log(contract)).containsExactly("a|loaded|1");
    }

    @Test
    void deletesNothingWhenADocumentsKeyCannotBeRead() throws Exception {
        MappingContract contract = ContractReader.read(
                        applicationsText().replace("tables:", "document: { key: \"@id\" }\ntables:"), "test.yaml")
                .contract();
        write("a", application(1, "first"));
        write("b", application(2, "second"));
        run(contract, OnExisting.SKIP);
        write("a", "<app id='1'");
        Files.delete(folder.resolve("b.xml"));

        RunSummary broken = deleteMissing(contract, OnExisting.REPLACE);
        RunSummary stillBroken = deleteMissing(contract, OnExisting.REPLACE);
        write("a", application(1, "mended"));
        RunSummary mended = deleteMissing(contract, OnExisting.REPLACE);

        assertThat(broken.documents().deleted()).isZero();
        assertThat(broken.documents().notDeleted()).contains("1 document could not be read far enough");
        assertThat(stillBroken.documents().rejected()).isZero();
        assertThat(stillBroken.documents().notDeleted())
                .isEqualTo(broken.documents().notDeleted());
        assertThat(mended.documents().deleted()).isEqualTo(1);
        // The reject under the file's name is over, now that the document's own key can be read.
        assertThat(log(contract)).containsExactly("1|loaded|2");
        assertThat(contents(contract)).isEqualTo(freshContents());
    }

    @Test
    void triesOnlyRejectedDocumentsAgainWhateverTheirKeys() throws Exception {
        MappingContract contract = ContractReader.read(
                        applicationsText().replace("tables:", "document: { key: \"concat(@id, @more)\" }\ntables:"),
                        "test.yaml")
                .contract();
        String longKey = "k".repeat(500);
        write("a", application(1, "first"));
        write("b", "<app id='2'");
        write(
                "c",
                application(3, "far longer than the column that it is for")
                        .replace("<app ", "<app more='" + longKey + "' "));
        run(contract, OnExisting.SKIP);
        write("b", application(2, "mended"));
        write("c", application(3, "mended").replace("<app ", "<app more='" + longKey + "' "));
        write("d", application(4, "new"));

        RunSummary retried = retryRejects(contract);

        assertThat(retried.documents().loaded()).isEqualTo(2);
        assertThat(retried.documents().skipped()).isEqualTo(2);
        assertThat(log(contract)).hasSize(3).allMatch(entry -> entry.contains("|loaded|"));
    }

    @Test
    void replacesEachDocumentOnceWhenTwoProcessesMeet() throws Exception {
        MappingContract contract = applications();
        for (int i = 0; i < 80; i++) {
            write("d" + i, application(i, "before", 10_000 + i, 20_000 + i));
        }
        run(contract, OnExisting.SKIP);
        for (int i = 0; i < 80; i++) {
            write("d" + i, application(i, "after", 20_000 + i, 30_000 + i));
        }
        ExecutorService pool = Executors.newFixedThreadPool(2);
        List<Future<RunSummary>> runs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            runs.add(pool.submit(() -> run(contract, OnExisting.REPLACE)));
        }
        long replaced = 0;
        long skipped = 0;
        for (Future<RunSummary> run : runs) {
            assertThat(run.get().status()).as(run.get().failure()).isEqualTo(Status.FINISHED);
            replaced += run.get().documents().replaced();
            skipped += run.get().documents().skipped();
        }
        pool.shutdown();

        assertThat(replaced).isEqualTo(80);
        assertThat(skipped).isEqualTo(80);
        assertThat(contents(contract)).isEqualTo(freshContents());
    }

    @Test
    void replacesRowsWithinRowsWithTheRowsBelowThem() throws Exception {
        MappingContract contract = contract("""
                  section_{n}:
                    rows: section
                    nested: section
                    columns:
                      document: { meta: document-key, key: true }
                      seq: { ordinal: true, key: true }
                      around: { ref: section_{n}.seq }
                      title: { path: "@title", type: varchar(9) }
                  paragraph_{n}:
                    parent: section_{n}
                    rows: p
                    columns:
                      text: { path: ".", type: varchar(9) }
                """);
        write("a", "<d><section title='1'><p>a</p><section title='2'><p>b</p><p>c</p></section></section></d>");
        write("b", "<d><section title='3'/></d>");
        run(contract, OnExisting.SKIP);
        write("a", "<d><section title='1'/><section title='4'><section title='5'><p>d</p></section></section></d>");

        RunSummary second = run(contract, OnExisting.REPLACE);

        assertThat(second.documents().replaced()).isEqualTo(1);
        assertThat(contents(contract).values().stream().map(List::size)).containsExactlyInAnyOrder(4, 1);
    }

    @Test
    void forgetsDocumentsWithTheirRowsSoThatTheyAreNewOnes() throws Exception {
        MappingContract contract = applications();
        // More than a page of them.
        for (int i = 0; i < 230; i++) {
            write("d" + (100 + i), application(i, "one", i));
        }
        write("rejected", application(999, "far longer than the column that it is for"));
        run(contract, OnExisting.SKIP);
        Map<String, List<String>> all = contents(contract);

        ForgottenDocuments some = forgotten(contract, false);
        List<String> keys = List.of("d100.xml", "d101.xml", "unknown", "rejected.xml");
        ForgottenDocuments.Held held = some.held(keys);
        ForgottenDocuments.Report dry = some.count(keys);
        assertThat(contents(contract)).isEqualTo(all);
        ForgottenDocuments.Report done = some.forget(keys);

        assertThat(held).isEqualTo(new ForgottenDocuments.Held(3, 18, List.of("unknown")));
        assertThat(dry).isEqualTo(done);
        assertThat(done.documents()).isEqualTo(3);
        assertThat(done.rows().values()).containsExactly(2L, 2L, 4L, 2L, 4L, 4L);
        assertThat(done.refused()).isZero();
        assertThat(log(contract)).hasSize(228).noneMatch(entry -> entry.matches("(d100|d101|rejected).*"));
        assertThat(contents(contract).get("app")).hasSize(228);
        assertThat(run(contract, OnExisting.SKIP).documents().loaded()).isEqualTo(2);
        assertThat(contents(contract)).isEqualTo(all);

        ForgottenDocuments.Report everything = forgotten(contract, false).forget(List.of());
        assertThat(everything.documents()).isEqualTo(231);
        assertThat(log(contract)).isEmpty();
        assertThat(contents(contract).values()).allMatch(List::isEmpty);
        assertThat(run(contract, OnExisting.SKIP).documents().loaded()).isEqualTo(230);
        assertThat(contents(contract)).isEqualTo(all);
    }

    @Test
    void forgetsInTheLedgerAloneAlsoWhereTablesAreNotThere() throws Exception {
        MappingContract contract = applications();
        write("a", application(1, "first", 10));
        write("b", application(2, "second", 20));
        run(contract, OnExisting.SKIP);
        Map<String, List<String>> all = contents(contract);

        ForgottenDocuments.Report kept = forgotten(contract, true).forget(List.of("a.xml"));
        assertThat(kept.documents()).isEqualTo(1);
        assertThat(contents(contract)).isEqualTo(all);
        assertThat(log(contract)).containsExactly("b|loaded|1");

        drop(contract);
        assertThat(forgotten(contract, false).count(List.of()).rows()).isEmpty();
        assertThat(forgotten(contract, true).forget(List.of()).documents()).isEqualTo(1);
        assertThat(run(contract, OnExisting.SKIP).documents().loaded()).isEqualTo(2);
        assertThat(contents(contract)).isEqualTo(all);
    }

    @Test
    void forgetsWhereATableIsMissingOrRowsAreShared() throws Exception {
        MappingContract contract = contract("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                  products_{n}:
                    rows: item
                    on-duplicate: keep-first
                    columns:
                      code: { path: "@code", type: varchar(10), key: true }
                  notes_{n}:
                    parent: orders_{n}
                    rows: note
                    columns:
                      id: { ref: orders_{n}.id, key: true }
                      pos: { ordinal: true, key: true }
                """);
        write("a", "<o id='1'><item code='x'/><note/><note/></o>");
        run(contract, OnExisting.SKIP);
        execute(contract, "drop table {s}.\"" + contract.tables().get(2).name() + "\"");

        ForgottenDocuments.Report report = forgotten(contract, false).forget(List.of());

        assertThat(report.documents()).isEqualTo(1);
        assertThat(report.rows())
                .containsExactly(Map.entry(contract.tables().get(0).name(), 1L));
        assertThat(rows(
                        contract,
                        "select * from {s}.\"" + contract.tables().get(1).name() + "\""))
                .containsExactly("x");
    }

    /** Loaded under another contract of the name. */
    @Test
    void leavesDocumentsWhoseRowsItCannotFindWhenItForgets() throws Exception {
        MappingContract contract = applications();
        write("a", application(1, "first", 10));
        write("b", application(2, "second", 20));
        run(contract, OnExisting.SKIP);
        Map<String, List<String>> all = contents(contract);
        execute(
                contract,
                "update {s}.\"processing_log\" set \"row_keys\" = '{\"gone\":{\"id\":[\"1\"]}}'"
                        + " where \"contract_name\" = '" + contract.name() + "' and \"document_key\" = 'a.xml'");

        ForgottenDocuments.Report report = forgotten(contract, false).forget(List.of());

        assertThat(report.documents()).isEqualTo(1);
        assertThat(report.refused()).isEqualTo(1);
        assertThat(report.firstRefused()).containsExactly("a.xml");
        assertThat(log(contract)).containsExactly("a|loaded|1");
        assertThat(contents(contract).get("app")).hasSize(1);
        assertThat(all.get("app")).hasSize(2);
    }

    /** A run that was stopped leaves tables without keys. */
    @Test
    void forgetsWhereKeysAreStillToBeBuilt() throws Exception {
        MappingContract contract = applications();
        int loaded = loadSomeWithoutKeys(contract);

        ForgottenDocuments.Report report = forgotten(contract, false).forget(List.of());

        assertThat(loaded).isPositive();
        assertThat(report.documents()).isEqualTo(loaded);
        assertThat(contents(contract).values()).allMatch(List::isEmpty);
        assertThat(run(contract, OnExisting.SKIP).documents().loaded()).isEqualTo(50);
        assertThat(contents(contract)).isEqualTo(freshContents());
    }

    @Test
    void reloadsWhereKeysAreStillToBeBuiltAndWhereSuchTablesWereDropped() throws Exception {
        MappingContract whole = applications();
        loadSomeWithoutKeys(whole);
        MappingContract dropped = applications();
        loadSomeWithoutKeys(dropped);
        drop(dropped);

        RunSummary built = run(whole, OnExisting.RELOAD);
        RunSummary anew = run(dropped, OnExisting.RELOAD);

        assertThat(built.status()).as(built.failure()).isEqualTo(Status.FINISHED);
        assertThat(anew.status()).as(anew.failure()).isEqualTo(Status.FINISHED);
        assertThat(anew.documents().loaded()).isEqualTo(50);
        assertThat(contents(whole)).isEqualTo(freshContents());
        assertThat(contents(dropped)).isEqualTo(contents(whole));
        assertThat(Target.check(tested().database(), dropped))
                .noneMatch(warning -> warning.contains("still to be built"));
    }

    @Test
    void changesTablesThatAreThereToFitAContractAndReloads() throws Exception {
        MappingContract before = contract("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      note: { path: "@note", type: varchar(5), required: true }
                      amount: { path: "@amount", type: "decimal(8,2)" }
                      small: { path: "@small", type: smallint }
                      gone: { path: "@id", type: integer, required: true }
                  items_{n}:
                    parent: orders_{n}
                    rows: item
                    columns:
                      id: { ref: orders_{n}.id, key: true }
                      pos: { ordinal: true, key: true }
                """);
        String n = number(before);
        MappingContract after =
                ContractReader.read("""
                contract: 1
                name: existing_{n}
                schema: existing_{n}
                tables:
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      note: { path: "@note", type: varchar(20) }
                      amount: { path: "@amount", type: "decimal(14,4)" }
                      small: { path: "@small", type: bigint }
                      added: { path: "@added", type: varchar(10), required: true }
                  items_{n}:
                    parent: orders_{n}
                    rows: item
                    columns:
                      id: { ref: orders_{n}.id, key: true }
                      pos: { ordinal: true, key: true }
                      name: { path: "@name", type: varchar(10) }
                  parts_{n}:
                    parent: items_{n}
                    rows: part
                    columns:
                      id: { ref: items_{n}.id, key: true }
                      item: { ref: items_{n}.pos, key: true }
                      pos: { ordinal: true, key: true }
                """.replace("{n}", n), "test.yaml").contract();
        write("a", "<o id='1' note='short' amount='1.25' small='7' added='x'><item name='i'><part/></item></o>");
        run(before, OnExisting.SKIP);
        write("b", "<o id='2' amount='123456789.1234' small='123456789012' added='y'/>");
        write("c", "<o id='3' note='now a longer one' added='z'/>");

        List<SchemaChange> changes = SchemaChange.between(tested().database(), after);
        for (SchemaChange change : changes) {
            if (change.statement() != null) {
                execute(after, change.statement());
            }
        }

        assertThat(changes.toString()).contains("table orders_" + n + " – column added is 'required' in the contract");
        assertThat(changes.stream().filter(change -> change.words().contains("column note – the statement repeats")))
                .hasSize(tested().database().dialect().redefinesColumns() ? 1 : 0);
        if (tested().database()
                .dialect()
                .changeColumn(someTable(), someTable().columns().get(0), true, false)
                .isEmpty()) {
            // Each column that cannot be changed is told, and everything else is done.
            assertThat(changes.stream().filter(change -> change.statement() == null))
                    .isNotEmpty()
                    .allMatch(change -> change.words().contains("cannot change that in place – drop the table"));
            assertThat(SchemaChange.between(tested().database(), after)).allMatch(change -> change.statement() == null);
            drop(after);
        } else {
            assertThat(changes).allMatch(change -> change.statement() != null);
            assertThat(SchemaChange.between(tested().database(), after)).isEmpty();
            assertThat(Target.check(tested().database(), after)).isEmpty();
        }
        RunSummary reloaded = run(after, OnExisting.RELOAD);

        assertThat(reloaded.documents().loaded())
                .as(String.valueOf(reloaded.rejects()))
                .isEqualTo(3);
        assertThat(rows(
                        after,
                        "select \"note\", \"amount\", \"small\", \"added\" from " + table(after, "orders")
                                + " order by \"id\""))
                .containsExactly(
                        "short|1.2500|7|x", "null|123456789.1234|123456789012|y", "now a longer one|null|null|z");
        assertThat(contents(after).get("parts")).hasSize(1);
    }

    @Test
    void widensKeysOrSaysThatItCannot() throws Exception {
        String text = text("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: smallint, key: true }
                  items_{n}:
                    parent: orders_{n}
                    rows: item
                    columns:
                      id: { ref: orders_{n}.id, key: true }
                      pos: { ordinal: true, key: true }
                """);
        MappingContract before = ContractReader.read(text, "test.yaml").contract();
        MappingContract after = ContractReader.read(text.replace("smallint", "bigint"), "test.yaml")
                .contract();
        write("a", "<o id='1'><item/></o>");
        run(before, OnExisting.SKIP);
        write("b", "<o id='123456789012'><item/></o>");

        List<SchemaChange> changes = SchemaChange.between(tested().database(), after);
        boolean can = changes.stream().allMatch(change -> change.statement() != null);
        for (SchemaChange change : changes) {
            if (change.statement() != null) {
                execute(after, change.statement());
            }
        }
        if (!can) {
            assertThat(changes).allMatch(change -> change.words().contains("cannot change that in place"));
            drop(after);
        }
        RunSummary reloaded = run(after, OnExisting.RELOAD);

        assertThat(SchemaChange.between(tested().database(), after)).isEmpty();
        assertThat(reloaded.documents().loaded()).isEqualTo(2);
        assertThat(contents(after).get("items")).containsExactly("123456789012|1", "1|1");
    }

    @Test
    void saysWhatNoStatementCanChangeAndWhatToDo() throws Exception {
        MappingContract before = contract("""
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      code: { path: "@code", type: varchar(10), required: true }
                      day: { path: "@day", type: date }
                """);
        MappingContract after = ContractReader.read("""
                contract: 1
                name: existing_{n}
                schema: existing_{n}
                tables:
                  orders_{n}:
                    columns:
                      id: { path: "@id", type: integer }
                      code: { path: "@code", type: varchar(10), key: true }
                      day: { path: "@day", type: integer }
                """.replace("{n}", number(before)), "test.yaml")
                .contract();
        write("a", "<o id='1' code='x' day='2024-02-29'/>");
        run(before, OnExisting.SKIP);
        write("a", "<o code='x' day='7'/>");

        List<SchemaChange> changes = SchemaChange.between(tested().database(), after);
        drop(before);
        RunSummary reloaded = run(after, OnExisting.RELOAD);

        assertThat(changes).allMatch(change -> change.statement() == null);
        assertThat(changes.toString())
                .contains(
                        ", column id – is in the table's primary key, and the contract may give it no value – drop all")
                .contains("column day – is ")
                .contains("does not go with integer")
                .contains(
                        "has the primary key (id), and the contract's is (code) – drop all tables of the contract, and load"
                                + " again with --create-tables --on-existing reload");
        assertThat(reloaded.documents().loaded()).isEqualTo(1);
    }

    // ---- what the tests are made of

    /** Returns how many of fifty documents. */
    private int loadSomeWithoutKeys(MappingContract contract) throws Exception {
        for (int i = 0; i < 50; i++) {
            write("d" + (100 + i), application(i, "one", i));
        }
        ProductionProcessor stopped = new ProductionProcessor(
                contract,
                RunOptions.from(new FromFiles(folder.toString()))
                        .to(tested().database())
                        .workers(1)
                        .batchDocuments(10)
                        .createTables(true)
                        .build());
        stopped.run(new RunListener() {
            @Override
            public void started(Progress progress) {}

            @Override
            public void batch(BatchResult batch) {
                stopped.stop();
            }
        });
        return contents(contract).get("app").size();
    }

    private static TableDefinition someTable() {
        return new TableDefinition(
                null,
                "t",
                List.of(new TableDefinition.Column("c", SqlType.INTEGER, true, false)),
                new TableDefinition.Columns("k", List.of()),
                List.of(),
                List.of(),
                List.of());
    }

    private ForgottenDocuments forgotten(MappingContract contract, boolean ledgerOnly) throws TargetException {
        return ForgottenDocuments.of(tested().database(), contract, ledgerOnly, RetryPolicy.DEFAULT, new Stop());
    }

    /** Tables that are reached in every way: by the root's key, through one column, through two, by the document's key. */
    private MappingContract applications() throws ContractException {
        return ContractReader.read(applicationsText(), "test.yaml").contract();
    }

    private static String applicationsText() {
        return text("""
                  app_{n}:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                      note: { path: "@note", type: varchar(20) }
                  contact_{n}:
                    parent: app_{n}
                    rows: contact
                    columns:
                      app: { ref: app_{n}.id }
                      con: { path: "@id", type: bigint, key: true }
                      role: { value: PR, type: varchar(2), key: true }
                  address_{n}:
                    parent: contact_{n}
                    rows: address
                    columns:
                      con: { ref: contact_{n}.con, key: true }
                      role: { ref: contact_{n}.role, key: true }
                      pos: { ordinal: true, key: true }
                  score_{n}:
                    parent: app_{n}
                    rows: contact
                    columns:
                      app: { ref: app_{n}.id }
                      score: { path: "@id", type: bigint, key: true }
                  detail_{n}:
                    parent: score_{n}
                    rows: address
                    columns:
                      score: { ref: score_{n}.score, key: true }
                      pos: { ordinal: true, key: true }
                  tag_{n}:
                    rows: contact/address
                    columns:
                      street: { path: "@street", type: varchar(20) }
                """);
    }

    static MappingContract contract(String tables) throws ContractException {
        return ContractReader.read(text(tables), "test.yaml").contract();
    }

    private static String text(String tables) {
        String n = String.valueOf(NUMBERS.incrementAndGet());
        return ("contract: 1\nname: existing_{n}\nschema: existing_{n}\ntables:\n" + tables).replace("{n}", n);
    }

    private static String application(int id, String note, int... contacts) {
        StringBuilder xml = new StringBuilder("<app id='" + id + "' note='" + note + "'>");
        for (int contact : contacts) {
            xml.append("<contact id='")
                    .append(contact)
                    .append("'><address street='1st'/><address street='2nd'/></contact>");
        }
        return xml.append("</app>").toString();
    }

    final void write(String name, String xml) throws IOException {
        Files.writeString(folder.resolve(name + ".xml"), xml);
    }

    final RunSummary run(MappingContract contract, OnExisting onExisting) throws Exception {
        return run(contract, onExisting, false, false);
    }

    private RunSummary deleteMissing(MappingContract contract, OnExisting onExisting) throws Exception {
        return run(contract, onExisting, true, false);
    }

    private RunSummary retryRejects(MappingContract contract) throws Exception {
        return run(contract, OnExisting.SKIP, false, true);
    }

    private RunSummary run(MappingContract contract, OnExisting onExisting, boolean deleteMissing, boolean retryRejects)
            throws Exception {
        return run(contract, new FromFiles(folder.toString()), onExisting, deleteMissing, retryRejects);
    }

    private RunSummary run(
            MappingContract contract, From from, OnExisting onExisting, boolean deleteMissing, boolean retryRejects)
            throws Exception {
        RunOptions options = RunOptions.from(from)
                .to(tested().database())
                .workers(2)
                .batchDocuments(20)
                .createTables(true)
                .retryRejects(retryRejects)
                .onExisting(onExisting)
                .deleteMissing(deleteMissing)
                .showValues(true)
                .build();
        return new ProductionProcessor(contract, options).run(progress -> {});
    }

    /** The documents of the folder in tables that were empty before. */
    private Map<String, List<String>> freshContents() throws Exception {
        MappingContract fresh = applications();
        RunSummary summary = run(fresh, OnExisting.SKIP);
        assertThat(summary.documents().rejected()).isZero();
        return contents(fresh);
    }

    /** By table, without the number in its name, its rows in order. */
    private Map<String, List<String>> contents(MappingContract contract) throws SQLException {
        Map<String, List<String>> contents = new TreeMap<>();
        for (TableMapping table : contract.tables()) {
            List<String> rows = new ArrayList<>(rows(contract, "select * from {s}.\"" + table.name() + "\""));
            rows.sort(null);
            contents.put(table.name().replaceFirst("_[0-9]+$", ""), rows);
        }
        return contents;
    }

    private List<String> log(MappingContract contract) throws SQLException {
        return rows(
                        contract,
                        "select \"document_key\", \"status\", \"attempt\" from {s}.\"processing_log\""
                                + " where \"contract_name\" = '" + contract.name() + "' order by \"document_key\"")
                .stream()
                .map(row -> row.replace(".xml", ""))
                .toList();
    }

    private static String number(MappingContract contract) {
        return contract.name().replaceFirst(".*_", "");
    }

    /** A table as it stands in a statement. */
    private static String table(MappingContract contract, String name) {
        return "{s}.\"" + name + "_" + number(contract) + "\"";
    }

    private void empty(MappingContract contract) throws SQLException {
        for (int i = contract.tables().size() - 1; i >= 0; i--) {
            execute(contract, "delete from {s}.\"" + contract.tables().get(i).name() + "\"");
        }
    }

    private void drop(MappingContract contract) throws SQLException {
        for (int i = contract.tables().size() - 1; i >= 0; i--) {
            execute(contract, "drop table {s}.\"" + contract.tables().get(i).name() + "\"");
        }
    }

    final void execute(MappingContract contract, String sql) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(tested().sql(String.valueOf(contract.schema()), sql));
        }
    }

    /** Each row's values with | between them. */
    private List<String> rows(MappingContract contract, String select) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(tested().sql(String.valueOf(contract.schema()), select))) {
            List<String> rows = new ArrayList<>();
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    values.add(String.valueOf(found.getString(i)));
                }
                rows.add(String.join("|", values));
            }
            return rows;
        }
    }
}
