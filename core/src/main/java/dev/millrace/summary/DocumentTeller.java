package dev.millrace.summary;

import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import dev.millrace.xml.PathObserver;
import dev.millrace.xml.Projection;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.StreamParser;
import dev.millrace.xml.TextRules;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.EnumMap;
import java.util.Map;

/**
 * Tells an observer what documents hold, whatever they declare: with a DOCTYPE or without, in an encoding that they tell or not. A document
 * is first read for nobody, so that one with a fault is told to nobody. Used by one thread.
 */
public final class DocumentTeller {

    /** How a document can be read. */
    public enum Manner {
        /** By the rules that a contract has if it says nothing. */
        ORDINARY(TextRules.of(Doctype.REJECT)),
        /** It declares a DOCTYPE. */
        WITH_DOCTYPE(TextRules.of(Doctype.INTERNAL)),
        /** It tells no encoding, is not UTF-8, and is taken for {@link #GUESS}. */
        GUESSED_ENCODING(new TextRules(Doctype.REJECT, GUESS, TextRules.ANY_PROLOG)),
        /** Both. */
        GUESSED_WITH_DOCTYPE(new TextRules(Doctype.INTERNAL, GUESS, TextRules.ANY_PROLOG));

        private final TextRules rules;

        Manner(TextRules rules) {
            this.rules = rules;
        }

        /** Whether the document declares a DOCTYPE. */
        public boolean hasDoctype() {
            return rules.doctype() == Doctype.INTERNAL;
        }

        /** Whether the encoding was guessed. */
        public boolean isGuessed() {
            return rules.encoding() != null;
        }
    }

    /** What texts are taken for that tell no encoding and are not UTF-8. */
    public static final Charset GUESS = Charset.forName("windows-1252");

    /** Keeps nothing of a document. */
    public static final Projection NOTHING =
            Projection.builder(RecordPath.DOCUMENT_ELEMENT).build();

    private final XmlLimits limits;
    private final PathObserver observer;
    private final Map<Manner, XmlParser> trials = new EnumMap<>(Manner.class);
    private final Map<Manner, XmlParser> parsers = new EnumMap<>(Manner.class);
    private final StreamParser streams;

    public DocumentTeller(XmlLimits limits, PathObserver observer) {
        this.limits = limits;
        this.observer = observer;
        streams = new StreamParser(limits, observer);
    }

    /**
     * Tells what a document holds, all of it or nothing.
     *
     * @return how it could be read
     * @throws FaultException when it could not
     */
    public Manner tell(Document document) throws FaultException {
        if (document.unreadable() != null) {
            throw new FaultException(document.unreadable());
        }
        Manner manner = manner(document, Manner.ORDINARY);
        parsers.computeIfAbsent(manner, key -> new XmlParser(NOTHING, key.rules, limits, observer))
                .parse(document);
        return manner;
    }

    private Manner manner(Document document, Manner tried) throws FaultException {
        try {
            trial(tried).parse(document);
            return tried;
        } catch (FaultException e) {
            FaultCode code = e.fault().code();
            if (code == FaultCode.DOCTYPE && !tried.hasDoctype()) {
                return manner(document, tried.isGuessed() ? Manner.GUESSED_WITH_DOCTYPE : Manner.WITH_DOCTYPE);
            }
            if (code == FaultCode.ENCODING && !tried.isGuessed()) {
                try {
                    return manner(document, tried.hasDoctype() ? Manner.GUESSED_WITH_DOCTYPE : Manner.GUESSED_ENCODING);
                } catch (FaultException asGuessed) {
                    // What was wrong at first says more where the guess does not help.
                    throw asGuessed.fault().code() == FaultCode.ENCODING ? e : asGuessed;
                }
            }
            throw e;
        }
    }

    private XmlParser trial(Manner manner) {
        return trials.computeIfAbsent(manner, key -> new XmlParser(NOTHING, key.rules, limits));
    }

    /** The place of an element of a document that could be read; a second pass over its text. */
    public Location locate(Document document, Manner manner, int element) {
        return trial(manner).locate(document, element);
    }

    /**
     * Tells what a text of any size holds, as far as it goes.
     *
     * @throws FaultException when it has a fault, after all that is in front of that was told
     */
    public Manner tell(InputStream text) throws FaultException {
        streams.read(text, Doctype.INTERNAL);
        return streams.hadDoctype() ? Manner.WITH_DOCTYPE : Manner.ORDINARY;
    }
}
