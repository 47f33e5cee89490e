package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random small sets of documents: some of one structure, with all that can be missing, repeated or nested; some of none. */
final class RandomDocuments {

    private static final String[] NAMES = {
        "a", "b", "c", "d", "item", "id", "name", "order", "select", "date", "Größe", "x-y", "x.y", "item_id", "value"
    };
    private static final String[] PREFIXES = {"", "", "", "p:", "q:"};
    private static final String[][] VALUES = {
        {"1", "2", "17", "-3", "0"},
        {"1", "70000", "9999999999"},
        {"007", "123", "000"},
        {"1.5", "2", "-0.25", "1e5"},
        {"1,234.5", "7", "1,000"},
        {"1.234,5", "0,5", "12"},
        {"2026-01-31", "1999-12-01", "0001-01-01"},
        {"2026-01-31", "31.01.2026", "2026-01-31T10:00:00"},
        {"03/04/2026", "05/06/2026"},
        {"12/31/2026", "03/04/2026"},
        {"2026-01-31T10:00:00Z", "2026-01-31T10:00:00.123", "2026-01-31T10:00:00+05:30"},
        {"Sat, 31 Jan 2026 10:00:00 GMT", "Sat, 31 Jan 2026 10:00:00 +0100"},
        {"20260131", "19991201"},
        {"10:00:00", "23:59:59.5", "24:00:00"},
        {"10:00", "09:30"},
        {"true", "false", "1", "0"},
        {"Y", "N", "y"},
        {"N/A", "12", "-", "NULL"},
        {"123e4567-e89b-12d3-a456-426614174000", "223E4567-E89B-12D3-A456-426614174000"},
        {"1234567890123456789", "9223372036854775808", "12"},
        {"NaN", "INF", "1e400", "3"},
        {" x ", "x", "y\nz", "  "},
        {"ü", "日本", "\ud83d\ude00"},
        {"", "", "x"},
        {"yes", "no", "null"},
        {"12345678901234567890.123456789012345678901", "1"},
        {"+5", "5.", ".5"},
        {"1_000", "0x1F", "１２"},
        {"2026-02-30", "2026-01-31"},
        {"P1D", "2026-W05", "--01-31"},
    };

    private final Random random;

    private RandomDocuments(long seed) {
        random = new Random(seed);
    }

    /** The documents of a seed: the same each time. */
    static List<String> of(long seed) {
        return new RandomDocuments(seed).make();
    }

    /** Documents of a seed that are texts with markup in divisions, all nested in themselves and each other, and much of it. */
    static List<String> ofMarkup(long seed) {
        RandomDocuments made = new RandomDocuments(seed);
        List<String> documents = new ArrayList<>();
        for (int i = 2 + made.random.nextInt(8); i > 0; i--) {
            StringBuilder out = new StringBuilder("<book>");
            for (int j = 0; j < 40; j++) {
                made.markup(out, "d", 4 + made.random.nextInt(6));
            }
            documents.add(out.append("</book>").toString());
        }
        return documents;
    }

    private void markup(StringBuilder out, String name, int depth) {
        out.append('<').append(name);
        if (random.nextInt(3) == 0) {
            out.append(" no=\"").append(random.nextInt(40)).append('"');
        }
        out.append('>');
        // A division has no text, so that what is nested in itself begins above the markup, and goes on in it.
        boolean mixed = !name.equals("d") && random.nextInt(3) > 0;
        for (int i = depth == 0 ? 0 : random.nextInt(4); i > 0; i--) {
            out.append(mixed ? "word " : "");
            markup(out, new String[] {"d", "d", "d", "p", "p", "b"}[random.nextInt(6)], depth - 1);
        }
        out.append(mixed ? "end" : "").append("</").append(name).append('>');
    }

    /** What may be of an element: of which values its text is, and what may be in it. */
    private static final class Kind {
        final String name;
        final List<String> attributes = new ArrayList<>();
        final List<Integer> attributeValues = new ArrayList<>();
        final List<Kind> children = new ArrayList<>();
        final List<Integer> most = new ArrayList<>();
        final List<Boolean> always = new ArrayList<>();
        int values;
        boolean mixed;

        Kind(String name) {
            this.name = name;
        }
    }

    private List<String> make() {
        boolean chaos = random.nextInt(4) == 0;
        List<Kind> roots = new ArrayList<>();
        int kinds = random.nextInt(4) == 0 ? 2 : 1;
        for (int i = 0; i < kinds; i++) {
            roots.add(kind(0, new ArrayList<>()));
        }
        int versions = random.nextInt(3) == 0 ? 2 : 1;
        int count = 1 + random.nextInt(8);
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder out = new StringBuilder();
            String namespace = random.nextInt(versions) == 0 ? "" : " xmlns='urn:v" + random.nextInt(versions) + "'";
            String declared = namespace
                    + " xmlns:p='urn:p' xmlns:q='urn:q' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";
            if (chaos) {
                anything(out, 0, declared);
            } else {
                write(out, roots.get(random.nextInt(kinds)), declared, 0);
            }
            documents.add(out.toString());
        }
        return documents;
    }

    private String name() {
        return PREFIXES[random.nextInt(PREFIXES.length)] + NAMES[random.nextInt(NAMES.length)];
    }

    private Kind kind(int depth, List<Kind> around) {
        Kind kind = new Kind(name());
        around.add(kind);
        int attributes = random.nextInt(3);
        for (int i = 0; i < attributes; i++) {
            String attribute = name();
            if (!kind.attributes.contains(attribute)) {
                kind.attributes.add(attribute);
                kind.attributeValues.add(random.nextInt(VALUES.length));
            }
        }
        kind.values = random.nextInt(VALUES.length);
        kind.mixed = random.nextInt(12) == 0;
        int children = depth > 3 ? 0 : depth == 0 ? 1 + random.nextInt(4) : random.nextInt(4);
        for (int i = 0; i < children; i++) {
            // Now and then one that is around already: it is nested in itself.
            kind.children.add(
                    !kind.mixed && random.nextInt(8) == 0
                            ? around.get(random.nextInt(around.size()))
                            : kind(depth + 1, around));
            kind.most.add(random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1);
            kind.always.add(random.nextBoolean());
        }
        around.remove(around.size() - 1);
        return kind;
    }

    private void write(StringBuilder out, Kind kind, String declared, int depth) {
        out.append('<').append(kind.name).append(declared);
        for (int i = 0; i < kind.attributes.size(); i++) {
            if (random.nextInt(5) > 0) {
                out.append(' ').append(kind.attributes.get(i)).append("=\"");
                out.append(value(kind.attributeValues.get(i))).append('"');
            }
        }
        if (depth > 0 && random.nextInt(60) == 0) {
            out.append(" xsi:nil='true'/>");
            return;
        }
        out.append('>');
        if (kind.children.isEmpty() || kind.mixed) {
            out.append(value(kind.values));
        }
        for (int i = 0; i < kind.children.size() && depth < 7; i++) {
            int some = kind.always.get(i) ? 1 + random.nextInt(kind.most.get(i)) : random.nextInt(kind.most.get(i) + 1);
            for (int j = 0; j < some; j++) {
                write(out, kind.children.get(i), "", depth + 1);
                if (kind.mixed && random.nextBoolean()) {
                    out.append(" and ");
                }
            }
        }
        out.append("</").append(kind.name).append('>');
    }

    private void anything(StringBuilder out, int depth, String declared) {
        String name = name();
        out.append('<').append(name).append(declared);
        String attribute = name();
        if (random.nextInt(3) == 0) {
            out.append(' ')
                    .append(attribute)
                    .append("=\"")
                    .append(value(random.nextInt(VALUES.length)))
                    .append('"');
        }
        out.append('>');
        int parts = depth > 3 ? random.nextInt(2) : random.nextInt(5);
        for (int i = 0; i < parts; i++) {
            if (depth > 3 || random.nextInt(3) == 0) {
                out.append(value(random.nextInt(VALUES.length)));
            } else {
                anything(out, depth + 1, "");
            }
        }
        out.append("</").append(name).append('>');
    }

    private String value(int kind) {
        String[] values = VALUES[kind];
        return values[random.nextInt(values.length)];
    }
}
