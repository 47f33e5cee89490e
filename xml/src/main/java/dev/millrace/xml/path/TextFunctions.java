package dev.millrace.xml.path;

import static dev.millrace.xml.path.Functions.atoms;
import static dev.millrace.xml.path.Functions.number;
import static dev.millrace.xml.path.Functions.ofFocus;
import static dev.millrace.xml.path.Functions.text;
import static dev.millrace.xml.path.Functions.truth;

import dev.millrace.xml.Name;
import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions on strings and names (F&amp;O 3.1, §5, §13). */
final class TextFunctions {

    private TextFunctions() {}

    static void addTo(Map<String, Functions.Factory> functions) {
        Functions.Factory string = text((context, a) -> string(context, a[0]));
        functions.put("string#1", string);
        functions.put("string#0", ofFocus(string));
        Functions.Factory normalizeSpace = text((context, a) -> Text.normalizeSpace(a[0].textOrEmpty(context)));
        functions.put("normalize-space#1", normalizeSpace);
        functions.put("normalize-space#0", ofFocus(text((context, a) -> Text.normalizeSpace(string(context, a[0])))));
        Functions.Factory stringLength = number((context, a) -> Text.length(a[0].textOrEmpty(context)));
        functions.put("string-length#1", stringLength);
        functions.put("string-length#0", ofFocus(number((context, a) -> Text.length(string(context, a[0])))));
        functions.put("concat#2", text(TextFunctions::concat));
        functions.put("string-join#1", text((context, a) -> join(context, a[0], "")));
        functions.put(
                "string-join#2", text((context, a) -> join(context, a[0], Arguments.required(a[1].text(context)))));
        functions.put(
                "upper-case#1", text((context, a) -> a[0].textOrEmpty(context).toUpperCase(Locale.ROOT)));
        functions.put(
                "lower-case#1", text((context, a) -> a[0].textOrEmpty(context).toLowerCase(Locale.ROOT)));
        functions.put("substring#2", text((context, a) -> {
            String text = a[0].textOrEmpty(context);
            double start = Arguments.required(Arguments.toDouble(a[1].atom(context)));
            // From before the beginning is from the beginning, also where -INF + INF would be no number.
            return Text.substring(text, Math.max(start, 0), Double.POSITIVE_INFINITY);
        }));
        functions.put("substring#3", text((context, a) -> {
            String text = a[0].textOrEmpty(context);
            double start = Arguments.required(Arguments.toDouble(a[1].atom(context)));
            double length = Arguments.required(Arguments.toDouble(a[2].atom(context)));
            return Text.substring(text, start, length);
        }));
        functions.put("substring-before#2", text((context, a) -> {
            String text = a[0].textOrEmpty(context);
            int at = find(context, text, a[1].textOrEmpty(context));
            return at < 0 ? "" : text.substring(0, at);
        }));
        functions.put("substring-after#2", text((context, a) -> {
            String text = a[0].textOrEmpty(context);
            String mark = a[1].textOrEmpty(context);
            int at = find(context, text, mark);
            return at < 0 ? "" : text.substring(at + mark.length());
        }));
        functions.put(
                "contains#2",
                truth((context, a) -> find(context, a[0].textOrEmpty(context), a[1].textOrEmpty(context)) >= 0));
        functions.put(
                "starts-with#2",
                truth((context, a) -> a[0].textOrEmpty(context).startsWith(a[1].textOrEmpty(context))));
        functions.put(
                "ends-with#2", truth((context, a) -> a[0].textOrEmpty(context).endsWith(a[1].textOrEmpty(context))));
        functions.put("translate#3", text((context, a) -> {
            String text = a[0].textOrEmpty(context);
            if (text.isEmpty()) {
                return "";
            }
            String from = Arguments.required(a[1].text(context));
            context.spendOnText((long) text.length() * from.length());
            return Text.translate(text, from, Arguments.required(a[2].text(context)));
        }));
        functions.put("compare#2", number((context, a) -> {
            String left = a[0].text(context);
            String right = a[1].text(context);
            if (left == null || right == null) {
                return null;
            }
            context.spendOnText(Math.min(left.length(), right.length()));
            return (long) Integer.signum(Text.compare(left, right));
        }));
        functions.put("string-to-codepoints#1", atoms((context, a, sink) -> {
            String text = a[0].textOrEmpty(context);
            for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
                context.spend(1);
                if (!sink.item(context, (long) text.codePointAt(i))) {
                    return false;
                }
            }
            return true;
        }));
        functions.put("codepoints-to-string#1", text(TextFunctions::codepointsToString));
        functions.put(
                "tokenize#1",
                atoms((context, a, sink) ->
                        Regex.sendTokens(Text.normalizeSpace(a[0].textOrEmpty(context)), Regex.SPACE, context, sink)));
        functions.put("tokenize#2", TextFunctions::tokenize);
        functions.put("tokenize#3", TextFunctions::tokenize);
        functions.put("matches#2", TextFunctions::matches);
        functions.put("matches#3", TextFunctions::matches);
        functions.put("replace#3", TextFunctions::replace);
        functions.put("replace#4", TextFunctions::replace);
        addNames(functions);
    }

    private static void addNames(Map<String, Functions.Factory> functions) {
        Functions.Factory name = arguments -> new NameOf(arguments[0], Name::qualified);
        Functions.Factory localName = arguments -> new NameOf(arguments[0], Name::local);
        Functions.Factory namespace = arguments -> new NameOf(arguments[0], Name::namespace);
        functions.put("name#1", name);
        functions.put("name#0", ofFocus(name));
        functions.put("local-name#1", localName);
        functions.put("local-name#0", ofFocus(localName));
        functions.put("namespace-uri#1", namespace);
        functions.put("namespace-uri#0", ofFocus(namespace));
    }

    /** Where a text stands in another, or -1. At worst, each place has to be compared with all of it. */
    private static int find(EvaluationContext context, String text, String wanted) throws EvaluationException {
        context.spendOnText((long) text.length() * wanted.length() >> 4);
        return text.indexOf(wanted);
    }

    /** fn:string */
    static String string(EvaluationContext context, Expression argument) throws EvaluationException {
        Object atom = argument.atom(context);
        if (atom == null) {
            return "";
        }
        String text = Atomic.lexical(atom);
        context.spendOnText(text.length());
        return text;
    }

    /** fn:concat, and the operator {@code ||} */
    static String concat(EvaluationContext context, Expression[] parts) throws EvaluationException {
        StringBuilder text = new StringBuilder();
        for (Expression part : parts) {
            String piece = string(context, part);
            context.checkLength((long) text.length() + piece.length());
            text.append(piece);
        }
        return text.toString();
    }

    private static String join(EvaluationContext context, Expression parts, String separator)
            throws EvaluationException {
        Items items = context.borrow();
        parts.walk(context, items.values);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            String piece = Atomic.lexical(items.get(i));
            context.checkLength((long) text.length() + piece.length() + separator.length());
            text.append(i == 0 ? "" : separator).append(piece);
        }
        context.release(items);
        return text.toString();
    }

    private static String codepointsToString(EvaluationContext context, Expression[] a) throws EvaluationException {
        Items items = context.borrow();
        a[0].walk(context, items.atoms);
        context.spend(items.size());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            Object number = Arguments.integer(items.get(i));
            if (!(number instanceof Long codepoint) || !Text.isXmlCharacter(codepoint)) {
                throw Errors.of("FOCH0001");
            }
            text.appendCodePoint(codepoint.intValue());
        }
        context.release(items);
        return text.toString();
    }

    private static @Nullable Expression tokenize(Expression[] arguments) {
        RegexPattern pattern = literalPattern(arguments, 2);
        if (pattern == null || pattern.matchesEmpty()) {
            return null;
        }
        return atoms((context, a, sink) -> {
                    String text = a[0].textOrEmpty(context);
                    return Regex.sendTokens(text, pattern, context, sink);
                })
                .call(new Expression[] {arguments[0]});
    }

    private static @Nullable Expression matches(Expression[] arguments) {
        RegexPattern pattern = literalPattern(arguments, 2);
        if (pattern == null) {
            return null;
        }
        return truth((context, a) ->
                        pattern.matcher(context, a[0].textOrEmpty(context)).find())
                .call(new Expression[] {arguments[0]});
    }

    private static @Nullable Expression replace(Expression[] arguments) {
        RegexPattern pattern = literalPattern(arguments, 3);
        if (pattern == null
                || pattern.matchesEmpty()
                || !(arguments[2] instanceof Constant constant)
                || !(constant.only() instanceof String replacement)
                || !Regex.isPortableReplacement(replacement, pattern)) {
            return null;
        }
        Expression[] subject = {arguments[0]};
        CharacterClass removed =
                replacement.isEmpty() && arguments.length == 3 ? CharacterClass.of(literal(arguments[1])) : null;
        if (removed != null) {
            return text((context, a) -> removed.removeFrom(a[0].textOrEmpty(context)))
                    .call(subject);
        }
        return text((context, a) ->
                        pattern.matcher(context, a[0].textOrEmpty(context)).replaceAll(replacement))
                .call(subject);
    }

    private static @Nullable RegexPattern literalPattern(Expression[] arguments, int flagsAt) {
        String regex = literal(arguments[1]);
        String flags = arguments.length > flagsAt ? literal(arguments[flagsAt]) : "";
        return regex == null || flags == null ? null : Regex.translate(regex, flags);
    }

    private static @Nullable String literal(Expression argument) {
        return argument instanceof Constant constant && constant.only() instanceof String literal ? literal : null;
    }

    private interface Part {
        String of(Name name);
    }

    /** {@code name()} and its kin: they want a node and need nothing of its content. */
    private static final class NameOf extends Expression.Textual {

        private final Expression argument;
        private final Part part;

        NameOf(Expression argument, Part part) {
            this.argument = argument;
            this.part = part;
        }

        @Override
        String text(EvaluationContext context) throws EvaluationException {
            Object item;
            if (argument instanceof Focus.ContextItem) {
                item = context.contextItem();
            } else {
                Items items = context.borrow();
                argument.walk(context, items.asTheyAre);
                if (items.size() > 1) {
                    throw Errors.severalItems();
                }
                item = items.isEmpty() ? null : items.get(0);
                context.release(items);
            }
            if (item == null) {
                return "";
            }
            if (!(item instanceof Node node)) {
                throw Errors.of("XPTY0004");
            }
            Name name = node.name();
            return name == null ? "" : part.of(name);
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            argument.reach(projector, focus);
            return null;
        }
    }
}
