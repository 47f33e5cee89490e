package dev.millrace.coverage;

import dev.millrace.contract.MappingContract;
import dev.millrace.mapping.Collapses;
import dev.millrace.mapping.ReachedPaths;
import dev.millrace.mapping.RowCounts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongUnaryOperator;

/**
 * What a contract makes of documents, and what it leaves out: of their paths, of what could be rows, and of what told values apart. Each thread that maps
 * has one of its own, and {@link #add} makes one of all. Not thread-safe.
 *
 * <pre>
 * Coverage mine = new Coverage(contract);
 * Coverage others = mine.another();
 * mine.add(others);
 * mine.paths().gaps();
 * </pre>
 */
public final class Coverage {

    private final MappingContract contract;
    private final ReachedPaths reached;
    private final PathCoverage paths;
    private final RowCounts rows;
    private final Collapses collapses;
    private final boolean showValues;
    /** What of {@link #rows} is of documents that the run has not settled. */
    private final RowCounts unsettledRows;

    private final CoverageCollector collector;

    /** Nothing counted yet; values of documents are not kept. */
    public Coverage(MappingContract contract) {
        this(contract, false);
    }

    /**
     * Nothing counted yet.
     *
     * @param showValues whether some values of documents are kept, to be shown
     */
    public Coverage(MappingContract contract, boolean showValues) {
        this(contract, new ReachedPaths(contract), new RowCounts(contract), showValues);
    }

    /** @param none with nothing counted */
    private Coverage(MappingContract contract, ReachedPaths reached, RowCounts none, boolean showValues) {
        this.showValues = showValues;
        this.collapses = new Collapses(contract, showValues);
        this.contract = contract;
        this.reached = reached;
        this.paths = new PathCoverage(reached);
        this.rows = none;
        this.unsettledRows = none.another();
        this.collector = new CoverageCollector(this);
    }

    /** Another one, with nothing counted, which can be added to this one. */
    public Coverage another() {
        return new Coverage(contract, reached, rows.another(), showValues);
    }

    /** What counts: the same for all pipelines that count into this, of which one is used at a time. */
    public CoverageCollector collector() {
        return collector;
    }

    /** The contract that it is about. */
    public MappingContract contract() {
        return contract;
    }

    /** The documents' paths. */
    public PathCoverage paths() {
        return paths;
    }

    /** What was counted so far, as data. */
    public CoverageReport report() {
        return CoverageReport.of(this);
    }

    /** A path as the contract would write it. */
    public String text(CoveredPath path) {
        return new PathText(contract).of(path);
    }

    /** Which texts became one value. */
    public Collapses collapses() {
        return collapses;
    }

    /**
     * What was counted of the documents that the run has settled, as {@link CoverageCollector#settled} was told; nothing of others.
     * Only when all that counts has ended.
     */
    public SettledCoverage settled() {
        return SettledCoverage.of(this);
    }

    /** What of {@link #rows} is of documents that the run has not settled. */
    RowCounts unsettledRows() {
        return unsettledRows;
    }

    /** What could be rows. */
    public RowCounts rows() {
        return rows;
    }

    /**
     * Takes in what was counted of other documents, which is not to be used any more.
     *
     * @param other made by {@link #another}, of this one or of one that this one was made by
     */
    public void add(Coverage other) {
        if (other.reached != reached) {
            throw new IllegalArgumentException("it was not made by another()");
        }
        paths.add(other.paths);
        rows.add(other.rows);
        unsettledRows.add(other.unsettledRows);
        collapses.add(other.collapses);
    }

    /** What was counted, as it goes to another process, for {@link #add(byte[], long)}. Its size is bounded, as the memory of this is. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            paths.write(out);
            rows.write(out);
            unsettledRows.write(out);
            collapses.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Takes in what another process has counted of other documents, with the same contract.
     *
     * @param bytes what {@link #toBytes} has made
     * @param firstNumber the number of the first document that it has counted
     */
    public void add(byte[] bytes, long firstNumber) {
        Coverage other = another();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            other.paths.read(in, firstNumber);
            other.rows.read(in);
            other.unsettledRows.read(in);
            other.collapses.add(in, firstNumber);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        add(other);
    }

    /**
     * Gives the documents that were met first other numbers, once more is known of what comes before them.
     *
     * @param numbers the new number of each old one, in the same order
     */
    public void renumber(LongUnaryOperator numbers) {
        paths.forEach(path -> path.renumber(numbers));
        collapses.renumber(numbers);
    }
}
