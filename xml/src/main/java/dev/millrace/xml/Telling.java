package dev.millrace.xml;

import dev.millrace.xml.PathObserver.Value;
import org.codehaus.stax2.XMLStreamReader2;
import org.jspecify.annotations.Nullable;

/** Tells an observer what Woodstox reads of one text: made anew for each by a {@link ThoroughReader}. Not thread-safe. */
final class Telling {

    private final PathObserver observer;
    private final TreeBuilder builder;
    private final XMLStreamReader2 reader;
    private final CollectedText collected = new CollectedText();
    private final Attribute attribute = new Attribute();
    private boolean underWay;

    /** The text since the last tag; Woodstox forgets its pieces as it goes on. */
    private static final class CollectedText implements Value {

        final StringBuilder characters = new StringBuilder();

        @Override
        public String text() {
            return characters.toString();
        }

        @Override
        public boolean isBlank() {
            return Characters.isBlank(characters);
        }
    }

    /** Left to Woodstox until it is asked for: a DOCTYPE may give each element the same long values. */
    private final class Attribute implements Value {

        int index;

        @Override
        public String text() {
            return reader.getAttributeValue(index);
        }

        @Override
        public boolean isBlank() {
            return Characters.isBlank(text());
        }
    }

    Telling(PathObserver observer, TreeBuilder builder, XMLStreamReader2 reader) {
        this.observer = observer;
        this.builder = builder;
        this.reader = reader;
    }

    /** Whether a call was left by what the observer threw: then it is no fault of the text. */
    boolean isUnderWay() {
        return underWay;
    }

    /** @param tag the number of the start tag */
    void startElement(int tag) {
        underWay = true;
        if (tag == 0) {
            observer.startDocument();
        }
        tellText();
        observer.startElement(name(reader.getNamespaceURI(), reader.getPrefix(), reader.getLocalName()));
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attribute.index = i;
            observer.attribute(
                    name(
                            reader.getAttributeNamespace(i),
                            reader.getAttributePrefix(i),
                            reader.getAttributeLocalName(i)),
                    attribute);
        }
        underWay = false;
    }

    /** Takes a piece of character data inside the document element. */
    void text() {
        collected.characters.append(reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
    }

    void endElement() {
        underWay = true;
        tellText();
        observer.endElement();
        underWay = false;
    }

    void endDocument() {
        underWay = true;
        observer.endDocument();
        underWay = false;
    }

    private void tellText() {
        if (collected.characters.length() > 0) {
            observer.text(collected);
            collected.characters.setLength(0);
        }
    }

    private Name name(@Nullable String namespace, @Nullable String prefix, String local) {
        return builder.entry(ThoroughReader.text(namespace), ThoroughReader.text(prefix), local).name;
    }
}
