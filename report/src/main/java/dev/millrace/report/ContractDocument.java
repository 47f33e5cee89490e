package dev.millrace.report;

import dev.millrace.contract.MappingContract;
import dev.millrace.report.OpenLineage.Event;
import dev.millrace.report.OpenLineage.State;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/** What a contract says, for people and for catalogues. The same contract gives the same text, but for the time in an event. */
public final class ContractDocument {

    /** For whom it is. */
    public enum Format {
        /** A page that is complete in itself. */
        HTML,
        MARKDOWN,
        /** Sources of dbt, with tests, as YAML; for dbt 1.10.8 and later. */
        DBT,
        /** A run of the contract that has completed, as one JSON object. */
        OPENLINEAGE,
        /** Open Data Contract Standard 3.1.0, as YAML. */
        ODCS
    }

    /** Where events say that they come from. */
    private static final String PRODUCER = "https://millrace.dev";

    private ContractDocument() {}

    /**
     * Writes one.
     *
     * @param madeBy a line for the end or the beginning: what has made it, and of what
     * @param now for events
     */
    public static String of(MappingContract contract, Format format, CatalogueNames names, String madeBy, Instant now) {
        return switch (format) {
            case HTML -> new ContractPage(contract).html(madeBy);
            case MARKDOWN -> new ContractMarkdown(contract).markdown(madeBy);
            case DBT -> new DbtSources(contract, names).yaml(madeBy);
            case OPENLINEAGE ->
                new OpenLineage(contract, names, PRODUCER)
                                .json(Event.of(
                                        State.COMPLETE,
                                        now,
                                        UUID.nameUUIDFromBytes(
                                                (contract.hash() + now).getBytes(StandardCharsets.UTF_8))))
                        + "\n";
            case ODCS -> new OpenDataContract(contract, names).yaml(madeBy);
        };
    }
}
