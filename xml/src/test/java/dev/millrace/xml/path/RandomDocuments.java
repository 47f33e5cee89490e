package dev.millrace.xml.path;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws small documents in the notation of {@link Trees}. */
final class RandomDocuments {

    /** A part of a document that can be shrunk: an element with its tag's inside and its children, or a leaf. */
    record Part(String name, List<String> attributes, List<Part> children, String leaf) {

        static Part leaf(String text) {
            return new Part("", List.of(), List.of(), text);
        }

        String text() {
            if (name.isEmpty()) {
                return leaf;
            }
            StringBuilder text = new StringBuilder("<" + name);
            attributes.forEach(attribute -> text.append(' ').append(attribute));
            if (children.isEmpty()) {
                return text.append("/>").toString();
            }
            text.append('>');
            children.forEach(child -> text.append(child.text()));
            return text + "</" + name + ">";
        }

        /** This part with one attribute or child less, at any depth. */
        List<Part> smaller() {
            List<Part> smaller = new ArrayList<>();
            for (int i = 0; i < attributes.size(); i++) {
                smaller.add(new Part(name, without(attributes, i), children, leaf));
            }
            for (int i = 0; i < children.size(); i++) {
                List<Part> fewer = without(children, i);
                smaller.add(new Part(name, attributes, fewer, leaf));
                for (Part child : children.get(i).smaller()) {
                    List<Part> replaced = new ArrayList<>(children);
                    replaced.set(i, child);
                    smaller.add(new Part(name, attributes, replaced, leaf));
                }
            }
            return smaller;
        }

        private static <T> List<T> without(List<T> list, int index) {
            List<T> fewer = new ArrayList<>(list);
            fewer.remove(index);
            return fewer;
        }
    }

    private static final String[] NAMES = {"a", "b", "c", "a", "b", "{urn:p}p:a", "{urn:p}p:b"};
    private static final String[] ATTRIBUTES = {"x", "y", "t", "id", "{urn:p}p:x"};
    private static final String[] VALUES = {
        "",
        "1",
        "2",
        "10",
        "3.5",
        "-7",
        "abc",
        "CURR",
        "PR",
        "A",
        "2020-02-29",
        "1999-12-31T10:00:00",
        "  pad  x ",
        "1e3",
        "INF",
        "NaN",
        "-INF",
        "0",
        "01",
        "true",
        "a-b-c",
        "123-45-6789",
        "P1D",
        "\u00e9\ud83d\ude00",
        "+5",
        ".5",
        "12345678901234567890"
    };

    private final Random random;

    RandomDocuments(Random random) {
        this.random = random;
    }

    /** The record's element; the document around it is {@code <root>…</root>}. */
    Part record() {
        return element("a", 3);
    }

    private Part element(String name, int depth) {
        List<String> attributes = new ArrayList<>();
        for (String attribute : ATTRIBUTES) {
            if (random.nextInt(2) == 0) {
                attributes.add(attribute + "='" + pick(VALUES) + "'");
            }
        }
        List<Part> children = new ArrayList<>();
        boolean afterText = false;
        for (int i = depth <= 0 ? 0 : random.nextInt(5); i > 0; i--) {
            int kind = random.nextInt(10);
            if (kind < 2 && !afterText) {
                String text = pick(VALUES);
                if (!text.isEmpty()) {
                    children.add(Part.leaf(text));
                    afterText = true;
                }
            } else if (kind == 2) {
                children.add(Part.leaf("<!--" + pick("c", "1", "a b") + "-->"));
                afterText = false;
            } else {
                children.add(element(pick(NAMES), depth - 1));
                afterText = false;
            }
        }
        if (children.isEmpty() && random.nextInt(3) == 0) {
            String text = pick(VALUES);
            if (!text.isEmpty()) {
                children.add(Part.leaf(text));
            }
        }
        return new Part(name, attributes, children, "");
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
