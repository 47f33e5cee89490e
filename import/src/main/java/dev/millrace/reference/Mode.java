package dev.millrace.reference;

/** What to do where the original system surely does something else than was meant. */
public enum Mode {
    /** The same rows as the original system. */
    AS_REFERENCE,
    /** Digits keep their leading zeros, texts without a length their last character, and a number compared with is a number. */
    AS_MEANT
}
