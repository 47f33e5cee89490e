package dev.millrace.xml.path;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws expressions of the native grammar that often mean something on {@link RandomDocuments}. */
final class Expressions {

    /** An expression as text with holes and what fills them, so that it can be shrunk. */
    record Tree(List<String> pieces, List<Tree> parts) {

        static Tree of(String template, Tree... parts) {
            return new Tree(List.of(template.split("#", -1)), List.of(parts));
        }

        String text() {
            StringBuilder text = new StringBuilder(pieces.get(0));
            for (int i = 0; i < parts.size(); i++) {
                text.append(parts.get(i).text()).append(pieces.get(i + 1));
            }
            return text.toString();
        }

        /** This tree with one part, at any depth, replaced by something smaller. */
        List<Tree> smaller() {
            List<Tree> smaller = new ArrayList<>(parts);
            for (int i = 0; i < parts.size(); i++) {
                List<Tree> candidates = new ArrayList<>(parts.get(i).smaller());
                if (!parts.get(i).parts().isEmpty()) {
                    candidates.add(of("()"));
                    candidates.add(of("1"));
                    candidates.add(of("'a'"));
                    candidates.add(of("."));
                }
                for (Tree candidate : candidates) {
                    List<Tree> replaced = new ArrayList<>(parts);
                    replaced.set(i, candidate);
                    smaller.add(new Tree(pieces, replaced));
                }
            }
            return smaller;
        }
    }

    private static final String[] AXES = {
        "self",
        "parent",
        "ancestor",
        "ancestor-or-self",
        "descendant",
        "descendant-or-self",
        "following-sibling",
        "preceding-sibling",
        "child"
    };
    private static final String[] TESTS = {
        "a", "b", "c", "p:a", "*:a", "p:*", "*", "node()", "text()", "element()", "comment()"
    };
    private static final String[] ATTRIBUTES = {"@x", "@y", "@t", "@id", "@*", "@p:x", "attribute::x", "@*:x"};
    private static final String[] COMPARISONS = {"=", "!=", "<", "<=", ">", ">=", "eq", "ne", "lt", "le", "gt", "ge"};
    private static final String[] STRINGS = {
        "''",
        "'a'",
        "'CURR'",
        "'PR'",
        "'1'",
        "'10'",
        "'abc'",
        "'2020-02-29'",
        "'  b  c '",
        "'\u00e9\ud83d\ude00z'",
        "'A'",
        "'INF'",
        "'K\u212a k\u0130\u0131'",
        "'x\nCURR\n'"
    };
    private static final String[] NUMBERS = {
        "0",
        "1",
        "2",
        "3",
        "10",
        "1.5",
        "0.1",
        "2.50",
        "1e3",
        "1.5e0",
        "-1",
        "1e-7",
        "123456789012",
        "9223372036854775807",
        "xs:float('1.5')",
        "xs:double('NaN')",
        "xs:double('INF')",
        "1e15"
    };
    private static final String[] PATTERNS = {
        "'[^0-9]'",
        "'[a-z]+'",
        "'b'",
        "'^a|c$'",
        "'\\d+'",
        "'\\s+'",
        "'(a)(b?)c'",
        "'.'",
        "'[A-Z]{2,3}'",
        "'-'",
        "'x*?y'",
        "'\\w+'",
        "'\\W'",
        "'[\\w-]+'",
        "'[^\\d.]'",
        "'[\\s\\d]{2}'",
        "'\\p{Lu}+'",
        "'\\P{L}'",
        "'[\\p{N}-]+'",
        "'[a-c]R', 'i'",
        "'[^p]\\s*$', 'si'",
        "'a.b', 's'",
        "'( \\w )  \\1?', 'x'",
        "'( [ -] ) \\d', 'x'"
    };
    private static final String[] REPLACEMENTS = {"''", "'-'", "'$1'", "'[x]'", "'\\$'"};
    private static final String[] TYPES = {
        "string",
        "integer",
        "decimal",
        "double",
        "float",
        "boolean",
        "date",
        "dateTime",
        "time",
        "dayTimeDuration",
        "yearMonthDuration",
        "untypedAtomic"
    };
    private static final String[] MOMENTS = {
        "xs:date('2020-02-29')", "xs:date('2019-12-31Z')", "xs:date('2020-01-01+05:00')",
                "xs:dateTime('2020-02-29T23:59:59.5')",
        "xs:dateTime('2019-12-31T24:00:00')", "xs:time('10:30:00')", "xs:time('23:00:00-02:00')",
                "xs:dateTime('2020-03-01T00:00:00Z')"
    };
    private static final String[] DURATIONS = {
        "xs:dayTimeDuration('P1DT2H')",
        "xs:dayTimeDuration('-PT30.5S')",
        "xs:yearMonthDuration('P1Y2M')",
        "xs:yearMonthDuration('-P3M')",
        "xs:dayTimeDuration('PT0S')"
    };

    private final Random random;
    private final List<String> locals = new ArrayList<>();

    Expressions(Random random) {
        this.random = random;
    }

    Tree any(int depth) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> nodes(depth);
            case 3 -> number(depth);
            case 4, 5 -> string(depth);
            case 6, 7 -> truth(depth);
            case 8 -> sequence(depth);
            default -> moment(depth);
        };
    }

    private Tree nodes(int depth) {
        if (depth <= 0) {
            return Tree.of(pick(
                    "a", "b", "@x", "@y", "@t", ".", "..", "*", "//a", "text()", "$node", "$record", "$nodes", "b/a",
                    "a/@x"));
        }
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> Tree.of("#" + pick("/", "/", "/", "//") + "#", nodes(depth - 1), step(depth - 1));
            case 4, 5 -> step(depth);
            case 6 ->
                Tree.of("(# " + pick("|", "union", "intersect", "except") + " #)", nodes(depth - 1), nodes(depth - 1));
            case 7 -> Tree.of("(#)[#]", nodes(depth - 1), predicate(depth - 1));
            case 8 -> Tree.of("/#", step(depth - 1));
            case 9 -> Tree.of("//#", step(depth - 1));
            case 10 -> Tree.of("(#, #)", nodes(depth - 1), nodes(depth - 1));
            case 11 -> Tree.of("(#)/#", nodes(depth - 1), Tree.of("(#)", nodes(depth - 1)));
            case 12 -> Tree.of("(if (#) then # else #)", truth(depth - 1), nodes(depth - 1), nodes(depth - 1));
            case 13 ->
                Tree.of(
                        pick(
                                "reverse(#)",
                                "head(#)",
                                "tail(#)",
                                "subsequence(#, 2)",
                                "subsequence(#, 1, 2)",
                                "remove(#, 1)",
                                "zero-or-one(#)",
                                "one-or-more(#)",
                                "exactly-one(#)",
                                "root(#)"),
                        nodes(depth - 1));
            case 14 ->
                Tree.of(
                        "insert-before(#, #, #)",
                        nodes(depth - 1),
                        Tree.of(pick("1", "2", "0", "9")),
                        nodes(depth - 1));
            default -> binding(depth, this::nodes);
        };
    }

    private Tree step(int depth) {
        Tree step = switch (random.nextInt(8)) {
            case 0, 1 -> Tree.of(pick(ATTRIBUTES));
            case 2 -> Tree.of(pick(AXES) + "::" + pick(TESTS));
            case 3 -> Tree.of("..");
            default -> Tree.of(pick(TESTS));
        };
        for (int i = random.nextInt(3); i > 0 && depth > 0; i--) {
            step = Tree.of("#[#]", step, predicate(depth - 1));
        }
        return step;
    }

    private Tree predicate(int depth) {
        return switch (random.nextInt(12)) {
            case 0 -> Tree.of("1");
            case 1 -> Tree.of("2");
            case 2 -> Tree.of("last()");
            case 3 -> Tree.of("position() " + pick("<", "=", ">", "mod 2 =") + " " + pick("1", "2", "last()"));
            case 4 -> Tree.of("@t = (#, #)", Tree.of(pick(STRINGS)), Tree.of(pick(STRINGS)));
            case 5 -> Tree.of(pick("@x", "@y", "@t", ".") + " " + pick("=", "!=", "<") + " #", Tree.of(pick(STRINGS)));
            case 6, 7 -> nodes(depth - 1);
            case 8 -> number(depth - 1);
            default -> truth(depth);
        };
    }

    private Tree number(int depth) {
        if (depth <= 0) {
            return Tree.of(
                    random.nextInt(3) == 0
                            ? pick("@x", "@y", "number(@x)", "$number", "count(*)", "position()", "last()")
                            : pick(NUMBERS));
        }
        return switch (random.nextInt(9)) {
            case 0, 1, 2 ->
                Tree.of(
                        "(# " + pick("+", "-", "*", "div", "idiv", "mod") + " #)",
                        number(depth - 1),
                        number(depth - 1));
            case 3 ->
                Tree.of(
                        pick(
                                "abs(#)",
                                "round(#)",
                                "floor(#)",
                                "ceiling(#)",
                                "round-half-to-even(#)",
                                "number(#)",
                                "-#",
                                "+#"),
                        number(depth - 1));
            case 4 -> Tree.of(pick("count(#)", "sum(#)", "avg(#)", "min(#)", "max(#)"), sequence(depth - 1));
            case 5 ->
                Tree.of(
                        pick("string-length(#)", "number(#)", "xs:integer(#)", "xs:decimal(#)", "xs:double(#)"),
                        string(depth - 1));
            case 6 -> Tree.of("compare(#, #)", string(depth - 1), string(depth - 1));
            case 7 ->
                Tree.of(
                        pick(
                                "year-from-date(#)",
                                "month-from-dateTime(#)",
                                "day-from-date(#)",
                                "hours-from-time(#)",
                                "seconds-from-dateTime(#)",
                                "days-from-duration(#)",
                                "months-from-duration(#)",
                                "seconds-from-duration(#)"),
                        moment(depth - 1));
            default -> binding(depth, this::number);
        };
    }

    private Tree string(int depth) {
        if (depth <= 0) {
            return Tree.of(
                    random.nextInt(2) == 0
                            ? pick("@t", "@x", "@y", "string(.)", "name()", "$text", "a[1]/@t", "string(@id)")
                            : pick(STRINGS));
        }
        return switch (random.nextInt(14)) {
            case 0 -> Tree.of("concat(#, #)", string(depth - 1), number(depth - 1));
            case 1 -> Tree.of("(# || #)", string(depth - 1), string(depth - 1));
            case 2 -> Tree.of("string-join(#, #)", sequence(depth - 1), Tree.of(pick("','", "''")));
            case 3 -> Tree.of("substring(#, #)", string(depth - 1), smallNumber());
            case 4 -> Tree.of("substring(#, #, #)", string(depth - 1), smallNumber(), smallNumber());
            case 5 ->
                Tree.of(pick("substring-before(#, #)", "substring-after(#, #)"), string(depth - 1), string(depth - 1));
            case 6 -> Tree.of("translate(#, #, #)", string(depth - 1), string(0), string(0));
            case 7 -> Tree.of(replacing(pick(PATTERNS), pick(REPLACEMENTS)), string(depth - 1));
            case 8 ->
                Tree.of(
                        pick("upper-case(#)", "lower-case(#)", "normalize-space(#)", "string(#)", "xs:string(#)"),
                        string(depth - 1));
            case 9 ->
                Tree.of(
                        pick("name(#)", "local-name(#)", "string(namespace-uri(#))", "string(#)"),
                        Tree.of("(#)[1]", nodes(depth - 1)));
            case 10 -> Tree.of("(# ! string())", nodes(depth - 1));
            case 11 -> Tree.of(pick("string(#)", "xs:string(#)"), any(depth - 1));
            case 12 ->
                Tree.of(
                        "# => " + pick("normalize-space()", "substring(2)", "upper-case()", "concat('x')"),
                        string(depth - 1));
            default -> binding(depth, this::string);
        };
    }

    /** The flags of a pattern come after the replacement. */
    private static String replacing(String pattern, String replacement) {
        int flags = pattern.indexOf("', '");
        return flags < 0
                ? "replace(#, " + pattern + ", " + replacement + ")"
                : "replace(#, " + pattern.substring(0, flags + 1) + ", " + replacement + pattern.substring(flags + 1)
                        + ")";
    }

    private Tree smallNumber() {
        return Tree.of(pick(
                "1",
                "2",
                "3",
                "1.5",
                "2.5",
                "0",
                "-1",
                "string-length(@x)",
                "xs:double('NaN')",
                "count(*)",
                "0.1",
                "0.5",
                "1e15",
                "-12345678901",
                "xs:double('-INF')",
                "xs:double('INF')",
                "@y"));
    }

    private Tree truth(int depth) {
        if (depth <= 0) {
            return random.nextInt(8) == 0
                    ? Tree.of("(# > #)", Tree.of("@x"), Tree.of("1"))
                    : Tree.of(pick("true()", "false()", "(@x = '1')", "(@t = 'CURR')", "a", "exists(b)", "not(@y)"));
        }
        return switch (random.nextInt(14)) {
            case 0, 1 -> Tree.of("(# " + pick(COMPARISONS) + " #)", number(depth - 1), number(depth - 1));
            case 2, 3 -> Tree.of("(# " + pick(COMPARISONS) + " #)", string(depth - 1), string(depth - 1));
            case 4 -> Tree.of("(# " + pick(COMPARISONS) + " #)", moment(depth - 1), moment(depth - 1));
            case 5 -> Tree.of("(# " + pick("=", "!=", "<", ">=") + " #)", any(depth - 1), any(depth - 1));
            case 6 -> Tree.of("(# " + pick("and", "or") + " #)", truth(depth - 1), truth(depth - 1));
            case 7 -> Tree.of(pick("not(#)", "exists(#)", "empty(#)", "boolean(#)"), any(depth - 1));
            case 8 ->
                Tree.of(
                        pick("contains(#, #)", "starts-with(#, #)", "ends-with(#, #)"),
                        string(depth - 1),
                        string(depth - 1));
            case 9 -> Tree.of("matches(#, " + pick(PATTERNS) + ")", string(depth - 1));
            case 10 -> Tree.of("(# castable as xs:" + pick(TYPES) + pick("", "?") + ")", any(depth - 1));
            case 11 ->
                Tree.of(
                        "(# instance of "
                                + pick(
                                        "xs:integer",
                                        "xs:decimal",
                                        "xs:string",
                                        "node()",
                                        "element()",
                                        "attribute()",
                                        "xs:double",
                                        "item()")
                                + pick("", "", "*") + ")",
                        any(depth - 1));
            case 12 ->
                Tree.of(
                        "(# " + pick("is", "<<", ">>") + " #)",
                        Tree.of("(#)[1]", nodes(depth - 1)),
                        Tree.of("(#)[1]", nodes(depth - 1)));
            default -> {
                Tree source = sequence(depth - 1);
                locals.add("$v" + locals.size());
                String name = locals.get(locals.size() - 1);
                Tree condition = truth(depth - 1);
                locals.remove(locals.size() - 1);
                yield Tree.of(
                        "(" + pick("some", "every") + " " + name + " in # satisfies (#, " + name + "[false()])[1])",
                        source,
                        condition);
            }
        };
    }

    private Tree moment(int depth) {
        if (depth <= 0) {
            return Tree.of(random.nextInt(2) == 0 ? pick(MOMENTS) : random.nextInt(3) == 0 ? "$date" : pick(DURATIONS));
        }
        return switch (random.nextInt(6)) {
            case 0, 1 -> Tree.of("(# " + pick("+", "-") + " #)", moment(depth - 1), moment(depth - 1));
            case 2 -> Tree.of("(# * #)", moment(depth - 1), Tree.of(pick("2", "3", "1.5", "-1", "0")));
            case 3 -> Tree.of("(# cast as xs:" + pick("date", "dateTime", "time", "string") + ")", moment(depth - 1));
            case 4 -> Tree.of("xs:" + pick("date", "dateTime", "dayTimeDuration") + "(#)", string(depth - 1));
            default -> Tree.of(pick(MOMENTS));
        };
    }

    private Tree sequence(int depth) {
        if (depth <= 0) {
            return Tree.of(pick(
                    "()",
                    "(1, 2, 3)",
                    "a",
                    "*",
                    "('a', 'b')",
                    "@x",
                    "(1 to 4)",
                    "(1, 'a')",
                    "$nodes",
                    "(1, 2.5, 3e0)"));
        }
        return switch (random.nextInt(14)) {
            case 0, 1 -> Tree.of("(#, #)", any(depth - 1), any(depth - 1));
            case 2 -> nodes(depth);
            case 3 -> Tree.of("(# to #)", Tree.of(pick("1", "0", "@x", "3")), Tree.of(pick("1", "4", "@y", "3")));
            case 4 -> Tree.of("distinct-values(#)", sequence(depth - 1));
            case 5 -> Tree.of("tokenize(#, " + pick(PATTERNS) + ")", string(depth - 1));
            case 6 -> Tree.of(pick("tokenize(#)", "string-to-codepoints(#)"), string(depth - 1));
            case 7 -> Tree.of("index-of(#, #)", sequence(depth - 1), Tree.of(pick("1", "'a'", "'1'", "2.0")));
            case 8 ->
                Tree.of("(#)[#]", sequence(depth - 1), Tree.of(pick("1", "last()", "2", ". = 1", "position() > 1")));
            case 9 -> Tree.of("(# ! #)", sequence(depth - 1), any(depth - 1));
            case 10 -> Tree.of("(#)/(#)", nodes(depth - 1), any(depth - 1));
            case 11 -> Tree.of(pick("data(#)", "reverse(#)", "tail(#)", "head(#)"), sequence(depth - 1));
            case 12 -> Tree.of("(# cast as xs:" + pick(TYPES) + pick("", "?") + ")", any(depth - 1));
            default -> binding(depth, this::sequence);
        };
    }

    private interface Draw {
        Tree at(int depth);
    }

    /** for, let and if around an expression of the same sort. */
    private Tree binding(int depth, Draw body) {
        int kind = random.nextInt(3);
        if (kind == 2) {
            return Tree.of("(if (#) then # else #)", truth(depth - 1), body.at(depth - 1), body.at(depth - 1));
        }
        Tree source = sequence(depth - 1);
        String name = "$v" + locals.size();
        locals.add(name);
        Tree inner = body.at(depth - 1);
        locals.remove(locals.size() - 1);
        String use = random.nextBoolean() ? "(" + name + ", #)" : "(#, " + name + "[1])[1]";
        return Tree.of(
                (kind == 0 ? "(for " + name + " in #" : "(let " + name + " := #") + " return " + use + ")",
                source,
                inner);
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
