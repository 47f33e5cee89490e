package dev.millrace.discovery;

import dev.millrace.contract.MappingContract.SourceDefaults;
import java.io.Serializable;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a draft is to be like.
 *
 * @param name the contract's name
 * @param schema the target's schema; null for the connection's own
 * @param source where the documents are, if that is a database; null for files
 * @param record what a document is, in place of what is found: an absolute path of element names such as {@code /orders/order}
 * @param asRows paths of elements that become tables although they never repeat, absolute as those in evidence
 * @param keep paths of elements that are kept whole, as XML
 * @param flatten paths of elements that become columns although they repeat: their values are joined
 * @param share whether elements of one name and alike, at several places, become one table
 * @param textOnly whether of text with markup only the text is kept
 * @param showValues whether comments may show values of documents, which may be private
 * @param longestName characters of a name, at most
 * @param mostColumns columns of a table, at most
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record DraftOptions(
        String name,
        @Nullable String schema,
        @Nullable SourceDefaults source,
        @Nullable String record,
        List<String> asRows,
        List<String> keep,
        List<String> flatten,
        boolean share,
        boolean textOnly,
        boolean showValues,
        int longestName,
        int mostColumns)
        implements Serializable {

    /** Characters of a name that each database takes. */
    public static final int LONGEST_NAME = 63;

    /** Columns of a table that most databases take. */
    public static final int MOST_COLUMNS = 1_000;

    /** A draft of this name, for any database, without any wishes. */
    public static DraftOptions of(String name) {
        return new DraftOptions(
                name,
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                false,
                false,
                false,
                LONGEST_NAME,
                MOST_COLUMNS);
    }

    public DraftOptions {
        asRows = List.copyOf(asRows);
        keep = List.copyOf(keep);
        flatten = List.copyOf(flatten);
    }

    /** These options with another limit of names and columns, as a database has it. */
    public DraftOptions within(int characters, int columns) {
        return new DraftOptions(
                name, schema, source, record, asRows, keep, flatten, share, textOnly, showValues, characters, columns);
    }
}
