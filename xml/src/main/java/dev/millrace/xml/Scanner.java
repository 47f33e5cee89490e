package dev.millrace.xml;

import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.xml.Characters.Context;
import dev.millrace.xml.NameTable.Prefix;
import dev.millrace.xml.NameTable.Symbol;
import dev.millrace.xml.XmlParser.Doctype;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text of XML 1.0 (fifth edition) with namespaces straight into a {@link TreeBuilder}. All of it is checked, whether
 * the projection reaches it or not; but only what is reached is decoded. Each name is looked up once, by its bytes. Used for
 * one text after the other; not thread-safe.
 */
final class Scanner {

    private static final int NONE_SKIPPED = Integer.MAX_VALUE;
    private static final int NONE_WANTED = Integer.MAX_VALUE;

    private static final Pattern XML_DECLARATION = Pattern.compile("<\\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*"
            + "(?:'1\\.0'|\"1\\.0\")(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*"
            + "(?:'[A-Za-z][A-Za-z0-9._-]*'|\"[A-Za-z][A-Za-z0-9._-]*\"))?"
            + "(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:'(?:yes|no)'|\"(?:yes|no)\"))?[ \t\r\n]*\\?>");

    private final TreeBuilder builder;
    private final TextRules rules;
    private final XmlLimits limits;
    private final NameTable names;
    private final Characters characters = new Characters();
    private XmlText text = XmlText.EMPTY;
    private byte[] bytes = text.bytes();

    /** The XML declaration that was found well-formed last: mostly that of the next text too. */
    private byte[] declaration = {};

    /** Where the markup begins that is being read. */
    private int markup;

    /** How many start tags were read. */
    private int tags;

    /** Start tags of all texts. */
    private long allTags;

    private int wantedTag;

    /** The wanted tags, where they are found to be, and how many of them are. */
    private int[] wantedTags = {};

    private int[] places = {};
    private int placed;

    private int depth;

    /** The depth of the outermost open element in which nothing can be kept. */
    private int skippedFrom;

    /** As {@link #skippedFrom}, for attributes: while somebody is told of all of them, none is skipped. */
    private int unseenFrom;

    /** The open elements, from 1. */
    private @Nullable Symbol[] open = new Symbol[64];

    /** How many namespace declarations are in scope around each open element. */
    private int[] scopes = new int[64];

    private final Namespaces namespaces = new Namespaces();

    // The attributes of the tag that is being read; where it is skipped, only those that have to do with namespaces.
    private @Nullable Symbol[] attributes = new Symbol[16];
    private int[] valueStarts = new int[16];
    private int[] valueEnds = new int[16];
    private int[] valuesFound = new int[16];
    private int attributeCount;

    /** Whether one of them is a declaration or has a prefix. */
    private boolean namespaced;

    private final @Nullable PathObserver observer;

    /** Whether anything is told: a text is read, not searched, and somebody listens. Otherwise all that is told costs one look at this. */
    private boolean isTold;

    /** The observer while anything is told, if there is one. */
    private @Nullable PathObserver told;

    /** The text since the last tag, where it is told. */
    private final ScannedValue toldText = new ScannedValue(characters);

    private final ScannedValue toldAttribute = new ScannedValue(characters);

    private final @Nullable TagTeller tagTeller;

    /** What tells of the tags, as {@link #told}. */
    private @Nullable TagTeller tagsTold;

    Scanner(
            TreeBuilder builder,
            TextRules rules,
            XmlLimits limits,
            @Nullable PathObserver observer,
            @Nullable TagObserver tags) {
        this.builder = builder;
        this.rules = rules;
        this.limits = limits;
        this.observer = observer;
        tagTeller = tags == null ? null : new TagTeller(tags, builder, characters);
        names = new NameTable(limits.nameLength());
    }

    /**
     * Hands what is kept of a text to the builder, and tells the observer of all of it.
     *
     * @return false when the text declares a DOCTYPE, where that is allowed: the scanner is not for these, and has told nothing
     * @throws FaultException with the place in the text, when it is not well-formed or beyond a limit
     */
    boolean read(XmlText next) throws FaultException {
        start(next, NONE_WANTED, NONE_SKIPPED, true);
        builder.startDocument();
        try {
            return readDocument();
        } catch (FaultException e) {
            throw e.fault().location() != null
                    ? e
                    : new FaultException(e.fault().withLocation(text.location(markup)));
        }
    }

    /** Where a start tag is, by its number; -1 if it is not found. */
    int find(XmlText next, int tag) {
        return find(next, new int[] {tag})[0];
    }

    /**
     * Where start tags are, by their numbers; -1 for those that are not found. One pass for all of them.
     *
     * @param tags in ascending order, each once
     */
    int[] find(XmlText next, int[] tags) {
        int[] found = new int[tags.length];
        Arrays.fill(found, -1);
        if (tags.length == 0) {
            return found;
        }
        start(next, tags[0], 0, false);
        wantedTags = tags;
        places = found;
        placed = 0;
        try {
            readDocument();
        } catch (FaultException e) {
            // Those before the fault are found.
        }
        return found;
    }

    private void start(XmlText next, int tag, int skipped, boolean telling) {
        text = next;
        bytes = next.bytes();
        characters.start(next);
        namespaces.leave(0);
        tags = 0;
        wantedTag = tag;
        depth = 0;
        told = telling ? observer : null;
        tagsTold = telling ? tagTeller : null;
        isTold = told != null || tagsTold != null;
        skipFrom(skipped);
    }

    private void skipFrom(int level) {
        skippedFrom = level;
        unseenFrom = isTold ? NONE_SKIPPED : level;
    }

    private boolean readDocument() throws FaultException {
        int at = behindMisc(behindDeclaration(text.start()));
        markup = at;
        if (text.isAt("<!DOCTYPE", at)) {
            if (rules.doctype() == Doctype.REJECT) {
                throw new FaultException(RecordFinder.doctype());
            }
            return false;
        }
        text.checkProlog(at, rules.prolog());
        if (byteAt(at) != '<') {
            throw text.notWellFormed(at, "there is text before the document element");
        }
        if (isTold) {
            tellDocument();
        }
        at = behindStartTag(at);
        do {
            while (depth > 0 && tags <= wantedTag) {
                at = behindContent(at);
            }
        } while (tags > wantedTag && wantsMore());
        if (tags <= wantedTag) {
            at = behindMisc(at);
            if (at < bytes.length) {
                throw text.notWellFormed(at, "text or a second element follows the document element");
            }
        }
        if (isTold) {
            tellEndOfDocument();
        }
        return true;
    }

    /** Notes where the wanted tag is, which was read last; whether there is another one to look for. */
    private boolean wantsMore() {
        places[placed++] = markup;
        if (placed == wantedTags.length) {
            return false;
        }
        wantedTag = wantedTags[placed];
        return true;
    }

    private int behindDeclaration(int from) throws FaultException {
        if (!text.isAt("<?xml", from) || !isSpace(byteAt(from + 5))) {
            return from;
        }
        int end = characters.endOfLiteral(from, "?>") + 2;
        if (!Arrays.equals(bytes, from, end, declaration, 0, declaration.length)) {
            String found = new String(bytes, from, end - from, StandardCharsets.UTF_8);
            if (!XML_DECLARATION.matcher(found).matches()) {
                throw text.notWellFormed(
                        from, "the XML declaration should be as <?xml version=\"1.0\" encoding=\"UTF-8\"?>");
            }
            declaration = Arrays.copyOfRange(bytes, from, end);
        }
        return end;
    }

    /** Reads the comments, instructions and white space around the document element. */
    private int behindMisc(int from) throws FaultException {
        int at = behindSpace(from);
        while (true) {
            if (text.isAt("<!--", at)) {
                at = behindSpace(behindComment(at));
            } else if (text.isAt("<?", at)) {
                at = behindSpace(behindInstruction(at));
            } else {
                return at;
            }
        }
    }

    /** Reads text and the markup that follows it. */
    private int behindContent(int from) throws FaultException {
        int at = characters.endOfText(from);
        if (at > from) {
            takeText(from, at, Context.TEXT);
        }
        return switch (byteAt(at + 1)) {
            case '/' -> behindEndTag(at);
            case '?' -> behindInstruction(at);
            case '!' -> text.isAt("<![CDATA[", at) ? behindCdata(at) : behindComment(at);
            default -> behindStartTag(at);
        };
    }

    private int behindStartTag(int from) throws FaultException {
        markup = from;
        names.forgetMany();
        Symbol element = names.at(bytes, from + 1);
        if (tagsTold != null) {
            tagsTold.element(element);
        }
        allTags++;
        attributeCount = 0;
        namespaced = false;
        int count = 0;
        int at = from + 1 + element.length;
        int next = behindSpace(at);
        byte b = byteAt(next);
        while (b != '>' && b != '/') {
            if (next == at) {
                throw text.notWellFormed(at, "white space, '>' or '/>' was expected here");
            }
            if (++count > limits.attributes()) {
                throw TreeBuilder.beyond(
                        FaultCode.TOO_MANY_ATTRIBUTES, "an element has", count, limits.attributes(), "attributes");
            }
            at = behindAttribute(next);
            next = behindSpace(at);
            b = byteAt(next);
        }
        if (b == '/' && byteAt(++next) != '>') {
            throw text.notWellFormed(next, "'/>' was expected here");
        }
        startElement(element);
        if (b == '/') {
            endElement();
        }
        return next + 1;
    }

    private int behindAttribute(int from) throws FaultException {
        Symbol name = names.at(bytes, from);
        int at = behindSpace(from + name.length);
        if (byteAt(at) != '=') {
            throw text.notWellFormed(at, "the value of an attribute was expected here, in quotes after '='");
        }
        at = behindSpace(at + 1);
        byte quote = byteAt(at);
        if (quote != '"' && quote != '\'') {
            throw text.notWellFormed(at, "the value of an attribute was expected here, in quotes");
        }
        int end = characters.endOfValue(at + 1, quote);
        if (name.lastTag == allTags) {
            throw text.notWellFormed(from, "an attribute stands twice in one tag");
        }
        name.lastTag = allTags;
        if (!name.plain || depth < unseenFrom) {
            takeAttribute(name, at + 1, end);
        }
        return end + 1;
    }

    private void takeAttribute(Symbol name, int from, int to) {
        if (tagsTold != null) {
            if (name.declared == null) {
                tagsTold.attribute(name);
            }
            if (name.plain && told == null && depth >= skippedFrom) {
                return;
            }
        }
        int index = attributeCount++;
        if (index == attributes.length) {
            int capacity = index * 2;
            attributes = Arrays.copyOf(attributes, capacity);
            valueStarts = Arrays.copyOf(valueStarts, capacity);
            valueEnds = Arrays.copyOf(valueEnds, capacity);
            valuesFound = Arrays.copyOf(valuesFound, capacity);
        }
        attributes[index] = name;
        valueStarts[index] = from;
        valueEnds[index] = to;
        valuesFound[index] = characters.found();
        namespaced |= !name.plain;
    }

    private void startElement(Symbol element) throws FaultException {
        if (depth == limits.depth()) {
            throw TreeBuilder.beyond(FaultCode.TOO_DEEP, "elements are nested", depth + 1, limits.depth(), "deep");
        }
        int around = namespaces.inScope();
        if (namespaced) {
            declareNamespaces();
            checkAttributeNamespaces();
        }
        String namespace = namespace(element);
        if (isTold) {
            tellStart(element, namespace);
        }
        if (depth < skippedFrom && !build(element, namespace)) {
            skipFrom(depth + 1);
        }
        tags++;
        depth++;
        if (depth == open.length) {
            open = Arrays.copyOf(open, depth * 2);
            scopes = Arrays.copyOf(scopes, depth * 2);
        }
        open[depth] = element;
        scopes[depth] = around;
    }

    /** Returns whether any of the element's content can be kept. */
    private boolean build(Symbol element, String namespace) throws FaultException {
        builder.startElement(builder.entry(element, namespace), tags);
        for (int i = 0; i < attributeCount; i++) {
            Symbol name = attribute(i);
            Prefix prefix = name.declared;
            if (prefix != null) {
                builder.namespace(prefix.name, Objects.requireNonNull(prefix.namespace));
            } else if (builder.wantsAttribute(builder.entry(name, name.plain ? "" : namespace(name)))) {
                builder.attribute(value(i));
            }
        }
        return builder.endStartTag();
    }

    private void tellDocument() {
        if (tagsTold != null) {
            tagsTold.startDocument();
        }
        if (told != null) {
            toldText.clear();
            told.startDocument();
        }
    }

    private void tellEndOfDocument() {
        if (tagsTold != null) {
            tagsTold.endDocument();
        }
        if (told != null) {
            told.endDocument();
        }
    }

    private void tellStart(Symbol element, String namespace) throws FaultException {
        if (tagsTold != null) {
            tagsTold.startTag(namespace);
        }
        PathObserver to = told;
        if (to == null) {
            return;
        }
        tellText(to);
        to.startElement(builder.entry(element, namespace).name);
        for (int i = 0; i < attributeCount; i++) {
            Symbol name = attribute(i);
            if (name.declared == null) {
                toldAttribute.clear();
                toldAttribute.add(valueStarts[i], valueEnds[i], valuesFound[i], Context.ATTRIBUTE);
                to.attribute(builder.entry(name, name.plain ? "" : namespace(name)).name, toldAttribute);
            }
        }
    }

    private void tellEnd() {
        if (tagsTold != null) {
            tagsTold.endTag();
        }
        if (told != null) {
            tellText(told);
            told.endElement();
        }
    }

    private void tellText(PathObserver to) {
        if (!toldText.isEmpty()) {
            to.text(toldText);
            toldText.clear();
        }
    }

    /** Notes a piece of text, which is told with the next tag. */
    private void tellTextLater(int from, int to, Context context) throws FaultException {
        if (tagsTold != null) {
            tagsTold.text(from, to, characters.found(), context);
        }
        if (told != null) {
            toldText.add(from, to, characters.found(), context);
        }
    }

    private void declareNamespaces() throws FaultException {
        for (int i = 0; i < attributeCount; i++) {
            Prefix prefix = attribute(i).declared;
            if (prefix != null) {
                namespaces.declare(prefix, value(i));
            }
        }
    }

    /** Namespaces in XML, §5 and §6.3: prefixes are declared, and names differ where their prefixes do. */
    private void checkAttributeNamespaces() throws FaultException {
        Prefix first = null;
        boolean several = false;
        for (int i = 0; i < attributeCount; i++) {
            Symbol name = attribute(i);
            if (!name.plain && name.declared == null) {
                namespace(name);
                several |= first != null && first != name.prefix;
                first = name.prefix;
            }
        }
        if (several) {
            Set<Name> expanded = new HashSet<>();
            for (int i = 0; i < attributeCount; i++) {
                Symbol name = attribute(i);
                if (!name.plain && name.declared == null && !expanded.add(new Name(namespace(name), "", name.local))) {
                    throw text.notWellFormed(markup, "an attribute stands in this tag under another prefix too");
                }
            }
        }
    }

    private String namespace(Symbol name) throws FaultException {
        String namespace = name.prefix.namespace;
        if (namespace == null) {
            throw text.notWellFormed(markup, "a namespace prefix is not declared");
        }
        return namespace;
    }

    private Symbol attribute(int index) {
        return Objects.requireNonNull(attributes[index]);
    }

    private String value(int index) throws FaultException {
        return characters.decode(valueStarts[index], valueEnds[index], valuesFound[index], Context.ATTRIBUTE);
    }

    private int behindEndTag(int from) throws FaultException {
        markup = from;
        Symbol element = Objects.requireNonNull(open[depth]);
        boolean same = element.begins(bytes, from + 2);
        int end = behindSpace(from + 2 + element.length);
        if (!same || byteAt(end) != '>') {
            throw text.notWellFormed(
                    Math.min(from, bytes.length),
                    "the end tag of the element that is open was expected here, or before");
        }
        endElement();
        return end + 1;
    }

    private void endElement() throws FaultException {
        if (isTold) {
            tellEnd();
        }
        if (depth == skippedFrom) {
            skipFrom(NONE_SKIPPED);
        }
        if (depth < skippedFrom) {
            builder.endElement();
        }
        namespaces.leave(scopes[depth]);
        depth--;
    }

    private int behindCdata(int from) throws FaultException {
        markup = from;
        int start = from + "<![CDATA[".length();
        int end = characters.endOfLiteral(start, "]]>");
        takeText(start, end, Context.LITERAL);
        return end + 3;
    }

    private void takeText(int from, int to, Context context) throws FaultException {
        if (isTold) {
            tellTextLater(from, to, context);
        }
        if (depth < skippedFrom && builder.wantsText()) {
            builder.text(characters.decode(from, to, characters.found(), context));
        }
    }

    private int behindComment(int from) throws FaultException {
        markup = from;
        if (!text.isAt("<!--", from)) {
            throw text.notWellFormed(from, "an element, a comment or a CDATA section was expected here");
        }
        int start = from + "<!--".length();
        int end = characters.endOfLiteral(start, "--");
        if (byteAt(end + 2) != '>') {
            throw text.notWellFormed(end + 2, "'--' stands in a comment");
        }
        if (depth < skippedFrom) {
            builder.separateText();
            if (builder.wantsCommentsAndInstructions()) {
                builder.comment(literal(start, end));
            }
        }
        return end + 3;
    }

    private int behindInstruction(int from) throws FaultException {
        markup = from;
        names.forgetMany();
        Symbol target = names.at(bytes, from + 2);
        if (!target.prefix.name.isEmpty()) {
            throw text.notWellFormed(from, "the target of a processing instruction has a colon in it");
        }
        if (target.local.equalsIgnoreCase("xml")) {
            throw text.notWellFormed(from, "an XML declaration stands here; its place is the very beginning");
        }
        int behindTarget = from + 2 + target.length;
        int start = behindSpace(behindTarget);
        if (start == behindTarget && !text.isAt("?>", start)) {
            throw text.notWellFormed(start, "white space or '?>' was expected here");
        }
        int end = characters.endOfLiteral(start, "?>");
        if (depth < skippedFrom) {
            builder.separateText();
            if (builder.wantsCommentsAndInstructions()) {
                builder.instruction(target.local, literal(start, end));
            }
        }
        return end + 2;
    }

    private String literal(int from, int to) throws FaultException {
        return characters.decode(from, to, characters.found(), Context.LITERAL);
    }

    private int behindSpace(int from) {
        int at = from;
        while (isSpace(byteAt(at))) {
            at++;
        }
        return at;
    }

    private byte byteAt(int index) {
        return EightBytes.byteAt(bytes, index);
    }

    private static boolean isSpace(byte b) {
        return b <= ' ' && (b == ' ' || b == '\n' || b == '\t' || b == '\r');
    }
}
