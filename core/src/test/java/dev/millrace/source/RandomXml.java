package dev.millrace.source;

import java.util.Random;

/** Random well-formed documents with everything in them that could be taken for a tag. */
final class RandomXml {

    private static final String[] NAMES = {"r", "r", "a", "rr", "p:r", "p:a", "ä", "r.x"};
    private static final String[] TEXTS = {
        "x", " ", "\n", "\r\n", "\r", "é€😀", "&lt;r>", "&#10;", "&amp;", ">", "\"'", "/>", "]] ", "--", "\t"
    };
    private static final String[] VALUES = {
        "", "x", ">", "/>", "&lt;r&gt;", "é😀", "&#10;&#9;", "\n", "</r", "'", "\r\n "
    };
    private static final String[] OPAQUE = {
        "<!-- <r> -->",
        "<!--</r>-->",
        "<!--\r\n-->",
        "<!--é>-->",
        "<![CDATA[</r>]]>",
        "<![CDATA[]]]]>",
        "<![CDATA[<r>\n]]>",
        "<?pi </r> ?>",
        "<?pi?>",
        "<?r <r>? ?>"
    };

    private final Random random;
    private final StringBuilder text = new StringBuilder();

    RandomXml(long seed) {
        random = new Random(seed);
    }

    String document() {
        if (random.nextBoolean()) {
            text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").append(pick("\n", "\r\n", ""));
        }
        some(3, () -> text.append(random.nextBoolean() ? pick("\n", " ", "\r\n") : opaqueOutside()));
        element("a", 0, " xmlns:p='urn:" + pick("p", "q") + "'");
        some(3, () -> text.append(random.nextBoolean() ? pick("\n", " ") : opaqueOutside()));
        return text.toString();
    }

    /** An element r, with anything in it, in no namespace if none is the default around it. */
    String record() {
        do {
            text.setLength(0);
            element("r", 1, "");
        } while (text.substring(0, text.indexOf(">")).contains("xmlns="));
        return text.toString();
    }

    /** What may stand beside a record: text, comments, instructions, other elements. */
    String between() {
        text.setLength(0);
        some(2, () -> {
            switch (random.nextInt(4)) {
                case 0 -> text.append(opaqueOutside());
                case 1 -> text.append("<o>").append(pick("x", "&lt;", "<i/>")).append("</o>");
                default -> text.append(pick("\n", " ", "text"));
            }
        });
        return text.toString();
    }

    private void element(String name, int depth, String declarations) {
        text.append('<').append(name).append(declarations);
        String separator = pick(" ", "\n", "\r\n\t");
        if (random.nextInt(6) == 0) {
            text.append(separator)
                    .append("xmlns=\"")
                    .append(pick("", "urn:p", "urn:q"))
                    .append('"');
        }
        if (depth > 0 && random.nextInt(8) == 0) {
            text.append(" xmlns:p='urn:").append(pick("p", "q")).append("'");
        }
        for (String attribute : new String[] {"x", "p:y"}) {
            if (random.nextInt(4) == 0) {
                boolean single = random.nextBoolean();
                String value = VALUES[random.nextInt(VALUES.length)].replace("</", "&lt;/");
                text.append(separator).append(attribute).append(pick("=", " = "));
                text.append(single ? "'" + value.replace("'", "\"") + "'" : "\"" + value + "\"");
            }
        }
        if (depth > 0 && random.nextInt(6) == 0) {
            text.append(pick("/>", " />"));
            return;
        }
        text.append(pick(">", " >", "\n>"));
        some(depth < 5 ? 6 : 1, () -> {
            switch (random.nextInt(4)) {
                case 0 -> text.append(TEXTS[random.nextInt(TEXTS.length)]);
                case 1 -> text.append(OPAQUE[random.nextInt(OPAQUE.length)]);
                default -> element(NAMES[random.nextInt(NAMES.length)], depth + 1, "");
            }
        });
        text.append("</").append(name).append(pick(">", " >", "\r\n>"));
    }

    private String opaqueOutside() {
        String opaque = OPAQUE[random.nextInt(OPAQUE.length)];
        return opaque.startsWith("<![") ? "" : opaque;
    }

    private void some(int most, Runnable action) {
        int count = random.nextInt(most + 1);
        for (int i = 0; i < count; i++) {
            action.run();
        }
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
