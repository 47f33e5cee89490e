package dev.millrace.spark.tables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractProblem;
import dev.millrace.contract.MappingContract;
import dev.millrace.spark.Millrace;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code spark.read().format("millrace")} was told. Whatever is wrong with it is told in one line, when the source is loaded.
 *
 * @param contract read from where the option says
 * @param table the place of the table in {@link TableForm#all}
 * @param paths files, directories or globs; at least one
 * @param failing whether a rejected document ends the query
 * @param documentBytes bytes of the largest document; 0 for as much as the executor's memory allows
 */
record SourceOptions(MappingContract contract, int table, List<String> paths, boolean failing, long documentBytes) {

    private static final String CONTRACT = "contract";
    private static final String TABLE = "table";
    private static final String REJECTS = "rejects";
    private static final String DOCUMENT_BYTES = "maxDocumentBytes";
    private static final String PATH = "path";
    /** As Spark tells several paths of one {@code load}: a list in JSON. */
    private static final String PATHS = "paths";

    private static final List<String> KNOWN = List.of(CONTRACT, TABLE, REJECTS, DOCUMENT_BYTES, PATH);

    /** @throws IllegalArgumentException with one line: what was found, what was expected, what to do */
    static SourceOptions of(SparkSession session, Map<String, String> given) {
        CaseInsensitiveStringMap options = new CaseInsensitiveStringMap(given);
        for (String name : options.keySet()) {
            if (!name.equals(PATHS) && KNOWN.stream().noneMatch(name::equalsIgnoreCase)) {
                throw new IllegalArgumentException("millrace has no option " + name + Words.nearest(name, KNOWN));
            }
        }
        MappingContract contract = contract(session, required(options, CONTRACT, "the file with the mapping contract"));
        SparkTypes.check(contract);
        return new SourceOptions(
                contract,
                table(contract, options.get(TABLE)),
                paths(options),
                isFailing(options.getOrDefault(REJECTS, "fail")),
                documentBytes(options.get(DOCUMENT_BYTES)));
    }

    TableForm form() {
        return TableForm.all(contract).get(table);
    }

    private static String required(CaseInsensitiveStringMap options, String name, String what) {
        String value = options.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("millrace needs the option " + name + ": " + what);
        }
        return value;
    }

    private static MappingContract contract(SparkSession session, String file) {
        try {
            return Millrace.contract(session, file);
        } catch (FileNotFoundException e) {
            throw new IllegalArgumentException("option contract: there is no file " + file + "; check the path", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("option contract: " + file + " cannot be read: " + e.getMessage(), e);
        } catch (ContractException e) {
            throw new IllegalArgumentException(
                    e.problems().stream().map(ContractProblem::toString).collect(Collectors.joining("\n")), e);
        }
    }

    private static int table(MappingContract contract, @Nullable String asked) {
        List<String> names = new ArrayList<>();
        for (TableForm form : TableForm.all(contract).subList(0, Chunks.rejects(contract) + 1)) {
            names.add(form.name());
        }
        if (asked == null) {
            throw new IllegalArgumentException("millrace needs the option table: which table of contract "
                    + contract.name() + " to read; there are " + String.join(", ", names));
        }
        int table = names.indexOf(asked);
        if (table < 0) {
            throw new IllegalArgumentException(
                    "contract " + contract.name() + " has no table " + asked + Words.nearest(asked, names));
        }
        return table;
    }

    private static List<String> paths(CaseInsensitiveStringMap options) {
        String several = options.get(PATHS);
        List<String> paths = new ArrayList<>();
        if (several != null) {
            try {
                paths.addAll(List.of(new ObjectMapper().readValue(several, String[].class)));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("option paths is no list in JSON: " + several, e);
            }
        }
        String one = options.get(PATH);
        if (one != null) {
            paths.add(one);
        }
        if (paths.isEmpty()) {
            throw new IllegalArgumentException(
                    "millrace needs a path: name a file, a directory or a glob in load(…), or as the option path");
        }
        return List.copyOf(paths);
    }

    private static boolean isFailing(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "fail" -> true;
            case "ignore" -> false;
            default ->
                throw new IllegalArgumentException("option rejects is " + word
                        + ", but fail or ignore is expected: whether a rejected document ends the query");
        };
    }

    private static long documentBytes(@Nullable String number) {
        try {
            long bytes = number == null ? 0 : Long.parseLong(number.strip());
            if (number == null || bytes > 0) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "option " + DOCUMENT_BYTES + " is " + number + ", but a number of bytes is expected, 1 or more");
    }
}
