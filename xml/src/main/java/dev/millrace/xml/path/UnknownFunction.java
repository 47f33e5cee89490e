package dev.millrace.xml.path;

import static java.util.Map.entry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Saxon says of a call to a function that there is not, in words of ours: it names its namespace, and no other function. */
final class UnknownFunction {

    private static final Pattern MESSAGE =
            Pattern.compile("Cannot find an? ([0-9]+)-argument function named Q\\{([^}]*)}([^()]+)\\(\\).*");
    private static final String FUNCTIONS = "http://www.w3.org/2005/xpath-functions";

    /** What SQL and other languages call functions of XPath, in small letters without hyphens and underscores. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
            entry("tolower", "lower-case"),
            entry("lower", "lower-case"),
            entry("toupper", "upper-case"),
            entry("upper", "upper-case"),
            entry("trim", "normalize-space"),
            entry("strip", "normalize-space"),
            entry("length", "string-length"),
            entry("len", "string-length"),
            entry("strlen", "string-length"),
            entry("substr", "substring"),
            entry("mid", "substring"),
            entry("replaceall", "replace"),
            entry("regexreplace", "replace"),
            entry("split", "tokenize"),
            entry("join", "string-join"),
            entry("stringagg", "string-join"),
            entry("startswith", "starts-with"),
            entry("endswith", "ends-with"),
            entry("isnull", "empty"),
            entry("todate", "xs:date"),
            entry("tonumber", "number"),
            entry("toint", "xs:integer"),
            entry("parseint", "xs:integer"),
            entry("int", "xs:integer"),
            entry("decimal", "xs:decimal"),
            entry("date", "xs:date"),
            entry("average", "avg"));

    /** What there is no function for, in XPath. */
    private static final Map<String, String> WITHOUT_FUNCTION = Map.of(
            "coalesce",
            "(a, b)[1]",
            "nvl",
            "(a, b)[1]",
            "ifnull",
            "(a, b)[1]",
            "iif",
            "if (a) then b else c",
            "case",
            "if (a) then b else c");

    private UnknownFunction() {}

    /** The message, unless it is about something else. */
    static String inWords(String message) {
        Matcher unknown = MESSAGE.matcher(message);
        if (!unknown.matches()) {
            return message;
        }
        int arguments = Integer.parseInt(unknown.group(1));
        String name = unknown.group(3);
        if (!unknown.group(2).equals(FUNCTIONS)) {
            return "there is no function " + name + " in the namespace " + unknown.group(2);
        }
        List<Integer> taken = Functions.numbersOfArguments(name);
        if (!taken.isEmpty()) {
            return "the function " + name + " takes " + (name.equals("concat") ? "2 arguments or more" : either(taken))
                    + ", not " + arguments;
        }
        String expression = WITHOUT_FUNCTION.get(letters(name));
        if (expression != null) {
            return "there is no function " + name + "; write " + expression;
        }
        String likely = likely(name);
        return "there is no function " + name
                + (likely.isEmpty() ? " with " + counted(arguments) : "; did you mean " + likely + "?");
    }

    private static String likely(String name) {
        String letters = letters(name);
        for (String known : Functions.names()) {
            if (letters(known).equals(letters)) {
                return known;
            }
        }
        return ELSEWHERE.getOrDefault(letters, "");
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    private static String either(List<Integer> numbers) {
        StringBuilder either = new StringBuilder();
        for (int i = 0; i < numbers.size() - 1; i++) {
            either.append(numbers.get(i)).append(i < numbers.size() - 2 ? ", " : " or ");
        }
        return either + counted(numbers.get(numbers.size() - 1));
    }

    private static String counted(int arguments) {
        return arguments + (arguments == 1 ? " argument" : " arguments");
    }
}
