package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.sf.saxon.om.AtomicSequence;
import net.sf.saxon.om.Item;
import net.sf.saxon.om.NodeInfo;
import net.sf.saxon.om.Sequence;
import net.sf.saxon.om.SequenceIterator;
import net.sf.saxon.str.StringView;
import net.sf.saxon.sxpath.XPathDynamicContext;
import net.sf.saxon.sxpath.XPathExpression;
import net.sf.saxon.sxpath.XPathVariable;
import net.sf.saxon.trans.UncheckedXPathException;
import net.sf.saxon.trans.XPathException;
import net.sf.saxon.type.BuiltInAtomicType;
import net.sf.saxon.type.BuiltInType;
import net.sf.saxon.type.UType;
import net.sf.saxon.value.AtomicValue;
import net.sf.saxon.value.BigDecimalValue;
import net.sf.saxon.value.BooleanValue;
import net.sf.saxon.value.DateTimeValue;
import net.sf.saxon.value.DoubleValue;
import net.sf.saxon.value.FloatValue;
import net.sf.saxon.value.IntegerValue;
import net.sf.saxon.value.SequenceExtent;
import net.sf.saxon.value.StringValue;
import org.jspecify.annotations.Nullable;

/** An expression that Saxon evaluates. */
final class SaxonPath extends PathExpression {

    /** The code of an error that is not XPath's but a defect of Saxon. */
    static final String DEFECT = "SAXON";

    private final SaxonCompiler saxon;
    private final XPathExpression expression;
    private final Map<XPathVariable, Integer> variables;
    private final PathCompiler.Result result;

    SaxonPath(
            SaxonCompiler saxon,
            String text,
            XPathExpression expression,
            Map<XPathVariable, Integer> variables,
            PathCompiler.Result result) {
        super(text, Evaluator.SAXON);
        this.saxon = saxon;
        this.expression = expression;
        this.variables = variables;
        this.result = result;
    }

    @Override
    public void evaluate(EvaluationContext context, Items into) throws EvaluationException {
        int before = into.size();
        try {
            context.spend(1);
            SaxonTree tree = context.saxonTree(saxon);
            SequenceIterator items = expression.iterate(dynamicContext(context, tree));
            for (Item item = items.next(); item != null; item = items.next()) {
                context.spend(1);
                if (result == PathCompiler.Result.ITEMS && item instanceof NodeInfo node) {
                    into.add(tree.original(node));
                } else {
                    addAtoms(item.atomize(), into);
                    if (into.hasNodes() && item instanceof NodeInfo node) {
                        into.addNode(tree.original(node));
                    }
                }
            }
        } catch (XPathException exception) {
            into.truncate(before);
            throw SaxonCompiler.evaluationException(exception);
        } catch (EvaluationException exception) {
            into.truncate(before);
            throw exception;
        } catch (UncheckedXPathException exception) {
            into.truncate(before);
            throw SaxonCompiler.evaluationException(exception.getXPathException());
        } catch (AbandonedException abandoned) {
            into.truncate(before);
            throw abandoned.error();
        } catch (StackOverflowError tooDeep) {
            into.truncate(before);
            throw EvaluationException.tooDeep();
        } catch (IndexOutOfBoundsException | ClassCastException | ArithmeticException defect) {
            into.truncate(before);
            throw defective(defect);
        }
    }

    @Override
    public boolean test(EvaluationContext context) throws EvaluationException {
        try {
            context.spend(1);
            return expression.effectiveBooleanValue(dynamicContext(context, context.saxonTree(saxon)));
        } catch (XPathException exception) {
            throw SaxonCompiler.evaluationException(exception);
        } catch (UncheckedXPathException exception) {
            throw SaxonCompiler.evaluationException(exception.getXPathException());
        } catch (AbandonedException abandoned) {
            throw abandoned.error();
        } catch (StackOverflowError tooDeep) {
            throw EvaluationException.tooDeep();
        } catch (IndexOutOfBoundsException | ClassCastException | ArithmeticException defect) {
            throw defective(defect);
        }
    }

    @Override
    public boolean canGiveElements() {
        return expression.getInternalExpression().getItemType().getUType().overlaps(UType.ELEMENT);
    }

    /** Saxon has defects, substring('a', 0.1) is one: they must cost a document, not the run. */
    private static EvaluationException defective(RuntimeException defect) {
        return new EvaluationException(
                DEFECT, "Saxon failed inside with " + defect.getClass().getSimpleName());
    }

    /** What Saxon's expressions reach is not looked into: they get the whole record. */
    @Override
    public Projection.Reach project(
            Projection.Builder projection, Projection.@Nullable Reach context, Projection.@Nullable Reach[] variables) {
        projection.record().whole();
        return projection.record();
    }

    private XPathDynamicContext dynamicContext(EvaluationContext context, SaxonTree tree)
            throws XPathException, EvaluationException {
        XPathDynamicContext dynamic = expression.createDynamicContext(toSaxon(context.contextItem(), tree));
        dynamic.setErrorReporter(saxon.errorReporter());
        // The implicit timezone is that of the current time: UTC, on every machine.
        dynamic.getXPathContextObject().getController().setCurrentDateTime(DateTimeValue.EPOCH);
        for (Map.Entry<XPathVariable, Integer> variable : variables.entrySet()) {
            dynamic.setVariable(variable.getKey(), toSaxon(context.variable(variable.getValue()), tree));
        }
        return dynamic;
    }

    private Sequence toSaxon(Items items, SaxonTree tree) throws XPathException {
        if (items.size() == 1) {
            return toSaxon(items.get(0), tree);
        }
        List<Item> converted = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            converted.add(toSaxon(items.get(i), tree));
        }
        return SequenceExtent.makeSequenceExtent(converted);
    }

    private Item toSaxon(Object item, SaxonTree tree) throws XPathException {
        if (item instanceof Node node) {
            return tree.twin(node);
        }
        if (item instanceof String text) {
            return new StringValue(text);
        }
        BuiltInAtomicType type = (BuiltInAtomicType)
                BuiltInType.getSchemaTypeByLocalName(AtomicType.of(item).localName(item));
        return type.getStringConverter(saxon.configuration().getConversionRules())
                .convertString(StringView.of(Atomic.lexical(item)))
                .asAtomic();
    }

    private void addAtoms(AtomicSequence atoms, Items into) throws EvaluationException {
        for (AtomicValue atom : atoms) {
            into.add(fromSaxon(atom));
        }
    }

    private Object fromSaxon(AtomicValue atom) throws EvaluationException {
        String lexical = atom.getUnicodeStringValue().toString();
        if (atom.isUntypedAtomic()) {
            return result == PathCompiler.Result.VALUES ? lexical : new Untyped(lexical);
        }
        if (atom instanceof StringValue) {
            return lexical;
        }
        if (atom instanceof IntegerValue number) {
            return Atomic.integer(number.asBigInteger());
        }
        if (atom instanceof BigDecimalValue number) {
            return number.getDecimalValue();
        }
        if (atom instanceof DoubleValue number) {
            return number.getDoubleValue();
        }
        if (atom instanceof FloatValue number) {
            return number.getFloatValue();
        }
        if (atom instanceof BooleanValue truth) {
            return truth.getBooleanValue();
        }
        String typeName = atom.getPrimitiveType().getStructuredQName().getLocalPart();
        for (AtomicType type : AtomicType.values()) {
            if (type.isCalendarOrDuration() && type.localName().equals(typeName)) {
                Object value = Casts.fromText(type, lexical);
                if (value == null) {
                    throw Errors.of("FODT0001");
                }
                return value;
            }
        }
        return new OtherAtomic(typeName, lexical);
    }
}
