package dev.millrace.xml.path;

import org.jspecify.annotations.Nullable;

/** The function conversion rules (XPath 3.1, §3.1.5.2) for one atomized argument; null stands for the empty sequence. */
final class Arguments {

    private Arguments() {}

    /** For a parameter of type xs:integer. */
    static @Nullable Object integer(@Nullable Object atom) throws EvaluationException {
        if (atom == null || atom instanceof Number number && Numbers.isInteger(number)) {
            return atom;
        }
        if (atom instanceof Untyped) {
            return Casts.cast(atom, AtomicType.INTEGER);
        }
        throw Errors.of("XPTY0004");
    }

    /** For a parameter of type xs:double. */
    static @Nullable Double toDouble(@Nullable Object atom) throws EvaluationException {
        if (atom == null) {
            return null;
        }
        if (atom instanceof Number number) {
            return number.doubleValue();
        }
        if (atom instanceof Untyped) {
            return (Double) Casts.cast(atom, AtomicType.DOUBLE);
        }
        throw Errors.of("XPTY0004");
    }

    /** For a parameter of type xs:numeric, and for an operand of arithmetic. */
    static @Nullable Number number(@Nullable Object atom) throws EvaluationException {
        if (atom == null || atom instanceof Number) {
            return (Number) atom;
        }
        if (atom instanceof Untyped) {
            return (Number) Casts.cast(atom, AtomicType.DOUBLE);
        }
        throw Errors.of("XPTY0004");
    }

    /** For a parameter of another atomic type. */
    static @Nullable Object of(AtomicType type, @Nullable Object atom) throws EvaluationException {
        if (atom == null || AtomicType.of(atom) == type) {
            return atom;
        }
        if (atom instanceof Untyped) {
            return Casts.cast(atom, type);
        }
        throw Errors.of("XPTY0004");
    }

    /** The argument that must not be the empty sequence. */
    static <T> T required(@Nullable T value) throws EvaluationException {
        if (value == null) {
            throw Errors.of("XPTY0004");
        }
        return value;
    }
}
