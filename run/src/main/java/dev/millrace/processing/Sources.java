package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.mapping.DataMapper;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunOptions.FromSource;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.SourceException;
import dev.millrace.source.jdbc.JdbcSource;
import dev.millrace.source.jdbc.KeyRange;
import dev.millrace.source.jdbc.LedgerFilter;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import org.jspecify.annotations.Nullable;

/** Opens the source that a user has named. */
public final class Sources {

    private Sources() {}

    /**
     * Opens a source as a run does that loads all of it.
     *
     * @param stop ends the opening early, with a {@link SourceException}
     * @throws SourceException when there is no such source, or it cannot be reached
     */
    public static DocumentSource open(From from, MappingContract contract, XmlLimits limits, Stop stop)
            throws SourceException {
        return open(from, contract, limits, RetryPolicy.DEFAULT, false, stop);
    }

    /**
     * The same, of a database with the care that a run takes.
     *
     * @param showValues whether messages may hold the database's own words
     */
    public static DocumentSource open(
            From from,
            MappingContract contract,
            XmlLimits limits,
            RetryPolicy retryPolicy,
            boolean showValues,
            Stop stop)
            throws SourceException {
        return open(from, contract, limits, null, retryPolicy, showValues, stop);
    }

    /**
     * @param filter which documents a database leaves out itself, or null; files have no use for it
     * @param showValues whether messages may hold the database's own words
     * @param stop ends the opening early, with a {@link SourceException}
     */
    static DocumentSource open(
            From from,
            MappingContract contract,
            XmlLimits limits,
            @Nullable LedgerFilter filter,
            RetryPolicy retryPolicy,
            boolean showValues,
            Stop stop)
            throws SourceException {
        if (from instanceof FromFiles files) {
            return FileSource.open(
                    files.specification(),
                    DataMapper.projection(contract),
                    contract.document().doctype(),
                    limits);
        }
        if (from instanceof FromSource own) {
            return own.opener().open();
        }
        FromDatabase asked = (FromDatabase) from;
        MappingContract.SourceDefaults defaults = contract.source();
        String table = asked.query() != null ? null : either(asked.table(), defaults.table(), "table", "--from-table");
        String key = either(asked.keyColumn(), defaults.key(), "key", "--key-column");
        String xml = either(asked.xmlColumn(), defaults.xml(), "xml", "--xml-column");
        KeyRange range = asked.keyRange() == null ? new KeyRange(null, null) : KeyRange.parse(asked.keyRange());
        return JdbcSource.open(
                asked.database(),
                new JdbcSource.Selection(table, asked.query(), key, xml, range.from(), range.to(), filter),
                limits,
                retryPolicy,
                showValues,
                stop);
    }

    private static String either(@Nullable String option, @Nullable String contractsOwn, String key, String optionName)
            throws SourceException {
        if (option != null) {
            return option;
        }
        if (contractsOwn != null) {
            return contractsOwn;
        }
        throw SourceException.usage("the source is a database, but nothing says which " + key + " to read: give "
                + optionName + ", or write 'source: { " + key + ": … }' in the contract");
    }
}
