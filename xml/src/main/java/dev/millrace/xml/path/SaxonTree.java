package dev.millrace.xml.path;

import dev.millrace.xml.Name;
import dev.millrace.xml.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.sf.saxon.event.PipelineConfiguration;
import net.sf.saxon.expr.parser.Loc;
import net.sf.saxon.om.AttributeInfo;
import net.sf.saxon.om.AttributeMap;
import net.sf.saxon.om.AxisInfo;
import net.sf.saxon.om.EmptyAttributeMap;
import net.sf.saxon.om.FingerprintedQName;
import net.sf.saxon.om.LargeAttributeMap;
import net.sf.saxon.om.NamespaceMap;
import net.sf.saxon.om.NamespaceUri;
import net.sf.saxon.om.NodeInfo;
import net.sf.saxon.om.NodeName;
import net.sf.saxon.om.SmallAttributeMap;
import net.sf.saxon.str.StringView;
import net.sf.saxon.trans.XPathException;
import net.sf.saxon.tree.iter.AxisIterator;
import net.sf.saxon.tree.tiny.Statistics;
import net.sf.saxon.tree.tiny.TinyBuilder;
import net.sf.saxon.tree.tiny.TinyNodeImpl;
import net.sf.saxon.tree.tiny.TinyTextualElement;
import net.sf.saxon.tree.tiny.TinyTree;
import net.sf.saxon.type.BuiltInAtomicType;
import net.sf.saxon.type.Type;
import net.sf.saxon.type.Untyped;
import org.jspecify.annotations.Nullable;

/**
 * The tree around a record once more, as Saxon's own, with the way from each node to its twin: by TinyTree's node number
 * in the one direction, by {@link Node#position()} in the other.
 */
final class SaxonTree {

    private static final int SMALL = 8;

    private final SaxonCompiler saxon;
    private final TinyTree tree;
    private @Nullable Node[] byNumber = new Node[64];
    private int[] numbers = new int[64];

    private SaxonTree(SaxonCompiler saxon, TinyTree tree) {
        this.saxon = saxon;
        this.tree = tree;
    }

    /** The tree that holds this record's element, with all ancestors. */
    static SaxonTree of(SaxonCompiler saxon, Node record) throws EvaluationException {
        Node top = record;
        for (Node parent = top.parent(); parent != null; parent = parent.parent()) {
            top = parent;
        }
        PipelineConfiguration pipeline = saxon.configuration().makePipelineConfiguration();
        TinyBuilder builder = new TinyBuilder(pipeline);
        builder.setStatistics(new Statistics());
        try {
            builder.open();
            SaxonTree tree = new SaxonTree(saxon, builder.getTree());
            tree.build(builder, top);
            builder.close();
            return tree;
        } catch (XPathException exception) {
            throw SaxonCompiler.evaluationException(exception);
        }
    }

    boolean isOf(SaxonCompiler other) {
        return saxon == other;
    }

    /** The twin of one of our nodes. */
    NodeInfo twin(Node node) {
        if (node.kind() == Node.Kind.ATTRIBUTE) {
            Node element = Objects.requireNonNull(node.parent());
            Name name = Objects.requireNonNull(node.name());
            AxisIterator attributes = twin(element).iterateAxis(AxisInfo.ATTRIBUTE);
            for (NodeInfo attribute = attributes.next(); attribute != null; attribute = attributes.next()) {
                if (attribute.getLocalPart().equals(name.local())
                        && attribute.getNamespaceUri().toString().equals(name.namespace())) {
                    return attribute;
                }
            }
            throw new IllegalStateException("an attribute has no twin: " + node);
        }
        NodeInfo twin = tree.getNode(numbers[node.position()]);
        return node.kind() == Node.Kind.TEXT && twin instanceof TinyTextualElement element
                ? element.getTextNode()
                : twin;
    }

    /** Our node of a node of Saxon's. */
    Node original(NodeInfo twin) throws EvaluationException {
        if (twin instanceof TinyNodeImpl tiny && tiny.getTree() == tree) {
            if (twin.getNodeKind() == Type.ATTRIBUTE) {
                return attribute(original(twin.getParent()), twin);
            }
            return Objects.requireNonNull(byNumber[tiny.getNodeNumber()]);
        }
        if (twin instanceof TinyTextualElement.TinyTextualElementText) {
            return Objects.requireNonNull(original(twin.getParent()).firstChild());
        }
        throw new EvaluationException("XPTY0004", "the result is a node that is not of the document");
    }

    private static Node attribute(Node element, NodeInfo twin) {
        for (int i = 0; i < element.attributeCount(); i++) {
            Name name = element.attributeName(i);
            if (name.local().equals(twin.getLocalPart())
                    && name.namespace().equals(twin.getNamespaceUri().toString())) {
                return element.attributeNode(i);
            }
        }
        throw new IllegalStateException("an attribute has no twin: " + twin.getDisplayName());
    }

    private void build(TinyBuilder builder, Node top) throws XPathException {
        if (top.kind() == Node.Kind.DOCUMENT) {
            builder.startDocument(0);
            built(top);
            for (Node child = top.firstChild(); child != null; child = child.nextSibling()) {
                build(builder, child, NamespaceMap.emptyMap());
            }
            builder.endDocument();
        } else {
            build(builder, top, NamespaceMap.emptyMap());
        }
    }

    // As deep as the document, which XmlLimits bounds.
    private void build(TinyBuilder builder, Node node, NamespaceMap outer) throws XPathException {
        switch (node.kind()) {
            case ELEMENT -> {
                NamespaceMap namespaces = namespaces(node, outer);
                Name name = Objects.requireNonNull(node.name());
                builder.startElement(name(name), Untyped.getInstance(), attributes(node), namespaces, Loc.NONE, 0);
                built(node);
                for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
                    build(builder, child, namespaces);
                }
                builder.endElement();
            }
            case TEXT -> {
                builder.characters(StringView.of(node.stringValue()), Loc.NONE, 0);
                built(node);
            }
            case COMMENT -> {
                builder.comment(StringView.of(node.stringValue()), Loc.NONE, 0);
                built(node);
            }
            case PROCESSING_INSTRUCTION -> {
                String target = Objects.requireNonNull(node.name()).local();
                builder.processingInstruction(target, StringView.of(node.stringValue()), Loc.NONE, 0);
                built(node);
            }
            case DOCUMENT, ATTRIBUTE -> throw new IllegalStateException("not a child: " + node);
        }
    }

    private void built(Node node) {
        int number = tree.getNumberOfNodes() - 1;
        if (number >= byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, byNumber.length * 2);
        }
        byNumber[number] = node;
        if (node.position() >= numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.max(node.position() + 1, numbers.length * 2));
        }
        numbers[node.position()] = number;
        // Saxon folds an element whose only child is a text into one node when the element ends. Until then the text
        // has
        // the number after its element's, which the next node takes over.
        Node parent = node.parent();
        if (node.kind() == Node.Kind.TEXT
                && parent != null
                && parent.firstChild() == node
                && node.nextSibling() == null
                && parent.kind() == Node.Kind.ELEMENT) {
            numbers[node.position()] = numbers[parent.position()];
        }
    }

    private static NamespaceMap namespaces(Node element, NamespaceMap outer) {
        NamespaceMap namespaces = outer;
        String[] declared = element.namespaceDeclarations();
        if (declared != null) {
            for (int i = 0; i < declared.length; i += 2) {
                namespaces = bound(namespaces, declared[i], declared[i + 1]);
            }
        }
        Name name = Objects.requireNonNull(element.name());
        namespaces = bound(namespaces, name.prefix(), name.namespace());
        for (int i = 0; i < element.attributeCount(); i++) {
            Name attribute = element.attributeName(i);
            if (!attribute.prefix().isEmpty()) {
                namespaces = bound(namespaces, attribute.prefix(), attribute.namespace());
            }
        }
        return namespaces;
    }

    private static NamespaceMap bound(NamespaceMap namespaces, String prefix, String uri) {
        if (prefix.equals("xml")) {
            return namespaces;
        }
        return uri.isEmpty() ? namespaces.remove(prefix) : namespaces.put(prefix, NamespaceUri.of(uri));
    }

    private static AttributeMap attributes(Node element) {
        int count = element.attributeCount();
        if (count == 0) {
            return EmptyAttributeMap.getInstance();
        }
        List<AttributeInfo> attributes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            attributes.add(new AttributeInfo(
                    name(element.attributeName(i)),
                    BuiltInAtomicType.UNTYPED_ATOMIC,
                    element.attributeValue(i),
                    Loc.NONE,
                    0));
        }
        return count <= SMALL ? new SmallAttributeMap(attributes) : new LargeAttributeMap(attributes);
    }

    private static NodeName name(Name name) {
        return new FingerprintedQName(name.prefix(), NamespaceUri.of(name.namespace()), name.local());
    }
}
