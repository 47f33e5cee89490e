package dev.millrace.report;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What catalogues call the tables by, beyond what a contract knows.
 *
 * @param source the name of dbt's source
 * @param schema the tables' schema; null for that of the contract, if it has one
 * @param database the database; null for none
 * @param namespace where OpenLineage finds job and datasets, such as {@code postgres://warehouse:5432}
 */
public record CatalogueNames(
        String source, @Nullable String schema, @Nullable String database, String namespace) {

    public CatalogueNames {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(namespace, "namespace");
    }
}
