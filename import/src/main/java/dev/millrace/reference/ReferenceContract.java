package dev.millrace.reference;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A mapping contract of the original system, as it is written.
 *
 * @param elements child table to the name of its element, as the relationships tell it
 * @param remarks what a reader should know about how it was read
 * @param enums name to code table; the codes are numbers, texts, truth values or null
 */
record ReferenceContract(
        String sourceTable,
        String sourceColumn,
        String applicationElement,
        boolean namesApplication,
        @Nullable String schema,
        List<String> tableOrder,
        Map<String, String> elements,
        @Nullable FilterRule contact,
        @Nullable FilterRule address,
        @Nullable FilterRule employment,
        List<Mapping> mappings,
        Map<String, Map<String, @Nullable Object>> enums,
        Map<String, Integer> charToBit,
        Map<String, Integer> booleanToBit,
        List<String> remarks) {

    /**
     * Which elements count as contacts, addresses or employments.
     *
     * @param path absolute
     * @param present attributes that must not be empty
     * @param lists attribute to the values allowed, in order; the first is the type attribute
     */
    record FilterRule(String path, List<String> present, Map<String, List<String>> lists) {

        String element() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        String typeAttribute() {
            return lists.keySet().iterator().next();
        }

        List<String> types() {
            return Objects.requireNonNull(lists.get(typeAttribute()));
        }

        /** The attributes that an element must have, in the order of their names. */
        List<String> required() {
            return Stream.concat(present.stream(), lists.keySet().stream())
                    .sorted()
                    .toList();
        }
    }

    /**
     * One mapping.
     *
     * @param number its place in the file, from 1
     * @param types mapping types in order, the arguments of row makers included
     * @param length {@code data_length}, 0 if there is none
     * @param defaultValue text, null if there is none
     * @param defaultIsFalse whether the default is one that the original system treats as none where a value is blank
     */
    record Mapping(
            int number,
            String path,
            String attribute,
            String table,
            String column,
            String dataType,
            int length,
            List<String> types,
            @Nullable String defaultValue,
            boolean defaultIsFalse,
            boolean nullable,
            @Nullable String enumName,
            String expression) {

        /** The same mapping with another data type. */
        Mapping as(String otherType) {
            return new Mapping(
                    number,
                    path,
                    attribute,
                    table,
                    column,
                    otherType,
                    length,
                    types,
                    defaultValue,
                    defaultIsFalse,
                    nullable,
                    enumName,
                    expression);
        }

        boolean has(String type) {
            return types.contains(type);
        }

        /** The argument of a row maker such as {@code add_score(X)}; "" without parentheses; null if it is not there. */
        @Nullable
        String argument(String maker) {
            for (String type : types) {
                if (type.equals(maker)) {
                    return "";
                }
                if (type.startsWith(maker + "(") && type.endsWith(")")) {
                    return type.substring(maker.length() + 1, type.length() - 1).trim();
                }
            }
            return null;
        }

        boolean isCalculated() {
            return has("calculated_field");
        }

        boolean isDigits() {
            return has("numbers_only") || has("extract_numeric");
        }

        boolean isBit() {
            return has("char_to_bit") || has("boolean_to_bit");
        }

        String element() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        boolean isInteger() {
            return List.of("int", "integer", "smallint", "bigint", "tinyint").contains(dataType);
        }

        boolean isDecimal() {
            return dataType.equals("decimal");
        }

        boolean isMoment() {
            return List.of("date", "datetime", "smalldatetime").contains(dataType);
        }

        /** Whether values of the type stay text: that is what unknown types are as well. */
        boolean isText() {
            return !isInteger()
                    && !isDecimal()
                    && !isMoment()
                    && !List.of("bit", "boolean", "float").contains(dataType);
        }

        String where() {
            return "mapping " + number + " (" + table + (column.isEmpty() ? "" : "." + column) + ")";
        }
    }

    /** The same contract with other mappings. */
    ReferenceContract withMappings(List<Mapping> others) {
        return new ReferenceContract(
                sourceTable,
                sourceColumn,
                applicationElement,
                namesApplication,
                schema,
                tableOrder,
                elements,
                contact,
                address,
                employment,
                others,
                enums,
                charToBit,
                booleanToBit,
                remarks);
    }

    /** The mappings of a table, in order. */
    List<Mapping> of(String table) {
        return mappings.stream()
                .filter(mapping -> mapping.table().equals(table))
                .toList();
    }

    /** Lower case for all locales. */
    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
