package dev.millrace.document;

import org.apiguardian.api.API;

/**
 * How many documents a run has skipped, and why.
 *
 * @param loaded that an earlier run has loaded
 * @param ofOtherContract how many of these were loaded when the contract had another text
 * @param rejected that an earlier run has rejected, and no run has loaded since
 * @param leftAlone that no run has loaded or rejected, and that this run was told not to load
 * @param unselected that are not for the contract, by its {@code document.select}
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Skips(long loaded, long ofOtherContract, long rejected, long leftAlone, long unselected) {
    public static final Skips NONE = new Skips(0, 0, 0, 0);

    /** Where all documents are for the contract. */
    public Skips(long loaded, long ofOtherContract, long rejected, long leftAlone) {
        this(loaded, ofOtherContract, rejected, leftAlone, 0);
    }

    /** From counts by {@link Skip#ordinal}. */
    public static Skips of(long[] counts) {
        long other = counts[Skip.LOADED_BY_OTHER_CONTRACT.ordinal()];
        return new Skips(
                counts[Skip.LOADED.ordinal()] + other,
                other,
                counts[Skip.REJECTED.ordinal()],
                counts[Skip.LEFT_ALONE.ordinal()],
                counts[Skip.UNSELECTED.ordinal()]);
    }

    /** Documents that are not for the contract. */
    public static Skips unselected(long documents) {
        return new Skips(0, 0, 0, 0, documents);
    }

    /** Documents that an earlier run has loaded. */
    public static Skips loadedBefore(long documents) {
        return new Skips(documents, 0, 0, 0);
    }

    public Skips plus(Skips more) {
        return new Skips(
                loaded + more.loaded,
                ofOtherContract + more.ofOtherContract,
                rejected + more.rejected,
                leftAlone + more.leftAlone,
                unselected + more.unselected);
    }

    /** All of them. */
    public long total() {
        return loaded + rejected + leftAlone + unselected;
    }

    /** Documents of the source that are not in the target, and that this run did not try to load. */
    public long unsettled() {
        return rejected + leftAlone;
    }
}
