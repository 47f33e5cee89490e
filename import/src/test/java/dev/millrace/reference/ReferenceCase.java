package dev.millrace.reference;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Stage;
import dev.millrace.mapping.DataMapper;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.PathExpression.Evaluator;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A folder with a contract of the original system, documents, and the rows that are expected of them. */
final class ReferenceCase {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * What becomes of a document.
     *
     * @param error the original's word for why it is rejected, or null
     * @param tables the rows of each table that has any, in order, in the canonical form
     */
    record Expected(boolean valid, @Nullable String error, Map<String, List<String>> tables) {}

    private final Path folder;
    private final Mode mode;
    private final MappingContract contract;
    private final DocumentPipeline pipeline;

    ReferenceCase(Path folder, Mode mode) throws IOException, ReferenceException, ContractException {
        this.folder = folder;
        this.mode = mode;
        contract = ContractReader.read(yaml(folder, mode), "imported").contract();
        XmlLimits defaults = XmlLimits.DEFAULTS;
        XmlLimits limits = new XmlLimits(
                defaults.documentBytes(),
                256,
                defaults.attributes(),
                defaults.nameLength(),
                defaults.valueLength(),
                defaults.entityExpansions(),
                defaults.keptNodes(),
                defaults.expansion());
        pipeline = new DocumentPipeline(
                contract, DataMapper.projection(contract), limits, "run", Instant.EPOCH, true, new StageClock());
    }

    /** The paths that are not evaluated natively: an import should have none. */
    List<String> slowPaths() {
        List<PathExpression> paths = new ArrayList<>();
        contract.lets().forEach(let -> paths.add(let.expression()));
        for (TableMapping table : contract.tables()) {
            for (RowSet set : table.rows().sets()) {
                if (set.rows() != null) {
                    paths.add(set.rows());
                }
                for (ColumnMapping column : set.columns()) {
                    if (column != null && column.source() instanceof ColumnMapping.Path path) {
                        paths.add(path.expression());
                    }
                }
            }
        }
        return paths.stream()
                .filter(path -> path.evaluator() == Evaluator.SAXON)
                .map(PathExpression::text)
                .toList();
    }

    static String yaml(Path folder, Mode mode) throws IOException, ReferenceException {
        Path file = folder.resolve("contract.json");
        return ReferenceImport.convert(Files.readString(file), file.toString(), "imported", mode)
                .yaml();
    }

    static String word(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Expected outcome(Path document) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        String key = document.getFileName().toString();
        pipeline.process(Document.ofBytes(key, Files.readAllBytes(document), key), 1, outcomes);
        return outcomes.get(0) instanceof Mapped mapped
                ? new Expected(true, null, rows(mapped))
                : new Expected(false, error(((Rejected) outcomes.get(0)).fault()), Map.of());
    }

    /** The word that a requirement's reason begins with; a text that cannot be parsed has the word of its own. */
    private static String error(Fault fault) {
        if (fault.code() == FaultCode.REQUIREMENT) {
            return fault.message().replaceFirst(":.*", "");
        }
        // The original has no word for it: a value that no column of the type holds is left to the database.
        if (List.of(FaultCode.OUT_OF_RANGE, FaultCode.INVALID_VALUE, FaultCode.TOO_PRECISE)
                .contains(fault.code())) {
            return "refused-by-database";
        }
        boolean unparsed = fault.code().stage() == Stage.PARSE || fault.code() == FaultCode.NO_CONTENT;
        return unparsed ? "invalid-structure" : fault.code().word() + ": " + fault;
    }

    private Map<String, List<String>> rows(Mapped document) {
        Map<String, List<String>> tables = new TreeMap<>();
        for (TableMapping table : contract.tables()) {
            List<String> rows = new ArrayList<>();
            for (Row row : document.rows().get(table.index())) {
                Map<String, Object> values = new TreeMap<>();
                for (int i = 0; i < table.columns().size(); i++) {
                    values.put(table.columns().get(i).name(), row.values()[i]);
                }
                rows.add(canonical(table.name(), values));
            }
            if (!rows.isEmpty()) {
                tables.put(table.name(), rows);
            }
        }
        return tables;
    }

    /** A row as one text: columns by name, those without value left out, as is the document's id that children carry here too. */
    static String canonical(String table, Map<String, ?> values) {
        StringBuilder row = new StringBuilder();
        new TreeMap<>(values).forEach((column, value) -> {
            boolean added =
                    column.equals("app_id") && table.startsWith("app_contact_") && !table.equals("app_contact_base");
            if (value != null && !value.equals("") && !added) {
                row.append(row.isEmpty() ? "" : ", ").append(column).append('=').append(canonical(value));
            }
        });
        return row.toString();
    }

    private static String canonical(Object value) {
        if (value instanceof LocalDateTime moment) {
            String second = moment.format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss"));
            String fraction = new BigDecimal(moment.getNano())
                    .movePointLeft(9)
                    .stripTrailingZeros()
                    .toPlainString();
            return moment.getNano() == 0 ? second : second + fraction.substring(1);
        }
        if (value instanceof LocalDate date) {
            return date.toString();
        }
        return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    }

    Expected expected(Path document) throws IOException {
        String name = document.getFileName().toString().replaceFirst("\\.xml$", ".json");
        Map<?, ?> json = JSON.readValue(
                Files.readString(folder.resolve("expected").resolve(word(mode)).resolve(name)), Map.class);
        Map<String, List<String>> tables = new TreeMap<>();
        ((Map<?, ?>) json.get("tables")).forEach((table, rows) -> {
            List<String> texts = new ArrayList<>();
            for (Object row : (List<?>) rows) {
                Map<String, Object> values = new TreeMap<>();
                ((Map<?, ?>) row).forEach((column, value) -> values.put(column.toString(), value));
                texts.add(canonical(table.toString(), values));
            }
            tables.put(table.toString(), texts);
        });
        Object error = json.get("error");
        return new Expected((Boolean) json.get("valid"), error == null ? null : error.toString(), tables);
    }
}
