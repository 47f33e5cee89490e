package dev.millrace.verification;

import dev.millrace.verification.VerificationReport.Rows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Whether a target still is what a run left.
 *
 * @param manifest that of the run
 * @param startedAt of the reading
 * @param seconds wall time
 * @param documents the ledger's loaded documents
 * @param tables in the contract's order
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ManifestReport(
        Manifest manifest, Instant startedAt, double seconds, Compared documents, List<TableResult> tables) {

    /** The version of the JSON form. */
    public static final int VERSION = 1;

    /** How rows are, against those that the run left. Sums cannot tell more: of more or fewer rows, some may be changed as well. */
    public enum Verdict {
        EQUAL,
        MORE,
        FEWER,
        /** As many rows, and others. */
        CHANGED
    }

    /**
     * Rows then and now.
     *
     * @param expected what the run left
     * @param found what is there now
     */
    public record Compared(Rows expected, Rows found) {

        public Verdict verdict() {
            if (expected.equals(found)) {
                return Verdict.EQUAL;
            }
            int more = Long.compare(found.count(), expected.count());
            return more == 0 ? Verdict.CHANGED : more > 0 ? Verdict.MORE : Verdict.FEWER;
        }
    }

    /**
     * A table.
     *
     * @param excluded columns that were not compared, because they hold a run's id or time
     */
    public record TableResult(String name, Compared rows, List<String> excluded) {

        public TableResult {
            excluded = List.copyOf(excluded);
        }
    }

    public ManifestReport {
        tables = List.copyOf(tables);
    }

    /**
     * @param now of the contract that the manifest is of
     * @throws IllegalArgumentException when the tables are not those of the manifest
     */
    public static ManifestReport of(Manifest manifest, TargetState now, Instant startedAt, double seconds) {
        List<TargetState.Table> before = manifest.state().tables();
        if (before.size() != now.tables().size()) {
            throw new IllegalArgumentException("these are not the tables of the manifest");
        }
        List<TableResult> tables = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            TargetState.Table left = before.get(i);
            TargetState.Table found = now.tables().get(i);
            if (!left.name().equals(found.name())) {
                throw new IllegalArgumentException("these are not the tables of the manifest");
            }
            tables.add(new TableResult(found.name(), new Compared(left.rows(), found.rows()), found.excluded()));
        }
        Compared documents = new Compared(manifest.state().documents(), now.documents());
        return new ManifestReport(manifest, startedAt, seconds, documents, tables);
    }

    /** Whether the tables and the ledger's documents are as the run left them. */
    public boolean isEqual() {
        return documents.verdict() == Verdict.EQUAL
                && tables.stream().allMatch(table -> table.rows().verdict() == Verdict.EQUAL);
    }
}
