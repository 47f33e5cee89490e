package dev.millrace.xml.path;

/** The dynamic errors that XPath names by code, in words that hold no value of the document. */
final class Errors {

    private Errors() {}

    static EvaluationException of(String code) {
        return new EvaluationException(code, words(code));
    }

    /** A sequence where at most one item is allowed (XPTY0004). */
    static EvaluationException severalItems() {
        return new EvaluationException("XPTY0004", "several items were found where at most one is allowed");
    }

    private static String words(String code) {
        return switch (code) {
            case "XPTY0004" -> "a value has not the type that is needed here";
            case "XPDY0002" -> "there is no context item here";
            case "XPDY0050" -> "a value has not the type that 'treat as' promises";
            case "XPDY0130" -> "a range of numbers is too long";
            case "XPTY0018" -> "a path gives both nodes and values";
            case "XPTY0019" -> "a path goes on from what is no node";
            case "XPTY0020" -> "a step begins at what is no node";
            case "FOAR0001" -> "a division by zero";
            case "FOAR0002" -> "a number is too large or too small";
            case "FOCA0002" -> "a text or number is outside of what the type can hold";
            case "FOCA0006" -> "a text has more digits than a decimal can hold";
            case "FOCA0003" -> "a number is too large for an integer";
            case "FODT0001", "FODT0002" -> "a date or duration is too large or too small";
            case "FORG0001" -> "a text or number has not the form of the type it is converted to";
            case "FORG0003" -> "zero-or-one() was given several items";
            case "FORG0004" -> "one-or-more() was given no item";
            case "FORG0005" -> "exactly-one() was not given one item";
            case "FORG0006" -> "a function was given a value of a type it cannot work on";
            case "FORX0001" -> "the flags of a regular expression are not valid";
            case "FORX0002" -> "a regular expression is not valid";
            case "FORX0003" -> "a regular expression matches the empty string";
            case "FORX0004" -> "a replacement text is not valid";
            case "FOCH0001" -> "a number is no character of XML";
            case "FOTY0013", "FOTY0012", "FOTY0014" -> "a function or map was found where a value is needed";
            default -> "the expression failed with the XPath error " + code;
        };
    }
}
